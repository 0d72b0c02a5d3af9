import { describe, expect, test } from 'vitest'
import { FetchFailure } from '../../src/issuer/fetch-document.ts'
import { keySourceOf, type PublishedKeySet } from '../../src/issuer/key-source.ts'
import type { ResourceServerOptions } from '../../src/options/resource-server-options.ts'
import { NEVER, serve, serveDocuments } from '../support/http.ts'
import { AUDIENCE } from '../support/tokens.ts'
import { rulesOf } from '../support/verified.ts'

const KEY = { kty: 'EC', kid: 'a' }
const METADATA = '/.well-known/oauth-authorization-server'

function configuredSource(options: ResourceServerOptions<never>): () => Promise<PublishedKeySet> {
  const rules = rulesOf(options)
  if (rules.proof.kind !== 'keySet') throw new Error('the issuer has no key set')
  return keySourceOf(rules.proof.keySource, rules)
}

const source = (options: { issuer?: string; jwksUri?: string; fetchTimeoutSeconds?: number }) =>
  configuredSource({
    issuer: 'https://login.example.com',
    audience: AUDIENCE,
    scopes: {},
    allowHttpOnLoopback: true,
    ...options,
  })
const failureOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'nothing failed',
    (error: unknown) => (error instanceof FetchFailure ? error.message : String(error)),
  )

test('keys of the configuration are there at once and fresh for ever', async () => {
  const load = configuredSource({
    issuer: 'https://login.example.com',
    audience: AUDIENCE,
    scopes: {},
    jwks: { keys: [KEY] },
  })
  expect(await load()).toEqual({ jwks: [KEY], freshSeconds: Number.POSITIVE_INFINITY })
})

test('with jwksUri nothing but that is fetched', async () => {
  const { origin, paths } = await serveDocuments({ '/jwks': { keys: [KEY] } })
  expect(await source({ jwksUri: `${origin}/jwks` })()).toEqual({ jwks: [KEY], freshSeconds: 600 })
  expect(paths).toEqual(['/jwks'])
})

describe('freshness follows Cache-Control between a minute and a day', () => {
  test.each([
    ['max-age=300', 300],
    ['max-age=60', 60],
    ['max-age=59', 60],
    ['max-age=0', 60],
    ['max-age=86400', 86_400],
    ['max-age=86401', 86_400],
    ['max-age=99999999999999999999', 86_400],
    ['no-store', 600],
    ['max-age=x', 600],
  ])('%s', async (header, freshSeconds) => {
    const { origin } = await serve((_request, response) => {
      response.writeHead(200, { 'cache-control': header }).end('{"keys":[]}')
    })
    expect((await source({ jwksUri: origin })()).freshSeconds).toBe(freshSeconds)
  })
})

describe('a document that is no key set fails (RFC 7517 section 5)', () => {
  const hundred = (count: number) => ({ keys: Array.from({ length: count }, () => KEY) })
  test.each<[string, unknown, string]>([
    ['no keys', {}, 'the key set has no array "keys"'],
    ['keys that are an object', { keys: { canary: 1 } }, 'the key set has no array "keys"'],
    ['101 keys', hundred(101), 'the key set has more than 100 keys'],
    ['a list', [KEY], 'the answer was not a strict JSON object'],
  ])('%s', async (_name, document, reason) => {
    const { origin } = await serveDocuments({ '/good': hundred(100), '/bad': document })
    expect((await source({ jwksUri: `${origin}/good` })()).jwks).toHaveLength(100)
    expect(await failureOf(source({ jwksUri: `${origin}/bad` })())).toBe(reason)
  })

  test('members that are no objects are left out, and an empty key set is one', async () => {
    const { origin } = await serveDocuments({ '/odd': { keys: [null, 1, 'a', [KEY], KEY] }, '/empty': { keys: [] } })
    expect((await source({ jwksUri: `${origin}/odd` })()).jwks).toEqual([KEY])
    expect((await source({ jwksUri: `${origin}/empty` })()).jwks).toEqual([])
  })
})

