import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { directoryOf, PACKAGES, ROOT, readManifest } from './support/packages.ts'

describe.each(PACKAGES)('package.json of %s', name => {
  const directory = directoryOf(name)

  test('exports files that exist, the types before what they describe', async () => {
    const { exports = {} } = await readManifest(directory)
    if (name === 'cli') return expect(exports).toEqual({ './package.json': './package.json' })
    expect(exports).toEqual({
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './package.json': './package.json',
    })
    expect(Object.keys(exports['.'] ?? {})).toEqual(['types', 'default'])
    const paths = Object.values(exports).flatMap(target =>
      typeof target === 'string' ? target : Object.values(target),
    )
    for (const path of paths) await access(join(directory, path))
  })

  test('has the version of all the others and the engines of the workspace', async () => {
    const [manifest, core, root] = await Promise.all([directory, directoryOf('core'), ROOT].map(readManifest))
    expect(manifest).toMatchObject({ name: `@scopeward/${name}`, version: core?.version, engines: root?.engines })
  })

  test('is a public ES module without side effects', async () => {
    const manifest = await readManifest(directory)
    expect(manifest).toMatchObject({ type: 'module', sideEffects: false, publishConfig: { access: 'public' } })
    expect(manifest.private).toBeUndefined()
    expect(manifest.description).toMatch(/^[A-Z].+[^.]$/)
  })

  test('is under the MIT licence, and its text comes along', async () => {
    expect(await readManifest(directory)).toMatchObject({ license: 'MIT' })
    const [own, common] = await Promise.all([directory, ROOT].map(at => readFile(join(at, 'LICENSE'), 'utf8')))
    expect(own).toBe(common)
  })

  test('has a README that begins with its name and shows code', async () => {
    const readme = await readFile(join(directory, 'README.md'), 'utf8')
    expect(readme.startsWith(`# @scopeward/${name}\n`)).toBe(true)
    expect(readme).toContain(name === 'cli' ? '```sh\n' : '```ts\n')
  })
})

test('the command of cli is a file that a shell can run', async () => {
  const { bin = {} } = await readManifest(directoryOf('cli'))
  expect(Object.keys(bin)).toEqual(['scopeward'])
  expect(await readFile(join(directoryOf('cli'), bin.scopeward ?? ''), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
})

test('core depends on jose and lru-cache alone', async () => {
  const { dependencies, peerDependencies } = await readManifest(directoryOf('core'))
  expect(Object.keys(dependencies ?? {}).sort()).toEqual(['jose', 'lru-cache'])
  expect(peerDependencies).toBeUndefined()
})
