import { describe, expect, test } from 'vitest'
import { holdRows } from './hold-rows.ts'
import { withClaims } from './mint.ts'
import {
  type Attack,
  eachValue,
  expectAccepted,
  expectRefused,
  testAccepted,
  testAttacks,
  useBench,
} from './support.ts'

holdRows()

const bench = useBench()

const nowSeconds = () => Math.floor(bench.clock() / 1000)

/** One claim with a value that is known only when the test runs. */
function relative(name: string, code: Attack[1], claims: () => Readonly<Record<string, unknown>>): Attack {
  return [name, code, honest => withClaims(claims())(honest)]
}

describe('CL1 to CL3: times (RFC 7519 sections 4.1.4 to 4.1.6)', () => {
  const noNumbers = ['4102444800', '', '0', null, false, true, [], [4_102_444_800], {}, 'Infinity', 'NaN'] as const
  testAttacks(bench, [
    ['CL1 no exp', 'claim_missing', withClaims({ exp: undefined })],
    ['CL3 no iat', 'claim_missing', withClaims({ iat: undefined })],
    ...eachValue('CL1', 'exp', 'claim_invalid', noNumbers),
    ...eachValue('CL3', 'nbf', 'claim_invalid', noNumbers),
    ...eachValue('CL3', 'iat', 'claim_invalid', noNumbers),
    ...eachValue('CL1', 'exp', 'token_expired', [0]),
    relative('CL2 exp is now', 'token_expired', () => ({ exp: nowSeconds() })),
    relative('CL2 exp was a second ago', 'token_expired', () => ({ exp: nowSeconds() - 1 })),
    relative('CL3 nbf in a second', 'token_not_yet_valid', () => ({ nbf: nowSeconds() + 1 })),
    relative('CL3 iat in a second', 'token_issued_in_future', () => ({ iat: nowSeconds() + 1 })),
    relative('CL1 exp in milliseconds', 'claim_invalid', () => ({ exp: bench.clock() })),
    relative('CL2 expired, with every other claim wrong as well', 'token_expired', () => ({
      exp: 1,
      sub: 1,
      jti: 1,
      cnf: 1,
    })),
  ])
  testAccepted(bench, [
    ['CL2 exp in a second', honest => withClaims({ exp: nowSeconds() + 1 })(honest)],
    ['CL3 nbf is now', honest => withClaims({ nbf: nowSeconds() })(honest)],
    ['CL3 iat is now', honest => withClaims({ iat: nowSeconds() })(honest)],
  ])
})

describe('CL11: who the token is about (RFC 9068 section 2.2)', () => {
  const noText = [null, 42, true, {}, [], ['test-client'], ''] as const
  testAttacks(
    bench,
    ['sub', 'client_id', 'jti'].flatMap(name => [
      [`CL11 no ${name}`, 'claim_missing', withClaims({ [name]: undefined })] as const,
      ...eachValue('CL11', name, 'claim_invalid', noText),
    ]),
  )
})

describe('CL16: a client that acts for itself is told from one that acts for somebody (RFC 9700 section 4.15)', () => {
  test.each([
    ['service', { sub: 'test-client' }],
    ['user', { sub: 'alice' }],
    ['user', { sub: 'TEST-CLIENT' }],
    ['user', { sub: 'test-client ' }],
  ] as const)('CL16 %s: %j', async (kind, claims) => {
    const token = withClaims(claims)(await bench.honest())
    await expectAccepted(bench, token)
    for (const { core } of bench.apis) expect((await core.verify(token)).kind).toBe(kind)
  })
})

describe('CL18: bound tokens (RFC 9449 section 7.2, RFC 8705 section 3, RFC 7800 section 3.1)', () => {
  const jkt = '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I'
  testAttacks(
    bench,
    eachValue('CL18', 'cnf', 'sender_constraint_unsupported', [
      { jkt },
      { jkt, 'x5t#S256': jkt },
      { jwk: { kty: 'oct', k: '' } },
      { kid: 'x' },
      { jku: 'https://a.example' },
      { osc: 1 },
      {},
      [],
      [{ jkt }],
      null,
      false,
      '',
      0,
      jkt,
    ]),
  )
})

describe('CL2, CL3: the tolerance for clocks', () => {
  /** The default. */
  const bench = useBench(['ES256'], { clockToleranceSeconds: 5 })
  const now = (): number => bench.clock() / 1000

  test('CL3 a token of a clock that is two seconds fast is accepted, of one that is six seconds fast is not', async () => {
    const honest = await bench.honest()
    for (const ahead of [2, 5])
      await expectAccepted(bench, withClaims({ iat: now() + ahead, nbf: now() + ahead })(honest))
    await expectRefused(bench, withClaims({ iat: now() + 6 })(honest), 'token_issued_in_future')
    await expectRefused(bench, withClaims({ nbf: now() + 6 })(honest), 'token_not_yet_valid')
  })

  test('CL2 it is granted once, to a token that is remembered as to one that is new', async () => {
    const { token } = await bench.honest({ expiresInSeconds: 30 })
    const other = await bench.honest({ expiresInSeconds: 30 })
    await expectAccepted(bench, token)
    bench.clock.advance({ seconds: 34.999 })
    await expectAccepted(bench, token)
    await expectAccepted(bench, other.token)
    bench.clock.advance({ seconds: 0.001 })
    await expectRefused(bench, token, 'token_expired')
    await expectRefused(bench, withClaims({ jti: 'never seen' })(other), 'token_expired')
  })
})

describe('CL2: a token that does not say when it was issued', () => {
  const profile = { name: 'without iat', basedOn: 'rfc9068', withoutRulesFor: ['iat'] } as const
  const bench = useBench(['ES256'], async ({ issuer }) => ({ issuer: { issuer, profile } }))

  test('CL2 is remembered until its exp and not for longer, where a profile lets iat be left out (SEEN1)', async () => {
    const honest = await bench.honest({ expiresInSeconds: 30 })
    const token = withClaims({ iat: undefined })(honest)
    await expectAccepted(bench, token)
    bench.clock.advance({ seconds: 29.999 })
    await expectAccepted(bench, token)
    bench.clock.advance({ seconds: 0.001 })
    await expectRefused(bench, token, 'token_expired')
  })

  test('CL1 is refused without exp all the same', async () => {
    const honest = await bench.honest()
    await expectAccepted(bench, withClaims({ iat: undefined })(honest))
    await expectRefused(bench, withClaims({ iat: undefined, exp: undefined })(honest), 'claim_missing')
  })
})
