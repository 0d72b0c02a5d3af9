import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { parseOptions } from '../../src/options/parse-options.ts'
import { type SharedSecretOptions, sharedSecret } from '../../src/options/shared-secret.ts'
import { misuseOf } from '../support/refusals.ts'
import { AUDIENCE, ISSUER, SCOPES } from '../support/tokens.ts'

const SECRET = 'a-secret-of-thirty-two-bytes-0123456789'
const LONG = `${SECRET}${SECRET}`

/** Options as JavaScript may pass them: the compiler is not there to help. */
const make = (changes: Readonly<Record<string, unknown>> = {}) =>
  sharedSecret({ issuer: ISSUER, secrets: [SECRET], ...changes } as SharedSecretOptions)
const misuse = (changes: Readonly<Record<string, unknown>>) => misuseOf(() => make(changes))
const parse = (definition: unknown, beside: object = {}) =>
  parseOptions({ issuer: definition, audience: AUDIENCE, scopes: SCOPES, ...beside } as never)
const issuerOf = (definition: unknown) => {
  const { trusted } = parse(definition)
  if (trusted.kind !== 'list') throw new Error('no list')
  return trusted.issuers[0]
}

test('issuer and secrets suffice: HS256, the rules of RFC 9068, the audience of the server', () => {
  const rules = issuerOf(make())
  expect(rules).toMatchObject({
    issuer: ISSUER,
    profile: { name: 'rfc9068' },
    audiences: new Set([AUDIENCE]),
    proof: { kind: 'sharedSecret', secrets: [Buffer.from(SECRET)] },
  })
  expect([...(rules?.algorithms.keys() ?? [])]).toEqual(['HS256'])
})

test('all options count', () => {
  const rules = issuerOf(
    make({ secrets: [LONG, `${LONG}-2`], algorithm: 'HS512', audience: ['a', 'b'], profile: 'plainJwt' }),
  )
  expect(rules).toMatchObject({ profile: { name: 'plainJwt' }, audiences: new Set(['a', 'b']) })
  expect([...(rules?.algorithms.keys() ?? [])]).toEqual(['HS512'])
})

describe('what is passed', () => {
  test.each([undefined, null, 'secret', 1, [{ issuer: ISSUER, secrets: [SECRET] }]])('%j is no options', options => {
    expect(misuseOf(() => sharedSecret(options as never))).toEqual({
      code: 'option_missing',
      message: 'Write sharedSecret({ issuer, secrets: [current, previous] }).',
    })
  })

  test.each([
    ['secret', 'Did you mean "secrets"?'],
    ['algorithms', 'Did you mean "algorithm"?'],
    ['jwks', 'Known: issuer, secrets, algorithm, audience, profile.'],
    ['jwksUri', 'Known: issuer, secrets, algorithm, audience, profile.'],
    ['clientId', 'Known: issuer, secrets, algorithm, audience, profile.'],
  ])('%s is no option', (name, hint) => {
    const message = `sharedSecret() has no option "${name}". ${hint}`
    expect(misuse({ [name]: 'x' })).toEqual({ code: 'option_unknown', message })
    expect(misuse({ [name]: undefined })).toEqual({ code: 'option_unknown', message })
  })
})

