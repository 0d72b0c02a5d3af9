import { describe, expect, test } from 'vitest'
import { holdRows } from './hold-rows.ts'
import { compact, textOf, withClaims, withHeader, withHeaderText, withRawClaim } from './mint.ts'
import { type Attack, CANARY, expectAccepted, testAccepted, testAttacks, useBench } from './support.ts'

holdRows()

const bench = useBench()

describe('JSON7: claims with names of JavaScript (njwt CVE-2024-34273)', () => {
  const names = [
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'valueOf',
    'toJSON',
    'then',
    'has',
  ] as const

  test.each(names)('JSON7 a claim %s is a claim like any other', async name => {
    const honest = await bench.honest()
    const value = { scope: 'admin', polluted: true, client_id: 'root' }
    const token = withRawClaim(name, JSON.stringify(value))(honest)
    await expectAccepted(bench, token)
    for (const { core } of bench.apis) {
      const access = await core.verify(token)
      expect(Object.getOwnPropertyDescriptor(access.claims, name)?.value).toEqual(value)
      expect(Object.getPrototypeOf(access.claims)).toBe(Object.prototype)
      expect([access.clientId, [...access.scopes], access.has('admin')]).toEqual(['test-client', ['items:read'], false])
    }
    expect('polluted' in {}).toBe(false)
  })

  const inherited =
    (missing: string): Attack[2] =>
    honest => {
      const { [missing]: value, ...others } = honest.claims
      return compact(honest, {
        payload: `{"__proto__":${JSON.stringify({ [missing]: value })},${JSON.stringify(others).slice(1)}`,
      })
    }
  testAttacks(
    bench,
    ['iss', 'aud', 'exp', 'iat', 'sub', 'client_id', 'jti'].map(
      (claim): Attack => [`JSON7 ${claim} inside __proto__`, 'claim_missing', inherited(claim)],
    ),
  )
  testAttacks(bench, [
    [
      'JSON7 alg inside __proto__ of the header',
      'algorithm_not_allowed',
      withHeaderText(json => `{"__proto__":${json},"typ":"at+jwt"}`),
    ],
    [
      'JSON7 typ inside __proto__ of the header',
      'type_not_accepted',
      withHeaderText(
        (_, { header: { typ, ...others } }) => `{"__proto__":{"typ":"${typ}"},${JSON.stringify(others).slice(1)}`,
      ),
    ],
  ])
})

describe('JSON9, JSON10, JSON11: headers that change what a token means (CVE-2025-59420, CVE-2026-35042)', () => {
  const crit = [
    ['urn:example:x'],
    [],
    ['alg'],
    ['exp'],
    ['kid', 'kid'],
    ['b64'],
    [1],
    'exp',
    '',
    null,
    true,
    {},
    [''],
  ] as const
  testAttacks(bench, [
    ...crit.map(
      (value): Attack => [
        `JSON9 crit ${JSON.stringify(value)}`,
        'header_not_accepted',
        withHeader({ crit: value, 'urn:example:x': 1 }),
      ],
    ),
    ...[true, false, null, 'false'].map(
      (value): Attack => [`JSON10 b64 ${JSON.stringify(value)}`, 'header_not_accepted', withHeader({ b64: value })],
    ),
    [
      'JSON10 b64 false with crit, the payload as it is (RFC 7797 section 7)',
      'header_not_accepted',
      withHeader({ b64: false, crit: ['b64'] }),
    ],
    ...['JWT', 'jwt', 'application/jwt', 'json', '', null].map(
      (cty): Attack => [`JSON11 cty ${JSON.stringify(cty)}`, 'header_not_accepted', withHeader({ cty })],
    ),
    [
      'JSON11 a token inside the token',
      'token_json_invalid',
      honest => compact(honest, { payload: JSON.stringify(honest.token) }),
    ],
    [
      'JSON11 a token inside the token, and cty',
      'header_not_accepted',
      honest => compact(honest, { header: { ...honest.header, cty: 'JWT' }, payload: honest.token }),
    ],
  ])
})

describe('JSON8: numbers (RFC 7519 section 2)', () => {
  testAttacks(bench, [
    ...['1e400', '-1e400'].map(
      (json): Attack => [`JSON8 exp ${json}`, 'token_json_invalid', withRawClaim('exp', json)],
    ),
    ...['1e308', '253402300800', '9007199254740993', '-1', '-0.5'].map(
      (json): Attack => [`JSON8 exp ${json}`, 'claim_invalid', withRawClaim('exp', json)],
    ),
    ...['0', '-0', '1e-400', '0.5'].map(
      (json): Attack => [`JSON8 exp ${json}`, 'token_expired', withRawClaim('exp', json)],
    ),
    ...['1e308', '-1'].map((json): Attack => [`JSON8 iat ${json}`, 'claim_invalid', withRawClaim('iat', json)]),
    ...['1e308', '-1'].map((json): Attack => [`JSON8 nbf ${json}`, 'claim_invalid', withRawClaim('nbf', json)]),
  ])
  testAccepted(bench, [
    ['JSON8 a fraction', honest => withClaims({ exp: Number(honest.claims.exp) + 0.5 })(honest)],
    ['JSON8 an exponent', withRawClaim('iat', '1.7e9')],
    ['JSON8 the last second of the year 9999', withRawClaim('exp', '253402300799')],
    ['JSON8 nbf 0', withRawClaim('nbf', '0')],
  ])
})

test('B16 the canary, which nobody may see again, is in every honest token', async () => {
  const { token } = await bench.honest()
  expect(textOf(token.split('.')[1] ?? '')).toContain(CANARY)
})
