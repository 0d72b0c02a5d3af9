import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { PACKAGES, ROOT, readManifest } from './support/packages.ts'

const FOLDER = join(ROOT, '.github/workflows')
const RELEASE = 'release.yml'
const files = readdirSync(FOLDER)

test('there are workflows for every push, for every week and for releases', () => {
  expect(files.sort()).toEqual(['ci.yml', RELEASE, 'weekly.yml'])
})

describe.each(files)('%s', file => {
  const text = readFileSync(join(FOLDER, file), 'utf8')

  test('names every action by the SHA of a commit, with the version for people', () => {
    const actions = [...text.matchAll(/^ *(?:- )?uses: (.*)$/gm)].map(match => match[1])
    expect(actions.length).toBeGreaterThan(1)
    for (const action of actions) expect(action).toMatch(/^actions\/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
  })

  test('has a token that can read and no more, which no later step finds in the working tree', () => {
    expect(text).toMatch(/^permissions:\n {2}contents: read\n\n/m)
    const writing = [...text.matchAll(/^ +([\w-]+): write$/gm)].map(match => match[1])
    expect(writing).toEqual(file === RELEASE ? ['id-token', 'contents'] : [])
    expect(count(text, 'persist-credentials: false')).toBe(count(text, 'actions/checkout@'))
  })

  test('runs nothing of a stranger with a secret, and no text of theirs as a command', () => {
    expect(text).not.toMatch(/pull_request_target|workflow_run|secrets\.|github\.(event|head_ref)/)
  })

  test('ends by itself', () => {
    expect(count(text, 'timeout-minutes:')).toBe(count(text, 'runs-on:'))
  })

  test('runs scripts that exist', async () => {
    const { scripts = {} } = await readManifest(ROOT)
    const named = [...text.matchAll(/npm run ([\w-]+)/g)].map(match => String(match[1]))
    expect(named.filter(name => scripts[name] === undefined)).toEqual([])
  })
})

describe('a release', () => {
  const text = readFileSync(join(FOLDER, RELEASE), 'utf8')
  const jobs = Object.fromEntries(
    text
      .slice(text.indexOf('\njobs:\n'))
      .split(/^ {2}(?=\w+:\n)/m)
      .slice(1)
      .map(job => [job.slice(0, job.indexOf(':')), job]),
  )
  const { test: tested = '', pack = '', publish = '', attach = '' } = jobs

  test('is tested, packed, published and attached, one after the other', () => {
    expect(Object.keys(jobs)).toEqual(['test', 'pack', 'publish', 'attach'])
    expect([pack, publish, attach].map(job => /needs: (.*)/.exec(job)?.[1])).toEqual([
      'test',
      'pack',
      '[pack, publish]',
    ])
    expect(tested).toContain('.ci/run')
  })

  test('may be signed, and the release written, only where no code of this repository or of a dependency runs', () => {
    expect(Object.keys(jobs).filter(name => jobs[name]?.includes(': write'))).toEqual(['publish', 'attach'])
    expect([publish.match(/[\w-]+: write/g), attach.match(/[\w-]+: write/g)]).toEqual([
      ['id-token: write'],
      ['contents: write'],
    ])
    for (const job of [publish, attach]) {
      expect(job).not.toMatch(/actions\/checkout|npm (run|ci|install|exec)|npx|pnpm|node [^-]|\.ci\//)
    }
    expect(publish).toContain('--ignore-scripts')
  })

  test('is what was packed: its SHA-256 goes from job to job apart from the files', () => {
    expect(pack).toContain('sha256sum *.tgz sbom/*.json > SHA256SUMS')
    expect(pack).toMatch(/checksum: \$\{\{ steps\.checksums\.outputs\.checksum \}\}/)
    for (const job of [publish, attach]) {
      expect(job).toMatch(/CHECKSUM: \$\{\{ needs\.pack\.outputs\.checksum \}\}/)
      const [checked = -1, used = -1] = ['sha256sum --check --strict SHA256SUMS', /npm publish|gh release/].map(part =>
        job.search(part),
      )
      expect(job).toContain('echo "$CHECKSUM  SHA256SUMS" | sha256sum --check --strict\n')
      expect(checked).toBeGreaterThan(0)
      expect(used).toBeGreaterThan(checked)
    }
  })

  test('carries provenance for each package, and its SBOMs as an artifact and beside the tag', () => {
    const [, names = ''] = /for name in (.*); do npm publish .*--provenance/.exec(publish) ?? []
    expect(names.split(' ').sort()).toEqual([...PACKAGES].sort())
    expect(names).toMatch(/^core /)
    expect(pack).toContain('npm run sbom')
    expect(pack).toMatch(/upload-artifact@.*\n +with:\n +name: release\n +path: dist\n/)
    expect(attach).toMatch(/gh release create .* \*\.tgz sbom\/\*\.json SHA256SUMS/)
  })
})

function count(text: string, part: string): number {
  return text.split(part).length - 1
}
