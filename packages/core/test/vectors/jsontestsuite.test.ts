import { generateKeyPairSync, sign } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import {
  createResourceServer,
  type JsonWebKeySet,
  type KeySetEvent,
  type Outcome,
  type ResourceServer,
  TokenRejected,
  VerificationUnavailable,
} from '@scopeward/core'
import { describe, expect, test } from 'vitest'
import { useDocumentServer } from './document-server.ts'
import {
  around,
  files,
  isArray,
  isObject,
  isStrictJson,
  type JsonVerdict,
  LEFT_OPEN,
  OVERRIDES,
  spliced,
  verdictOn,
} from './jsontestsuite.ts'

const NOW_SECONDS = 1_800_000_000
const AUDIENCE = 'https://api.example.com'
const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const HONEST_KEY = { ...publicKey.export({ format: 'jwk' }), kid: 'honest', alg: 'Ed25519', use: 'sig' }
const HEADER = JSON.stringify({ alg: 'Ed25519', typ: 'at+jwt', kid: 'honest' })

function claimsOf(issuer: string): string {
  return JSON.stringify({
    iss: issuer,
    aud: AUDIENCE,
    sub: 'importer',
    client_id: 'importer',
    iat: NOW_SECONDS,
    exp: NOW_SECONDS + 300,
    jti: '1',
    scope: 'read',
  })
}

/** Signs the bytes as they are: no library in between that would repair or refuse them. */
function signed(header: string | Buffer, payload: string | Buffer): string {
  const input = `${Buffer.from(header).toString('base64url')}.${Buffer.from(payload).toString('base64url')}`
  return `${input}.${sign(null, Buffer.from(input), privateKey).toString('base64url')}`
}

type KeySource = { readonly jwks: JsonWebKeySet } | { readonly jwksUri: string } | Readonly<Record<never, never>>

function resourceServer(issuer: string, keys: KeySource): ResourceServer<'read'> {
  const clock = () => NOW_SECONDS * 1000
  return createResourceServer({
    issuer,
    audience: AUDIENCE,
    scopes: { read: 'Read' },
    allowHttpOnLoopback: true,
    clock,
    ...keys,
  })
}

async function check(server: ResourceServer<'read'>, token: string): Promise<Outcome> {
  return server.check({ method: 'GET', url: '/', headers: ['Authorization', `Bearer ${token}`] }, 'read')
}

const NO_JSON_OBJECT = 'the answer was not a strict JSON object'
const NOT_AN_OBJECT = `503 keys_unavailable: ${NO_JSON_OBJECT}`
const NO_KEYS = '503 keys_unavailable: the key set has no array "keys"'
const METADATA = '/.well-known/oauth-authorization-server'

function metadataFailure(reason: string): string {
  const second = '/.well-known/openid-configuration: the answer had status 404'
  return `503 keys_unavailable: no usable metadata; ${METADATA}: ${reason}; ${second}`
}

const PROBLEM_HEADERS = { 'Cache-Control': 'no-store', 'Content-Type': 'application/problem+json' }
const REFUSED_ANSWER = {
  headers: {
    ...PROBLEM_HEADERS,
    'WWW-Authenticate':
      'Bearer realm="https://api.example.com", error="invalid_token", error_description="The access token is not valid"',
  },
  body: '{"title":"Unauthorized","status":401,"detail":"The access token is not valid","error":"invalid_token"}',
}
const UNAVAILABLE_ANSWER = {
  headers: { ...PROBLEM_HEADERS, 'Retry-After': '5' },
  body: '{"title":"Service Unavailable","status":503,"detail":"The access token cannot be checked right now"}',
}

/** `granted`, or status and code once the answer is seen to be the one of that status, to the letter. */
async function resultOf(server: ResourceServer<'read'>, token: string): Promise<string> {
  const outcome = await check(server, token)
  if (outcome.granted) return 'granted'
  const { status, code, headers, body } = outcome.denial
  expect({ headers, body }).toEqual(status === 503 ? UNAVAILABLE_ANSWER : REFUSED_ANSWER)
  return `${status} ${code}`
}

describe('the files and the tables', () => {
  test('hold 318 files: 95 that are JSON, 188 that are not, 35 that are left open', () => {
    const count = (prefix: string) => files.filter(({ name }) => name.startsWith(prefix)).length
    expect(files).toHaveLength(318)
    expect([count('y_'), count('n_'), count('i_')]).toEqual([95, 188, 35])
  })

  test('pin every file that is left open, 5 accepted and 30 refused, and override 5 others', () => {
    expect(Object.keys(LEFT_OPEN)).toEqual(files.filter(({ name }) => name.startsWith('i_')).map(({ name }) => name))
    expect(Object.values(LEFT_OPEN).filter(verdict => verdict === 'accepted')).toHaveLength(5)
    expect(Object.keys(OVERRIDES)).toHaveLength(5)
    expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(OVERRIDES)))
  })

  test('accept 97 files and refuse 221, 2 of them by their size', () => {
    const count = (verdict: JsonVerdict) => files.filter(file => verdictOn(file) === verdict).length
    expect([count('accepted'), count('token_json_invalid'), count('token_too_large')]).toEqual([97, 219, 2])
  })
})

