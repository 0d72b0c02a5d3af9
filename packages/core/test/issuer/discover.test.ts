import { describe, expect, test } from 'vitest'
import { discover as discoverFrom, metadataUrl } from '../../src/issuer/discover.ts'
import { type Fetcher, FetchFailure } from '../../src/issuer/fetch-document.ts'
import { serve, serveDocuments } from '../support/http.ts'

/** As the key set does it. */
const discoverJwksUri = (issuer: string, fetcher: Fetcher, allowHttpOnLoopback: boolean) =>
  discoverFrom(issuer, fetcher, ({ jwks_uri }) => metadataUrl(jwks_uri, 'jwks_uri', allowHttpOnLoopback))
const discover = (issuer: string, allowHttpOnLoopback = true) =>
  discoverJwksUri(issuer, { fetch: globalThis.fetch, timeoutSeconds: 5 }, allowHttpOnLoopback)
const failureOf = (issuer: string, allowHttpOnLoopback?: boolean): Promise<string> =>
  discover(issuer, allowHttpOnLoopback).then(
    () => 'nothing failed',
    (error: unknown) => (error instanceof FetchFailure ? error.message : String(error)),
  )

const OAUTH = '/.well-known/oauth-authorization-server'
const OIDC = '/.well-known/openid-configuration'
const JWKS_URI = 'https://keys.example.com/jwks'

/** A server whose documents are made once its origin is known. */
async function issuerWith(documents: (origin: string) => Record<string, unknown>): ReturnType<typeof serveDocuments> {
  const table: Record<string, unknown> = {}
  const server = await serveDocuments(table)
  Object.assign(table, documents(server.origin))
  return server
}

describe('where the metadata is looked for', () => {
  test('RFC 8414 first, and nothing more where that answers (RFC 8414 section 3)', async () => {
    const { origin, paths } = await issuerWith(issuer => ({
      [OAUTH]: { issuer, jwks_uri: JWKS_URI },
      [OIDC]: { issuer, jwks_uri: 'https://keys.example.com/second' },
    }))
    expect(await discover(origin)).toBe(JWKS_URI)
    expect(paths).toEqual([OAUTH])
  })

  test('OpenID Connect Discovery where RFC 8414 does not answer', async () => {
    const { origin, paths } = await issuerWith(issuer => ({ [OIDC]: { issuer, jwks_uri: JWKS_URI } }))
    expect(await discover(origin)).toBe(JWKS_URI)
    expect(paths).toEqual([OAUTH, OIDC])
  })

  test.each([
    ['/tenant', [`${OAUTH}/tenant`, `/tenant${OIDC}`]],
    ['/tenant/', [`${OAUTH}/tenant`, `/tenant${OIDC}`]],
    ['/a/b', [`${OAUTH}/a/b`, `/a/b${OIDC}`]],
    ['/', [OAUTH, OIDC]],
    ['', [OAUTH, OIDC]],
  ])('an issuer with the path %j (RFC 8414 section 3.1, OpenID Connect Discovery section 4)', async (path, places) => {
    const { origin, paths } = await issuerWith(server => ({
      [places[1] as string]: { issuer: `${server}${path}`, jwks_uri: JWKS_URI },
    }))
    expect(await discover(`${origin}${path}`)).toBe(JWKS_URI)
    expect(paths).toEqual(places)
  })
})

describe('metadata that is not used', () => {
  const MISMATCH = 'its issuer is not the option "issuer" to the letter'
  test.each<[string, (issuer: string) => unknown, string]>([
    [
      'of another issuer (RFC 8414 section 3.3)',
      () => ({ issuer: 'https://canary.example', jwks_uri: JWKS_URI }),
      MISMATCH,
    ],
    ['of the issuer with a slash more', issuer => ({ issuer: `${issuer}/`, jwks_uri: JWKS_URI }), MISMATCH],
    ['of the issuer in other case', issuer => ({ issuer: issuer.toUpperCase(), jwks_uri: JWKS_URI }), MISMATCH],
    ['without an issuer', () => ({ jwks_uri: JWKS_URI }), MISMATCH],
    ['with a list of issuers', issuer => ({ issuer: [issuer], jwks_uri: JWKS_URI }), MISMATCH],
    ['without jwks_uri', issuer => ({ issuer }), 'it has no valid jwks_uri'],
    ['with a jwks_uri that is no URL', issuer => ({ issuer, jwks_uri: '/canary' }), 'it has no valid jwks_uri'],
    ['with a jwks_uri that is no text', issuer => ({ issuer, jwks_uri: [JWKS_URI] }), 'it has no valid jwks_uri'],
    [
      'with an http jwks_uri',
      issuer => ({ issuer, jwks_uri: 'http://canary.example/jwks' }),
      'its jwks_uri is not an https URL',
    ],
    ['with a file', issuer => ({ issuer, jwks_uri: 'file:///etc/canary' }), 'its jwks_uri is not an https URL'],
    [
      'with another protocol on loopback',
      issuer => ({ issuer, jwks_uri: 'ftp://127.0.0.1/canary' }),
      'its jwks_uri is not an https URL',
    ],
    [
      'with data',
      issuer => ({ issuer, jwks_uri: 'data:application/json,{"keys":["canary"]}' }),
      'its jwks_uri is not an https URL',
    ],
  ])('%s', async (_name, document, reason) => {
    const honest = await issuerWith(issuer => ({ [OAUTH]: { issuer, jwks_uri: JWKS_URI } }))
    expect(await discover(honest.origin)).toBe(JWKS_URI)
    const { origin } = await issuerWith(issuer => ({ [OAUTH]: document(issuer), [OIDC]: document(issuer) }))
    const message = await failureOf(origin)
    expect(message).toBe(`no usable metadata; ${OAUTH}: ${reason}; ${OIDC}: ${reason}`)
    expect(message).not.toContain('canary')
  })

  test('one bad document does not spoil the other', async () => {
    const { origin } = await issuerWith(issuer => ({
      [OAUTH]: { issuer: 'https://other.example', jwks_uri: 'https://attacker.example' },
      [OIDC]: { issuer, jwks_uri: JWKS_URI },
    }))
    expect(await discover(origin)).toBe(JWKS_URI)
  })

  test('a jwks_uri on loopback is taken only where the option allows it', async () => {
    const { origin } = await issuerWith(issuer => ({ [OAUTH]: { issuer, jwks_uri: `${issuer}/jwks` } }))
    expect(await discover(origin)).toBe(`${origin}/jwks`)
    expect(await failureOf(origin, false)).toContain('its jwks_uri is not an https URL')
  })

  test('the failure says what was wrong at each place', async () => {
    const { origin } = await issuerWith(() => ({ [OIDC]: ['canary'] }))
    expect(await failureOf(origin)).toBe(
      `no usable metadata; ${OAUTH}: the answer had status 404; ${OIDC}: the answer was not a strict JSON object`,
    )
  })
})

test('a place that never answers does not keep the other one from being asked', async () => {
  let origin = ''
  const server = await serve((request, response) => {
    if (request.url === OIDC) response.end(JSON.stringify({ issuer: origin, jwks_uri: JWKS_URI }))
  })
  origin = server.origin
  const fetcher = { fetch: globalThis.fetch, timeoutSeconds: 0.5 }
  expect(await discoverJwksUri(origin, fetcher, true)).toBe(JWKS_URI)
  expect(server.paths).toEqual([OAUTH, OIDC])
})
