import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { PACKAGES, ROOT, readManifest } from './support/packages.ts'
import { run } from './support/run.ts'

const CHANGESET = join(ROOT, 'node_modules/.bin/changeset')

/** A repository of its own with the manifests of this one, because a release changes files. */
async function copyOfManifests(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'scopeward-changesets-'))
  onTestFinished(() => rm(copy, { recursive: true, force: true }))
  const manifests = PACKAGES.flatMap(name => [`packages/${name}/package.json`, `packages/${name}/CHANGELOG.md`])
  for (const path of ['package.json', 'pnpm-workspace.yaml', 'pnpm-lock.yaml', '.changeset', ...manifests]) {
    await mkdir(dirname(join(copy, path)), { recursive: true })
    await cp(join(ROOT, path), join(copy, path), { recursive: true }).catch(error => {
      // A package that was never released has none yet.
      if (!path.endsWith('CHANGELOG.md')) throw error
    })
  }
  await run(copy, 'git', 'init', '-q')
  await run(copy, 'git', 'add', '-A')
  await run(copy, 'git', '-c', 'user.name=a', '-c', 'user.email=a@localhost', 'commit', '-qm', 'before')
  return copy
}

test('what was noted since the last release makes one version for all packages, and a changelog for each', async () => {
  const copy = await copyOfManifests()
  const notes = (await readdir(join(copy, '.changeset'))).filter(name => name.endsWith('.md') && name !== 'README.md')
  await run(copy, CHANGESET, 'version')
  const versions = await Promise.all(PACKAGES.map(name => readManifest(join(copy, 'packages', name))))
  expect(new Set(versions.map(({ version }) => version)).size).toBe(1)
  if (notes.length === 0) return
  const [{ version = '' } = {}] = versions
  expect(version).not.toBe((await readManifest(join(ROOT, 'packages/core'))).version)
  for (const name of PACKAGES) {
    expect(await readFile(join(copy, 'packages', name, 'CHANGELOG.md'), 'utf8')).toContain(`## ${version}`)
  }
})
