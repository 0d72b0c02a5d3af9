import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ROOT, readManifest } from './support/packages.ts'

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
    expect(writing).toEqual(file === RELEASE ? ['id-token'] : [])
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

test('a release carries provenance, for each package, and waits for all tests', () => {
  const text = readFileSync(join(FOLDER, RELEASE), 'utf8')
  expect(text).toMatch(/npm publish .*--provenance/)
  expect(text).toContain('npm run sbom')
  expect(text).toContain('needs: test')
})

function count(text: string, part: string): number {
  return text.split(part).length - 1
}
