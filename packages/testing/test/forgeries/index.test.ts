import { verify, X509Certificate } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  createTestIssuer,
  type ForgeryName,
  forgeries,
  forgeryNames,
  type TestAlgorithm,
  type TestIssuer,
  testClock,
} from '../../src/index.ts'
import { bytesOf, claimsOf, headerOf, verifyByJose } from '../support.ts'

/** What jose accepts although it should not, or leaves to its user: why a forgery is worth having. */
const ACCEPTED_BY_JOSE: readonly ForgeryName[] = [
  'audience-mixed-array',
  'b64-false',
  'client-id-object',
  'cnf-array',
  'cnf-unknown',
  'crit-b64',
  'cty-jwt',
  'dpop-bound',
  'exp-huge',
  'exp-infinity',
  'header-duplicate-alg',
  'issued-in-future',
  'jti-null',
  'lone-surrogate',
  'mtls-bound',
  'newline-in-payload',
  'payload-bom',
  'payload-deep',
  'payload-duplicate-escaped',
  'payload-duplicate-scope',
  'scope-array',
  'scope-double-space',
  'scope-leading-space',
  'scope-nbsp',
  'scope-object',
  'scope-tab',
  'scope-too-many',
  'signature-noncanonical',
  'signature-padding',
  'subject-number',
  'too-large',
  'whitespace-in-signature',
]

/** With the jti fixed, RS256 and Ed25519 sign the honest twin alike each time, so that a difference is the defect. */
const INPUT = { scope: ['controls:read', 'controls:write'], claims: { jti: 'same' } }
const ALL = Object.keys(forgeries) as ForgeryName[]
const clock = testClock()

describe.each<TestAlgorithm>(['RS256', 'PS256', 'ES256', 'ES384', 'Ed25519', 'EdDSA'])('with %s', algorithm => {
  let issuer: TestIssuer
  beforeAll(async () => {
    issuer = await createTestIssuer({ algorithm, clock })
  })
  afterAll(() => issuer.stop())

  const existing = ALL.filter(name => forgeries[name].algorithms?.includes(algorithm) !== false)

  test.each(existing)('%s differs from its honest twin, and jose judges it as expected', async name => {
    const honest = await issuer.token(INPUT)
    await verifyByJose(issuer, honest)
    const forged = await issuer.forge(name, INPUT)
    expect(forged).not.toBe(honest)
    const verdict = verifyByJose(issuer, forged)
    if (ACCEPTED_BY_JOSE.includes(name)) await verdict
    else await expect(verdict).rejects.toHaveProperty('code', expect.stringMatching(/^ERR_J/))
  })

  test('all but too-large fit into 16 KiB, and all but the line break into a header', async () => {
    for (const name of existing) {
      const forged = await issuer.forge(name, INPUT)
      expect([name, forged.length > 16_384]).toEqual([name, name === 'too-large'])
      expect([name, /^[\x20-\x7e]+$/.test(forged)]).toEqual([name, name !== 'newline-in-payload'])
    }
  })

  test('a forgery that the key cannot carry says which key could', async () => {
    for (const name of ALL.filter(each => !existing.includes(each))) {
      await expect(issuer.forge(name)).rejects.toThrow(`forge: "${name}" needs a signing key for `)
    }
  })
})

describe('the catalogue', () => {
  test('describes each forgery and names its attack', () => {
    for (const name of ALL) {
      expect(forgeries[name].description).not.toBe('')
      expect([name, forgeries[name].attack]).toEqual([
        name,
        expect.stringMatching(/^(ALG|KEY|SIG|ENC|JSON|CL|NET)\d+$/),
      ])
    }
    expect(ALL.length).toBe(97)
  })

  test('forgeryNames leaves out what has a caveat or does not exist for the algorithm', () => {
    const withCaveat: ForgeryName[] = ['whitespace-in-signature', 'newline-in-payload', 'too-large', 'expires-now']
    const forEc: ForgeryName[] = ['es256-der-signature', 'ecdsa-zero']
    expect(forgeryNames()).toEqual(ALL.filter(name => !withCaveat.includes(name) && !forEc.includes(name)))
    expect(forgeryNames('ES256')).toEqual(ALL.filter(name => !withCaveat.includes(name)))
    expect(forgeryNames('ES384')).not.toContain('signature-noncanonical')
  })
})

