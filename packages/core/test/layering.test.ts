import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { type Import, readSources } from './support/source-text.ts'

const SOURCES = readSources(fileURLToPath(new URL('../src', import.meta.url)))
const IMPORTS = SOURCES.flatMap(({ imports }) => imports)
const STAGES = ['request', 'token', 'issuer', 'signature', 'introspection', 'claims', 'revocation', 'sender', 'access']

const folderOf = (path: string) => (path.includes('/') ? (path.split('/')[0] as string) : '.')
const isLocal = ({ target }: Import) => target.endsWith('.ts')
const shown = ({ file, target, typeOnly }: Import) => `${file} -> ${typeOnly ? 'type ' : ''}${target}`

/** Local imports out of `folder` into folders that are not allowed. */
function strays(folder: string, allowed: readonly string[]): readonly string[] {
  return IMPORTS.filter(isLocal)
    .filter(({ file, target }) => folderOf(file) === folder && ![folder, ...allowed].includes(folderOf(target)))
    .map(shown)
}

test('the sources were found, and their imports', () => {
  expect(SOURCES.length).toBeGreaterThan(45)
  expect(IMPORTS.length).toBeGreaterThan(150)
  expect(new Set(SOURCES.map(({ path }) => folderOf(path)))).toEqual(
    new Set(['.', ...STAGES, 'challenge', 'errors', 'metadata', 'observe', 'openapi', 'options', 'profiles', 'shared']),
  )
})

describe('a stage imports what stands beside the stages, and earlier stages; never a later one', () => {
  test.each(STAGES.map((stage, index): [string, string[]] => [stage, STAGES.slice(0, index)]))(
    '%s',
    (stage, earlier) => {
      expect(strays(stage, ['shared', 'errors', 'options', 'observe', 'profiles', ...earlier])).toEqual([])
    },
  )
})

describe('what stands beside the stages', () => {
  test.each<[string, string[]]>([
    ['shared', []],
    ['errors', []],
    ['challenge', ['errors']],
    ['options', ['errors', 'shared', 'profiles']],
    ['profiles', ['shared', 'errors']],
    ['metadata', ['options']],
    ['openapi', ['errors', 'shared', 'options', 'issuer', 'access']],
  ])('%s imports %j of this package', (folder, allowed) => {
    expect(strays(folder, allowed)).toEqual([])
  })

  test.each([
    ['observe', 'it adds no order of its own'],
    ['metadata', 'it tells what was configured and decides nothing'],
  ])('%s imports types of others and nothing that runs: %s', folder => {
    const running = IMPORTS.filter(isLocal).filter(
      ({ file, target, typeOnly }) => folderOf(file) === folder && folderOf(target) !== folder && !typeOnly,
    )
    expect(running.map(shown)).toEqual([])
  })

  test('shared and errors import nothing from npm or Node', () => {
    const outside = IMPORTS.filter(entry => !isLocal(entry) && ['shared', 'errors'].includes(folderOf(entry.file)))
    expect(outside.map(shown)).toEqual([])
  })
})

test('only resource-server.ts knows the order of the stages: nothing imports it but the entry', () => {
  const importers = IMPORTS.filter(({ target }) => target === 'resource-server.ts').map(({ file }) => file)
  expect(new Set(importers)).toEqual(new Set(['index.ts']))
})

test('an unverified payload becomes claims in signature/verify-signature.ts alone', () => {
  const users = SOURCES.filter(({ code }) => /\.release\b|\brelease\s*\(/.test(code)).map(({ path }) => path)
  expect(users).toEqual(['signature/verify-signature.ts', 'token/unverified-claims.ts'])
})

/** Files whose code, without comments and texts, has this. */
const using = (pattern: RegExp) => SOURCES.filter(({ code }) => pattern.test(code)).map(({ path }) => path)

describe('a token is genuine only where it was proven so: one file makes each kind, and nobody else claims to have one', () => {
  test.each<[string, string[]]>([
    ['VerifiedToken', ['signature/verify-signature.ts']],
    ['IntrospectedToken', ['introspection/introspector.ts']],
    ['GenuineToken', []],
  ])('%s', (type, makers) => {
    expect(using(new RegExp(`\\bas\\s+(readonly\\s+)?${type}\\b`))).toEqual(makers)
  })

  test('no cast says less than what it makes', () => {
    expect(using(/\bas\s+(any|never)\b/)).toEqual([])
  })
})

test('the client assertion of introspection is the only thing that is ever signed', () => {
  const signs = /\.sign\b|\bsign\s*\(|\b\w*(Sign|Encrypt)(JWT)?\b|\bcreateSign\b|\bgenerateKey\w*|\bgenerateSecret\b/
  expect(using(signs)).toEqual(['introspection/client-assertion.ts'])
  expect(using(/\bcreateHmac\b/)).toEqual(['sender/dpop/nonces.ts', 'signature/node-engine.ts'])
})

test('core depends on jose, lru-cache and these parts of Node, and on nothing else', () => {
  const outside = IMPORTS.filter(entry => !isLocal(entry))
  expect([...new Set(outside.map(({ target }) => target))].sort()).toEqual([
    'jose',
    'lru-cache',
    'node:crypto',
    'node:diagnostics_channel',
    'node:http',
    'node:https',
    'node:net',
    'node:stream',
    'node:tls',
  ])
  expect(outside.filter(({ target, typeOnly }) => target === 'node:http' && !typeOnly).map(shown)).toEqual([])
})

test('connections of its own are made in introspection/mutual-tls-fetch.ts alone; everything else is fetched through the option', () => {
  const network = IMPORTS.filter(({ target, typeOnly }) => !typeOnly && ['node:https', 'node:stream'].includes(target))
  expect([...new Set(network.map(({ file }) => file))]).toEqual(['introspection/mutual-tls-fetch.ts'])
  const addresses = IMPORTS.filter(({ target }) => target === 'node:net').map(({ file }) => file)
  expect(addresses).toEqual(['options/parse-trusted-proxy.ts', 'request/peer.ts'])
  expect(using(/\bcreateConnection\b|\bconnect\s*\(|\bcreateServer\b|\bSocket\s*\(/)).toEqual([])
})

describe('what the sources do without', () => {
  test('regular expressions: none can be made slow by what a client sends', () => {
    expect(
      SOURCES.flatMap(({ path, regularExpressions }) => regularExpressions.map(found => `${path}: ${found}`)),
    ).toEqual([])
    expect(using(/\bRegExp\b|\.(match|matchAll|search)\(/)).toEqual([])
  })

  test('environment variables: nothing but the options changes a decision', () => {
    expect(using(/\bprocess\b/)).toEqual([])
  })

  test('console', () => {
    expect(using(/\bconsole\b/)).toEqual([])
  })

  test('code from text', () => {
    expect(using(/\beval\b|\bFunction\(/)).toEqual([])
  })
})
