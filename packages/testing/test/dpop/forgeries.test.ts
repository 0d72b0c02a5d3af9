import { isDeepStrictEqual } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  createDpopKey,
  type DpopKey,
  type ProofForgeryName,
  proofForgeries,
  proofForgeryNames,
  type TestAlgorithm,
  testClock,
} from '../../src/index.ts'
import { claimsOf, headerOf } from '../support.ts'
import { verifyProof } from './support.ts'

/** What jose and comparisons with `new URL()` accept although they should not: why a forgery is worth having. */
const ACCEPTED_BY_JOSE: readonly ProofForgeryName[] = [
  'b64-false',
  'crit-b64',
  'header-duplicate-alg',
  'htu-array',
  'htu-backslash',
  'htu-host-full-width',
  'htu-leading-space',
  'htu-one-slash',
  'htu-tab',
  'htu-userinfo',
  'jti-huge',
  'lone-surrogate',
  'payload-bom',
  'payload-deep',
  'payload-duplicate-escaped',
  'payload-duplicate-htu',
  'signature-noncanonical',
  'signature-padding',
  'too-large',
  'typ-application',
  'whitespace',
]

const clock = testClock()
const ALL = Object.keys(proofForgeries) as ProofForgeryName[]
/** With jti given, RS256 and Ed25519 sign the honest twin alike each time, so that a difference is the defect. */
const INPUT = { method: 'GET', url: 'https://api.example.com/v1/controls', accessToken: 'a.b.c', jti: 'same' }

const existing = (algorithm: TestAlgorithm): readonly ProofForgeryName[] =>
  ALL.filter(name => proofForgeries[name].algorithms?.includes(algorithm) !== false)

describe.each<TestAlgorithm>(['ES256', 'Ed25519', 'PS256', 'ES384'])('with %s', algorithm => {
  let key: DpopKey
  beforeAll(async () => {
    key = await createDpopKey(algorithm, { clock })
  })

  const judged = existing(algorithm).filter(name => name !== 'alg-rs256')

  test.each(judged)('%s differs from its honest twin, and jose judges it as expected', async name => {
    const honest = await key.proof(INPUT)
    await verifyProof(honest, { key, input: INPUT, clock })
    const forged = await key.forge(name, INPUT)
    expect(forged).not.toBe(honest)
    const verdict = await verifyProof(forged, { key, input: INPUT, clock }).then(
      () => 'accepted',
      () => 'refused',
    )
    expect(verdict).toBe(ACCEPTED_BY_JOSE.includes(name) ? 'accepted' : 'refused')
  })

  test('all but too-large fit into 16 KiB beside a token, and all into a header', async () => {
    for (const name of existing(algorithm)) {
      const forged = await key.forge(name, INPUT)
      expect([name, forged.length > 15_000]).toEqual([name, name === 'too-large'])
      expect([name, /^[\x20-\x7e]+$/.test(forged)]).toEqual([name, true])
    }
  })

  test('a forgery that the key cannot carry says which key could', async () => {
    for (const name of ALL.filter(each => !existing(algorithm).includes(each))) {
      await expect(key.forge(name, INPUT)).rejects.toThrow(`forge: "${name}" needs a key for `)
    }
  })
})

test('alg-rs256 is signed by the key itself where it is an RSA key, and jose accepts it if it may be RS256', async () => {
  const key = await createDpopKey('PS256', { clock })
  const forged = await key.forge('alg-rs256', INPUT)
  expect(headerOf(forged)).toEqual({ typ: 'dpop+jwt', alg: 'RS256', jwk: key.jwk })
  await verifyProof(forged, { key, input: INPUT, clock })
})

describe('the catalogue', () => {
  test('describes each forgery and names the check of RFC 9449 section 4.3 that it fails', () => {
    for (const name of ALL) {
      expect([name, proofForgeries[name].description]).toEqual([name, expect.stringMatching(/./)])
      expect([name, proofForgeries[name].check]).toEqual([name, expect.stringMatching(/^DP([2-9]|11|12)$/)])
    }
    expect(ALL.length).toBe(94)
  })

  test('proofForgeryNames leaves out what has a caveat or does not exist for the algorithm', () => {
    const withCaveat: ProofForgeryName[] = ['typ-application', 'alg-rs256', 'jwk-other-key', 'jti-huge', 'too-large']
    expect(proofForgeryNames()).toEqual(ALL.filter(name => !withCaveat.includes(name)))
    const forEc: ProofForgeryName[] = ['es256-der-signature', 'ecdsa-zero']
    expect(proofForgeryNames('Ed25519')).toEqual(ALL.filter(name => ![...withCaveat, ...forEc].includes(name)))
    expect(proofForgeryNames('ES384')).not.toContain('signature-padding')
  })

  test('says what is missing where a forgery is about the access token, and there is none', async () => {
    const key = await createDpopKey()
    const { accessToken, ...withoutToken } = INPUT
    for (const name of ALL) {
      const forged = key.forge(name, withoutToken)
      if (!proofForgeries[name].needsAccessToken) await forged.catch(() => undefined)
      else await expect(forged).rejects.toThrow(`forge: "${name}" needs the accessToken that the proof is sent with`)
    }
    await expect(key.forge('ath-gone' as never, INPUT)).rejects.toThrow('forge: "ath-gone" is none of typ-missing')
  })
})