describe('found through the metadata', () => {
  /** An issuer whose documents can be changed while it runs. */
  async function issuer(): Promise<{ origin: string; paths: readonly string[]; documents: Record<string, unknown> }> {
    const documents: Record<string, unknown> = {}
    const { origin, paths } = await serveDocuments(documents)
    Object.assign(documents, {
      [METADATA]: { issuer: origin, jwks_uri: `${origin}/jwks` },
      '/jwks': { keys: [KEY] },
    })
    return { origin, paths, documents }
  }

  test('the first fetch asks for the metadata, then for the keys', async () => {
    const { origin, paths } = await issuer()
    const load = source({ issuer: origin })
    expect((await load()).jwks).toEqual([KEY])
    expect(paths).toEqual([METADATA, '/jwks'])
    expect((await load()).jwks).toEqual([KEY])
    expect(paths.slice(2).toSorted()).toEqual([METADATA, '/jwks'].toSorted())
  })

  test('keys that moved are found at once, also where their old place is gone', async () => {
    const { origin, documents } = await issuer()
    const load = source({ issuer: origin })
    await load()
    documents[METADATA] = { issuer: origin, jwks_uri: `${origin}/moved` }
    documents['/moved'] = { keys: [{ ...KEY, kid: 'b' }] }
    delete documents['/jwks']
    expect((await load()).jwks).toEqual([{ ...KEY, kid: 'b' }])
  })

  test('a jwks_uri that moved is followed with the next fetch, and the old one counts no more', async () => {
    const { origin, documents } = await issuer()
    const load = source({ issuer: origin })
    await load()
    documents[METADATA] = { issuer: origin, jwks_uri: `${origin}/moved` }
    documents['/moved'] = { keys: [{ ...KEY, kid: 'b' }] }
    expect((await load()).jwks).toEqual([{ ...KEY, kid: 'b' }])
    delete documents['/jwks']
    expect((await load()).jwks).toEqual([{ ...KEY, kid: 'b' }])
  })

  test('a moved jwks_uri that fails is a failure, not the keys of the old place', async () => {
    const { origin, documents } = await issuer()
    const load = source({ issuer: origin })
    await load()
    documents[METADATA] = { issuer: origin, jwks_uri: `${origin}/moved` }
    expect(await failureOf(load())).toBe('the answer had status 404')
  })

  test('metadata that hangs is asked for once, however often the keys are fetched', async () => {
    const { origin, documents, paths } = await issuer()
    const load = source({ issuer: origin, fetchTimeoutSeconds: 60 })
    await load()
    documents[METADATA] = NEVER
    for (let i = 0; i < 2; i++) expect((await load()).jwks).toEqual([KEY])
    expect(paths.filter(path => path === METADATA)).toHaveLength(2)
  })

  test('metadata that never answers does not hold up the keys', async () => {
    const { origin, documents } = await issuer()
    const load = source({ issuer: origin, fetchTimeoutSeconds: 60 })
    await load()
    documents[METADATA] = NEVER
    expect((await load()).jwks).toEqual([KEY])
  })

  test('metadata that fails costs no keys once the jwks_uri is known', async () => {
    const { origin, documents } = await issuer()
    const load = source({ issuer: origin })
    await load()
    delete documents[METADATA]
    documents['/jwks'] = { keys: [{ ...KEY, kid: 'b' }] }
    expect((await load()).jwks).toEqual([{ ...KEY, kid: 'b' }])
  })

  test('metadata of another issuer costs no keys either, and is not believed', async () => {
    const { origin, documents } = await issuer()
    const load = source({ issuer: origin })
    await load()
    documents[METADATA] = { issuer: 'https://attacker.example', jwks_uri: `${origin}/attacker` }
    documents['/attacker'] = { keys: [{ ...KEY, kid: 'attacker' }] }
    expect((await load()).jwks).toEqual([KEY])
  })

  test('keys that fail are a failure, although the metadata is fine', async () => {
    const { origin, documents, paths } = await issuer()
    const load = source({ issuer: origin })
    await load()
    delete documents['/jwks']
    expect(await failureOf(load())).toBe('the answer had status 404')
    expect(paths.filter(path => path === '/jwks').length).toBe(2)
  })

  test('before the jwks_uri is known, metadata that fails is a failure', async () => {
    const { origin, documents } = await issuer()
    delete documents[METADATA]
    expect(await failureOf(source({ issuer: origin })())).toContain('no usable metadata')
  })

  test('a deadline that passes is a failure, and the next fetch succeeds', async () => {
    let answering = false
    const { origin } = await serve((_request, response) => {
      if (answering) response.writeHead(200).end('{"keys":[]}')
    })
    const load = source({ jwksUri: origin, fetchTimeoutSeconds: 0.5 })
    expect(await failureOf(load())).toBe('no complete answer within 0.5 s')
    answering = true
    expect((await load()).jwks).toEqual([])
  })
})