describe('inside a token (RFC 7515 section 5.2, RFC 7519 section 7.2)', () => {
  const issuer = 'https://login.example.com'
  const claims = claimsOf(issuer)
  const server = resourceServer(issuer, { jwks: { keys: [HONEST_KEY] } })

  test('the token without any file in it is granted', async () => {
    expect(await resultOf(server, signed(HEADER, claims))).toBe('granted')
    expect(await resultOf(server, signed(HEADER, spliced(claims, { name: '1', bytes: Buffer.from('1') })))).toBe(
      'granted',
    )
  })

  for (const file of files) {
    const verdict = verdictOn(file)

    if (verdict === 'accepted') {
      test(`${file.name} as a claim is granted, and arrives as it was signed`, async () => {
        const outcome = await check(server, signed(HEADER, spliced(claims, file)))
        if (!outcome.granted) throw new Error(`refused with ${outcome.denial.code}`)
        expect(outcome.access.claims.x).toEqual(JSON.parse(file.bytes.toString()))
        expect((await server.verify(signed(HEADER, spliced(claims, file)))).clientId).toBe('importer')
      })

      test(`${file.name} as a header parameter is granted`, async () => {
        expect(await resultOf(server, signed(spliced(HEADER, file), claims))).toBe('granted')
      })
      continue
    }

    test.each([
      ['a claim', signed(HEADER, spliced(claims, file))],
      ['a header parameter', signed(spliced(HEADER, file), claims)],
    ])(`${file.name} as %s is refused with 401 and ${verdict}`, async (_, token) => {
      expect(await resultOf(server, token)).toBe(`401 ${verdict}`)
      const refusal: unknown = await server.verify(token).catch(error => error)
      expect(refusal).toBeInstanceOf(TokenRejected)
      expect(refusal).toMatchObject({ code: verdict })
    })
  }
})

describe('as a document of the issuer', () => {
  const documents = useDocumentServer()

  /** What a genuine token meets where the key set is this document. */
  async function withKeySet(document: Buffer): Promise<string> {
    const issuer = documents().origin
    const server = resourceServer(issuer, { jwksUri: documents().publish('/jwks', document) })
    return resultWithReason(server, signed(HEADER, claimsOf(issuer)))
  }

  /** The same where the metadata is this document. */
  async function withMetadata(document: Buffer): Promise<string> {
    const issuer = documents().origin
    documents().publish('/jwks', JSON.stringify({ keys: [HONEST_KEY] }))
    documents().publish(METADATA, document)
    return resultWithReason(resourceServer(issuer, {}), signed(HEADER, claimsOf(issuer)))
  }

  const metadata = () => JSON.stringify({ issuer: documents().origin, jwks_uri: `${documents().origin}/jwks` })
  const honestKey = JSON.stringify(HONEST_KEY)

  test('a key set and metadata without any file in them let the token through', async () => {
    expect(await withKeySet(Buffer.from(`{"keys":[${honestKey}]}`))).toBe('granted')
    expect(await withMetadata(Buffer.from(metadata()))).toBe('granted')
  })

  test('80 of the 97 accepted files are arrays', () => {
    expect(files.filter(isStrictJson).filter(isArray)).toHaveLength(80)
  })

  for (const file of files) {
    describe(file.name, () => {
      const isStrict = isStrictJson(file)
      const isStrictArray = isStrict && isArray(file)
      const outcome = isStrict ? 'granted' : NOT_AN_OBJECT

      test('as the whole key set is no key set: 503 (RFC 7517 section 5)', async () => {
        expect(await withKeySet(file.bytes)).toBe(isStrict && isObject(file) ? NO_KEYS : NOT_AN_OBJECT)
      })

      const asKeys = isStrictArray ? '401 key_unknown' : isStrict ? NO_KEYS : NOT_AN_OBJECT
      test(`as the member "keys" leads to: ${asKeys} (RFC 7517 section 5.1)`, async () => {
        expect(await withKeySet(around('{"keys":', file.bytes, '}'))).toBe(asKeys)
      })

      test(`as one more key beside a good one leads to: ${outcome} (RFC 7517 section 5)`, async () => {
        expect(await withKeySet(around(`{"keys":[${honestKey},`, file.bytes, ']}'))).toBe(outcome)
      })

      test(`as an unknown member of the key set leads to: ${outcome} (RFC 7517 section 5)`, async () => {
        expect(await withKeySet(spliced(`{"keys":[${honestKey}]}`, file))).toBe(outcome)
      })

      test('as the whole metadata is no metadata: 503 (RFC 8414 section 3.2)', async () => {
        expect(await withMetadata(file.bytes)).toBe(
          metadataFailure(
            isStrict && isObject(file) ? 'its issuer is not the option "issuer" to the letter' : NO_JSON_OBJECT,
          ),
        )
      })

      const asMember = isStrict ? 'granted' : metadataFailure(NO_JSON_OBJECT)
      test(`as an unknown member of the metadata leads to: ${asMember} (RFC 8414 section 3.2)`, async () => {
        expect(await withMetadata(spliced(metadata(), file))).toBe(asMember)
      })
    })
  }
})

/**
 * What `check` answers, once `verify` has come to the same. A 503 comes with the reason that operators see, so that a
 * document is known to have failed for what it holds.
 */
async function resultWithReason(server: ResourceServer<'read'>, token: string): Promise<string> {
  const events: KeySetEvent[] = []
  const collect = (event: unknown): void => {
    events.push(event as KeySetEvent)
  }
  subscribe('scopeward:key-set', collect)
  const result = await resultOf(server, token)
  unsubscribe('scopeward:key-set', collect)
  const verdict = await server.verify(token).catch((error: unknown) => error)
  if (result === 'granted') expect(verdict).toMatchObject({ clientId: 'importer' })
  else expect(verdict).toBeInstanceOf(result.startsWith('503') ? VerificationUnavailable : TokenRejected)
  expect(events).toHaveLength(1)
  return events[0]?.outcome === 'failed' ? `${result}: ${events[0].reason}` : result
}