const PUBLIC_KEYS = (
  [
    ['an RSA key', generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['an Ed25519 key', generateKeyPairSync('ed25519')],
    ['a P-256 key', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
  ] as const
).map(([name, { publicKey }]) => [name, publicKey.export({ format: 'der', type: 'spki' })] as const)

describe('secrets', () => {
  const COUNT = 'sharedSecret(): "secrets" must be an array of one to 4 secrets, the current one first.'
  test('missing', () => {
    expect(misuse({ secrets: undefined })).toEqual({ code: 'option_missing', message: COUNT })
  })

  const five = [1, 2, 3, 4, 5].map(index => `${SECRET}${index}`)
  test.each([[null], [SECRET], [{ 0: SECRET }], [[]], [five], [new Set([SECRET])]])('%j', secrets => {
    expect(make({ secrets: five.slice(1) }).issuer).toBe(ISSUER)
    expect(misuse({ secrets })).toEqual({ code: 'option_invalid', message: COUNT })
  })

  test.each([
    [undefined, 'undefined'],
    [null, 'object'],
    [12345, 'number'],
    [true, 'boolean'],
    [[SECRET], 'object'],
    [{ kty: 'oct', k: SECRET }, 'object'],
    [new ArrayBuffer(64), 'object'],
    [() => SECRET, 'function'],
  ])('a secret that is %j', (secret, type) => {
    expect(misuse({ secrets: [SECRET, secret] })).toEqual({
      code: 'option_invalid',
      message: `sharedSecret(): secrets[1] must be text or bytes, not ${type}.`,
    })
  })

  test.each([
    ['nothing else', 0, new Array(1)],
    ['a secret before it', 1, Object.assign(new Array(2), [SECRET])],
    ['a secret behind it', 0, Object.assign(new Array(2), { 1: SECRET })],
  ])('a list with a hole, and %s', (_name, hole, secrets) => {
    expect(make({ secrets: secrets.filter(Boolean).concat(LONG) }).issuer).toBe(ISSUER)
    expect(misuse({ secrets })).toEqual({
      code: 'option_invalid',
      message: `sharedSecret(): secrets[${hole}] must be text or bytes, not undefined.`,
    })
  })

  const tooShort = (index: number, bytes: number, least: number) => ({
    code: 'option_invalid',
    message: `sharedSecret(): secrets[${index}] has ${bytes} bytes; it needs at least ${least}, as many as the hash (RFC 7518 section 3.2). Make one: openssl rand -base64 ${least}`,
  })

  test('shorter than the hash', () => {
    expect(misuse({ secrets: [''] })).toEqual(tooShort(0, 0, 32))
    expect(misuse({ secrets: [new Uint8Array()] })).toEqual(tooShort(0, 0, 32))
    expect(misuse({ secrets: [SECRET.slice(0, 31)] })).toEqual(tooShort(0, 31, 32))
    expect(misuse({ secrets: [SECRET, SECRET.slice(0, 31)] })).toEqual(tooShort(1, 31, 32))
    expect(misuse({ secrets: [Buffer.from(LONG).subarray(0, 31)] })).toEqual(tooShort(0, 31, 32))
    expect(make({ secrets: [SECRET.slice(0, 32)] }).issuer).toBe(ISSUER)
  })

  test('as long as the hash', () => {
    expect(misuse({ secrets: [LONG.slice(0, 47)], algorithm: 'HS384' })).toEqual(tooShort(0, 47, 48))
    expect(misuse({ secrets: [LONG.slice(0, 63)], algorithm: 'HS512' })).toEqual(tooShort(0, 63, 64))
    expect(make({ secrets: [LONG.slice(0, 64)], algorithm: 'HS512' }).issuer).toBe(ISSUER)
  })

  test('bytes count, not characters (RFC 7518 section 3.2)', () => {
    expect(make({ secrets: ['ü-ö-ä-ß-é-è-ê-ñ-ç-å-xy'] }).issuer).toBe(ISSUER)
    expect(misuse({ secrets: ['ü-ö-ä-ß-é-è-ê-ñ-ç-å'] })).toEqual(tooShort(0, 29, 32))
  })

  test.each([
    ['text', 'a'.repeat(64)],
    ['zeros', new Uint8Array(64)],
    ['ones', Buffer.alloc(64, 0xff)],
  ])('one byte over and over: %s', (_name, secret) => {
    expect(misuse({ secrets: [secret] })).toEqual({
      code: 'option_invalid',
      message: 'sharedSecret(): secrets[0] is one byte over and over, not a secret.',
    })
  })

  test.each([
    [SECRET, SECRET],
    [SECRET, Buffer.from(SECRET)],
    [Buffer.from(SECRET), new Uint8Array(Buffer.from(SECRET))],
  ])('two that are the same, however they are written', (first, second) => {
    expect(make({ secrets: [first, LONG] }).issuer).toBe(ISSUER)
    expect(misuse({ secrets: [first, LONG, second] })).toEqual({
      code: 'option_conflict',
      message: 'sharedSecret(): two of the secrets are the same. Keep one of them.',
    })
  })

  test('random bytes are secrets, and so is their base64', () => {
    expect(make({ secrets: [randomBytes(32), randomBytes(48).toString('base64')] }).issuer).toBe(ISSUER)
  })

  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = publicKey.export({ format: 'jwk' })
  test.each<[string, string | Buffer]>([
    ['a public key as PEM', publicKey.export({ format: 'pem', type: 'spki' })],
    ['a public key as PKCS 1 PEM', publicKey.export({ format: 'pem', type: 'pkcs1' })],
    ['a private key as PEM', privateKey.export({ format: 'pem', type: 'pkcs8' })],
    ['the bytes of a PEM', Buffer.from(publicKey.export({ format: 'pem', type: 'spki' }))],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nMIIB…\n-----END CERTIFICATE-----'],
    ['a JWK', JSON.stringify(jwk)],
    ['a JWK with spaces', JSON.stringify(jwk, null, 2)],
    ['a JWK of a shared secret', `{"kty":"oct","k":"${SECRET}"}`],
    ['a key set', JSON.stringify({ keys: [jwk] })],
    ...PUBLIC_KEYS.flatMap(([name, der]): [string, string | Buffer][] => [
      [`${name} as DER`, der],
      [`${name} as DER in base64, as Keycloak writes it`, der.toString('base64')],
      [`${name} as DER in base64url`, der.toString('base64url')],
    ]),
  ])('that are no secrets: %s (RFC 8725 section 2.1)', (_name, secret) => {
    expect(misuse({ secrets: [secret] })).toEqual({
      code: 'option_invalid',
      message:
        'sharedSecret(): secrets[0] is a key or certificate, which is no secret. Name the issuer with its key set instead: { issuer, jwksUri }.',
    })
  })
})
