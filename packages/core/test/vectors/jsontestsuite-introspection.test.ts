import { generateKeyPairSync, sign } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createResourceServer, type DeniedEvent, introspection, type ResourceServer } from '@scopeward/core'
import { describe, expect, test } from 'vitest'
import { useDocumentServer } from './document-server.ts'
import { around, files, isObject, isStrictJson, type JsonFile, spliced } from './jsontestsuite.ts'

const NOW_SECONDS = 1_800_000_000
const AUDIENCE = 'https://api.example.com'
const CLIENT = 'importer'
const TOKEN = 'an-opaque-token'
const OTHER = { aud: AUDIENCE, client_id: CLIENT, token_type: 'Bearer', scope: 'read', exp: NOW_SECONDS + 300 }
const ACTIVE = JSON.stringify({ active: true, ...OTHER })

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const KEY = { ...publicKey.export({ format: 'jwk' }), kid: 'honest', alg: 'Ed25519', use: 'sig' }

const documents = useDocumentServer()
const servers = new Map<boolean, ResourceServer<'read'>>()

/** Asks its issuer on every request: nothing is remembered in between. */
function resourceServer(signed: boolean): ResourceServer<'read'> {
  const server = servers.get(signed) ?? createAsker(documents().origin, signed)
  servers.set(signed, server)
  return server
}

function createAsker(origin: string, signed: boolean): ResourceServer<'read'> {
  return createResourceServer({
    issuer: introspection({
      issuer: origin,
      clientId: CLIENT,
      clientAuthentication: { method: 'client_secret_basic', clientSecret: 'a secret' },
      introspectionEndpoint: `${origin}/introspect`,
      cacheSeconds: 0,
      ...(signed && { signedResponses: true, jwks: { keys: [KEY] } }),
    }),
    audience: AUDIENCE,
    scopes: { read: 'Read' },
    allowHttpOnLoopback: true,
    clock: () => NOW_SECONDS * 1000,
  })
}

/** `granted`, or status, code and the reason that operators see. */
async function verdictOver(body: string | Uint8Array, signed = false): Promise<string> {
  documents().publish('/introspect', body)
  const events: DeniedEvent[] = []
  const collect = (event: unknown): void => void events.push(event as DeniedEvent)
  subscribe('scopeward:denied', collect)
  const request = { method: 'GET', url: '/', headers: ['Authorization', `Bearer ${TOKEN}`] }
  const outcome = await resourceServer(signed).check(request, 'read')
  unsubscribe('scopeward:denied', collect)
  expect(events).toHaveLength(outcome.granted ? 0 : 1)
  if (outcome.granted) return 'granted'
  const { status: answered, code } = outcome.denial
  const reason = events[0]?.detail?.reason
  return reason === undefined ? `${answered} ${code}` : `${answered} ${code}: ${reason}`
}

/** RFC 9701 section 5, with the response as it is, byte by byte. */
function signedAnswer(response: Buffer): string {
  const header = Buffer.from(JSON.stringify({ alg: 'Ed25519', typ: 'token-introspection+jwt', kid: 'honest' }))
  const claims = JSON.stringify({ iss: documents().origin, aud: CLIENT, iat: NOW_SECONDS })
  const payload = around(`${claims.slice(0, -1)},"token_introspection":`, response, '}')
  const input = `${header.toString('base64url')}.${payload.toString('base64url')}`
  return `${input}.${sign(null, Buffer.from(input), privateKey).toString('base64url')}`
}

const unavailable = (reason: string): string => `503 introspection_unavailable: ${reason}`
const NO_OBJECT = unavailable('the answer was not a strict JSON object')
const UNDECIDED = unavailable('the answer does not say whether the token is active')
const SIGNED_NO_OBJECT = unavailable('the signed answer was refused (token_json_invalid)')

test('an answer without any file in it lets the token through, plain and signed; the refusals are what they should be', async () => {
  expect(await verdictOver(ACTIVE)).toBe('granted')
  expect(await verdictOver(signedAnswer(Buffer.from(ACTIVE)), true)).toBe('granted')
  expect(await verdictOver('{"active":false}')).toBe('401 token_inactive')
  expect(await verdictOver(signedAnswer(Buffer.from('{"active":false}')), true)).toBe('401 token_inactive')
})

/** What `active` is where the file is its value (RFC 7662 section 2.2: a boolean). */
function verdictOnActive(file: JsonFile): string {
  if (!isStrictJson(file)) return NO_OBJECT
  const value: unknown = JSON.parse(file.bytes.toString())
  if (value === true) return 'granted'
  return value === false ? '401 token_inactive' : UNDECIDED
}

describe('each of the 318 files in the answer of an introspection endpoint (RFC 7662 section 2.2, RFC 9701 section 5)', () => {
  test('the files are 318, 97 of them strict JSON, one of those true and one false', () => {
    const values = files.filter(isStrictJson).map(({ bytes }) => JSON.parse(bytes.toString()) as unknown)
    expect([files.length, values.length]).toEqual([318, 97])
    expect([values.filter(value => value === true), values.filter(value => value === false)]).toEqual([[true], [false]])
  })

  test.each(files.map(file => [file.name, file] as const))('%s', async (_, file) => {
    const isStrict = isStrictJson(file)
    expect(await verdictOver(file.bytes)).toBe(isStrict && isObject(file) ? UNDECIDED : NO_OBJECT)
    expect(await verdictOver(spliced(ACTIVE, file))).toBe(isStrict ? 'granted' : NO_OBJECT)
    const asActive = around(`${JSON.stringify(OTHER).slice(0, -1)},"active":`, file.bytes, '}')
    expect(await verdictOver(asActive)).toBe(verdictOnActive(file))
    const signed = await verdictOver(signedAnswer(spliced(ACTIVE, file)), true)
    expect(signed).toBe(isStrict ? 'granted' : SIGNED_NO_OBJECT)
  })
})