describe('one defect each', () => {
  let issuer: TestIssuer
  beforeAll(async () => {
    issuer = await createTestIssuer({ algorithm: 'ES256', clock })
  })
  afterAll(() => issuer.stop())

  const HEADER_ONLY: Partial<Record<ForgeryName, readonly string[]>> = {
    'alg-none': ['alg'],
    'alg-none-case': ['alg'],
    'alg-hs256-public-key-pem': ['alg'],
    'alg-mismatch-key': ['alg'],
    'header-jwk': ['jwk'],
    'header-jku': ['jku'],
    'header-x5c': ['x5c'],
    'kid-unknown': ['kid'],
    'kid-number': ['kid'],
    'kid-path-traversal': ['kid'],
    'kid-proto': ['kid'],
    'kid-huge': ['kid'],
    'typ-jwt': ['typ'],
    'typ-missing': ['typ'],
    'typ-array': ['typ'],
    'typ-parameter': ['typ'],
    'crit-unknown': ['crit', 'urn:example:extension'],
    'crit-empty': ['crit'],
    'crit-b64': ['b64', 'crit'],
    'b64-false': ['b64'],
    'cty-jwt': ['cty'],
    'wrong-key': [],
  }

  test.each(Object.entries(HEADER_ONLY))('%s changes the header in %j and nothing else', async (name, parameters) => {
    const [honest, forged] = [await issuer.token(INPUT), await issuer.forge(name as ForgeryName, INPUT)]
    expect(changes(headerOf(honest), headerOf(forged))).toEqual(parameters)
    expect(claimsOf(forged)).toEqual(claimsOf(honest))
  })

  const CLAIMS_ONLY: Partial<Record<ForgeryName, readonly string[]>> = {
    expired: ['exp', 'iat'],
    'expires-now': ['exp', 'iat'],
    'exp-missing': ['exp'],
    'exp-string': ['exp'],
    'exp-infinity': ['exp'],
    'not-yet-valid': ['exp', 'nbf'],
    'issued-in-future': ['exp', 'iat'],
    'subject-number': ['sub'],
    'client-id-object': ['client_id'],
    'jti-null': ['jti'],
    'issuer-case': ['iss'],
    'issuer-trailing-slash': ['iss'],
    'audience-prefix': ['aud'],
    'audience-mixed-array': ['aud'],
    'scope-array': ['scope'],
    'scope-too-many': ['scope'],
    'payload-tampered': ['scope'],
    'payload-duplicate-scope': ['scope'],
    'payload-duplicate-escaped': ['scope'],
    'lone-surrogate': ['sub'],
    'dpop-bound': ['cnf'],
    'too-large': ['padding'],
  }

  test.each(Object.entries(CLAIMS_ONLY))('%s changes the claims in %j and nothing else', async (name, claims) => {
    const [honest, forged] = [await issuer.token(INPUT), await issuer.forge(name as ForgeryName, INPUT)]
    expect(changes(claimsOf(honest), claimsOf(forged))).toEqual(claims)
    expect(headerOf(forged)).toEqual(headerOf(honest))
  })

  test('payload-deep nests deeper than JSON.stringify can follow', async () => {
    const claims = claimsOf(await issuer.forge('payload-deep', INPUT))
    expect(claims).toMatchObject({ client_id: 'test-client', scope: 'controls:read controls:write' })
    expect(() => JSON.stringify(claims)).toThrow(RangeError)
  })

  test('forgeries of the scope keep what was asked for, and invent a second scope where there was one', async () => {
    expect(claimsOf(await issuer.forge('scope-tab', INPUT)).scope).toBe('controls:read\tcontrols:write')
    expect(claimsOf(await issuer.forge('scope-double-space', { scope: 'a' })).scope).toBe('a  unused-scope')
    expect(claimsOf(await issuer.forge('scope-array')).scope).toEqual(['read', 'unused-scope'])
    expect(claimsOf(await issuer.forge('payload-duplicate-scope')).scope).toBe('read admin')
  })

  test('forgeries of the audience start from the first of several', async () => {
    const forged = await issuer.forge('audience-suffix-slash', {
      audience: ['https://a.example/', 'https://b.example'],
    })
    expect(claimsOf(forged).aud).toBe('https://a.example')
  })

  test('header-x5c holds a real self-signed certificate of the key that signed', async () => {
    for (const algorithm of ['RS256', 'ES256', 'Ed25519'] as const) {
      const key = await issuer.rotateKeys({ algorithm })
      const [certificate] = headerOf(await issuer.forge('header-x5c')).x5c as [string]
      const parsed = new X509Certificate(Buffer.from(certificate, 'base64'))
      expect(parsed.verify(parsed.publicKey)).toBe(true)
      expect(parsed.publicKey.equals(key.publicKey)).toBe(false)
    }
    await issuer.rotateKeys({ algorithm: 'ES256' })
  })

  test('es256-der-signature is the DER form that node:crypto itself writes', async () => {
    for (let i = 0; i < 40; i++) {
      const forged = await issuer.forge('es256-der-signature')
      const input = Buffer.from(forged.slice(0, forged.lastIndexOf('.')))
      expect(verify('sha256', input, issuer.signingKey.publicKey, bytesOf(forged, 2))).toBe(true)
    }
  })

  test('signature-noncanonical and whitespace-in-signature decode to the honest bytes', async () => {
    for (const name of ['signature-noncanonical', 'signature-padding', 'whitespace-in-signature'] as const) {
      await verifyByJose(issuer, await issuer.forge(name))
    }
  })

  test('base64-standard-alphabet always holds a character of the other alphabet', async () => {
    await issuer.rotateKeys({ algorithm: 'Ed25519' })
    for (let i = 0; i < 60; i++) expect(await issuer.forge('base64-standard-alphabet')).toMatch(/[+/]/)
    await issuer.rotateKeys({ algorithm: 'ES256' })
  })
})

function changes(honest: Record<string, unknown>, forged: Record<string, unknown>): readonly string[] {
  const names = new Set([...Object.keys(honest), ...Object.keys(forged)])
  const differs = (name: string): boolean => !isDeepStrictEqual(honest[name], forged[name])
  return [...names].filter(differs).sort()
}