describe('one defect each', () => {
  const CHANGES: Partial<Record<ProofForgeryName, readonly [header: readonly string[], claims: readonly string[]]>> = {
    'typ-jwt': [['typ'], []],
    'alg-missing': [['alg'], []],
    'alg-none': [['alg'], []],
    'jwk-missing': [['jwk'], []],
    'jwk-kid-instead': [['jwk', 'kid'], []],
    'jwk-private': [['jwk'], []],
    'jwk-symmetric': [['alg', 'jwk'], []],
    'jwk-other-key': [['jwk'], []],
    'signature-other-key': [[], []],
    'signature-tampered': [[], []],
    'payload-tampered': [[], ['jti']],
    'jti-missing': [[], ['jti']],
    'htm-other': [[], ['htm']],
    'htu-other-host': [[], ['htu']],
    'iat-infinity': [[], ['iat']],
    'ath-other-token': [[], ['ath']],
    'exp-past': [[], ['exp']],
    'crit-b64': [['b64', 'crit'], []],
    'payload-duplicate-htu': [[], []],
  }

  test.each(Object.entries(CHANGES))('%s changes %j and nothing else', async (name, [header, claims]) => {
    const key = await createDpopKey('ES256', { clock })
    const [honest, forged] = [await key.proof(INPUT), await key.forge(name as ProofForgeryName, INPUT)]
    expect(changes(headerOf(honest), headerOf(forged))).toEqual(header)
    expect(changes(claimsOf(honest), claimsOf(forged))).toEqual(claims)
  })

  test.each<readonly [ProofForgeryName, string, string?]>([
    ['htu-other-path', 'https://api.example.com/another/v1/controls'],
    ['htu-path-case', 'https://api.example.com/V1/CONTROLS'],
    ['htu-trailing-slash', 'https://api.example.com/v1/controls/'],
    ['htu-trailing-slash', 'https://api.example.com/v1/controls', 'https://api.example.com/v1/controls/'],
    ['htu-trailing-slash', 'https://api.example.com//', 'https://api.example.com/'],
    ['htu-encoded-slash', 'https://api.example.com/v1%2Fcontrols'],
    ['htu-encoded-slash', 'https://api.example.com/v1%2F', 'https://api.example.com/v1'],
    ['htu-other-host', 'https://attacker.example/v1/controls'],
    ['htu-host-prefix', 'https://api.example.com.attacker.example/v1/controls'],
    ['htu-host-final-dot', 'https://api.example.com./v1/controls'],
    ['htu-host-full-width', 'https://\uff41pi.example.com/v1/controls'],
    ['htu-host-full-width', 'http://\uff1127.0.0.1:80/', 'http://127.0.0.1:80/'],
    ['htu-other-port', 'https://api.example.com:8443/v1/controls'],
    ['htu-other-port', 'https://[::1]:9443/', 'https://[::1]:8443/'],
    ['htu-other-scheme', 'http://api.example.com/v1/controls'],
    ['htu-userinfo', 'https://user@api.example.com/v1/controls'],
    ['htu-backslash', 'https://api.example.com\\v1\\controls'],
    ['htu-one-slash', 'https:/api.example.com/v1/controls'],
    ['htu-relative', '/v1/controls'],
    ['htu-without-scheme', '//api.example.com/v1/controls'],
    ['htu-tab', 'https://api.example.com/v1/control\ts'],
    ['htu-leading-space', ' https://api.example.com/v1/controls'],
  ])('%s spells the target %j', async (name, htu, url = INPUT.url) => {
    const key = await createDpopKey('ES256', { clock })
    expect(claimsOf(await key.forge(name as ProofForgeryName, { ...INPUT, url })).htu).toBe(htu)
  })
})

function changes(before: Record<string, unknown>, after: Record<string, unknown>): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].filter(name => !isDeepStrictEqual(before[name], after[name])).sort()
}
