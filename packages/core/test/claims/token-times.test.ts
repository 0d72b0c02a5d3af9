import { describe, expect, test } from 'vitest'
import { requireBegun, requireNotExpired, requireNumericDate } from '../../src/claims/token-times.ts'
import type { DenialCode } from '../../src/errors/denials.ts'
import { refusalOf } from '../support/refusals.ts'
import { NOW } from '../support/tokens.ts'

const TIMES = { issuedAt: NOW - 10, notBefore: NOW - 10, expiresAt: NOW + 600 }

/** `undefined` where the times hold at NOW. */
function verdict(
  times: Partial<typeof TIMES>,
  toleranceSeconds: number,
  now: number = NOW * 1000,
): DenialCode | undefined {
  let code: DenialCode | undefined
  try {
    code = refusalOf(() => {
      const all = { ...TIMES, ...times }
      requireNotExpired(all.expiresAt, toleranceSeconds, now)
      requireBegun(all, toleranceSeconds, now)
    }).code
  } catch (error) {
    if ((error as Error).message !== 'nothing was refused') throw error
  }
  return code
}

describe('exp: the token is refused at that moment and later (RFC 7519 section 4.1.4)', () => {
  test.each<[string, number, number, DenialCode | undefined]>([
    ['a second before', NOW + 1, 0, undefined],
    ['a millisecond before', NOW + 0.001, 0, undefined],
    ['at that moment', NOW, 0, 'token_expired'],
    ['after it', NOW - 1, 0, 'token_expired'],
    ['at that moment, with tolerance', NOW, 5, undefined],
    ['just within the tolerance', NOW - 4.999, 5, undefined],
    ['as late as the tolerance', NOW - 5, 5, 'token_expired'],
    ['later: the tolerance is added once, not twice', NOW - 6, 5, 'token_expired'],
  ])('%s', (_name, expiresAt, tolerance, code) => {
    expect(verdict({ expiresAt }, tolerance)).toBe(code)
  })
})

describe('nbf: the token is refused before that moment (RFC 7519 section 4.1.5)', () => {
  test.each<[string, number, number, DenialCode | undefined]>([
    ['at that moment', NOW, 0, undefined],
    ['a millisecond before', NOW + 0.001, 0, 'token_not_yet_valid'],
    ['as early as the tolerance', NOW + 5, 5, undefined],
    ['one more', NOW + 6, 5, 'token_not_yet_valid'],
  ])('%s', (_name, notBefore, tolerance, code) => {
    expect(verdict({ notBefore }, tolerance)).toBe(code)
  })
})

describe('iat: a token from the future is refused (RFC 7519 section 4.1.6)', () => {
  test.each<[string, number, number, DenialCode | undefined]>([
    ['issued now', NOW, 0, undefined],
    ['a second ahead', NOW + 1, 0, 'token_issued_in_future'],
    ['ahead by the tolerance', NOW + 5, 5, undefined],
    ['one more', NOW + 6, 5, 'token_issued_in_future'],
    ['long ago', 0, 0, undefined],
  ])('%s', (_name, issuedAt, tolerance, code) => {
    expect(verdict({ issuedAt }, tolerance)).toBe(code)
  })
})

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('a clock that yields %s refuses', now => {
  expect(verdict({}, 300)).toBeUndefined()
  expect(verdict({}, 300, now)).toBeDefined()
})

test('of several reasons to wait nbf is given first', () => {
  expect(verdict({ notBefore: NOW + 9, issuedAt: NOW + 9 }, 0)).toBe('token_not_yet_valid')
})

test.each([0, 0.5, NOW, NOW + 0.25, 253_402_300_799])('%d is a NumericDate (RFC 7519 section 2)', value => {
  expect(requireNumericDate(value, 'exp')).toBe(value)
})

test.each([-1, -0.001, 253_402_300_799.5, 253_402_300_800, 1e300, Number.NaN, Number.POSITIVE_INFINITY])(
  '%d is none: beyond the year 9999 it would mean never',
  value => {
    expect(refusalOf(() => requireNumericDate(value, 'nbf'))).toEqual({
      code: 'claim_invalid',
      detail: { claim: 'nbf' },
    })
  },
)
