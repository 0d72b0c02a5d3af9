import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DenialCode } from '../../src/errors/denials.ts'
import { Rejection } from '../../src/errors/rejection.ts'
import {
  presentToken,
  requireSize,
  requireToken68,
  type Scheme,
  type Schemes,
} from '../../src/request/present-token.ts'
import { refusalOf } from '../support/refusals.ts'

/** The whole grammar of the header: the credential is found, then read character by character. */
function tokenIn(value: string, schemes: Schemes = ['Bearer']): string | undefined {
  const credential = presentToken({ method: 'GET', url: '/', headers: ['Authorization', value] }, schemes)
  if (credential === undefined) return undefined
  requireSize(credential)
  requireToken68(credential)
  return credential.token
}

test.each([
  ['Bearer abc', 'abc'],
  ['bearer abc', 'abc'],
  ['BEARER abc', 'abc'],
  ['bEaReR abc', 'abc'],
  ['Bearer  abc', 'abc'],
  ['Bearer      abc', 'abc'],
  ['Bearer a-._~+/Z09', 'a-._~+/Z09'],
  ['Bearer abc=', 'abc='],
  ['Bearer abc====', 'abc===='],
])('%j carries a token: scheme in any case, 1*SP, token68 (RFC 9110 sections 11.1 and 11.4)', (value, token) => {
  expect(tokenIn(value)).toBe(token)
})

describe('HTTP2: a Bearer header outside the grammar is authorization_malformed (RFC 6750 section 2.1)', () => {
  test.each([
    'Bearer',
    'bearer',
    'Bearer ',
    'Bearer  ',
    'Bearer a b',
    'Bearer abc ',
    'Bearer a, Bearer b',
    'Bearer a,b',
    'Bearer "abc"',
    'Bearer token="abc"',
    'Bearer =',
    'Bearer ==',
    'Bearer a=b',
    'Bearer\tabc',
    'Bearer \tabc',
    'Bearer abc\t',
    'Bearer\u00a0abc',
    'Bearer \u00a0abc',
    'Bearer abc\u00a0',
    'Bearer ab\u00e9',
    'Bearer ab\u2028c',
    'Bearer a\\b',
    'Bearer a;b',
    'Bearer a%20b',
    'Bearer a\0b',
    'Bearer a\nb',
    ' Bearer abc',
    '\tBearer abc',
    '',
    ' ',
    '"Bearer" abc',
    'Bear(er) abc',
    ',',
    '\u212aearer abc',
  ])('%j', value => {
    expect(tokenIn('Bearer abc')).toBe('abc')
    expect(refusalOf(() => tokenIn(value)).code).toBe('authorization_malformed')
  })
})

describe('HTTP3: another scheme is scheme_unsupported (RFC 6750 section 3.1)', () => {
  test.each([
    'Bearerx',
    'Bearerx abc',
    'Basic',
    'Basic Y2xpZW50OnNlY3JldA==',
    'Token abc',
    'DPoP abc',
    'Bearer-Token abc',
    'x',
    "!#$%&'*+-.^_`|~",
  ])('%j', value => {
    expect(tokenIn('Bearer abc')).toBe('abc')
    expect(refusalOf(() => tokenIn(value)).code).toBe('scheme_unsupported')
  })
})

test('a token of 16,384 characters is read and one of 16,385 is token_too_large (RFC 8725 section 3.3)', () => {
  expect(tokenIn(`Bearer ${'a'.repeat(16_384)}`)).toHaveLength(16_384)
  expect(refusalOf(() => tokenIn(`Bearer ${'a'.repeat(16_385)}`))).toEqual({
    code: 'token_too_large',
    detail: { limit: 16_384 },
  })
})

describe('where proofs are checked, the scheme DPoP is read like Bearer (RFC 9449 section 7.1)', () => {
  const BOTH: Schemes = ['Bearer', 'DPoP']
  const presentedIn = (value: string, schemes: Schemes = BOTH) =>
    presentToken({ method: 'GET', url: '/', headers: ['Authorization', value] }, schemes)

  test.each<[string, Scheme]>([
    ['DPoP abc', 'DPoP'],
    ['dpop abc', 'DPoP'],
    ['DPOP   abc', 'DPoP'],
    ['Bearer abc', 'Bearer'],
    ['bearer abc', 'Bearer'],
  ])('%j is a token under its scheme, in any case (RFC 9110 section 11.1)', (value, scheme) => {
    expect(presentedIn(value)).toEqual({ scheme, token: 'abc' })
  })

  test.each(['DPoP', 'DPoP ', 'DPoP a b', 'DPoP a, Bearer b', 'DPoP\tabc', 'DPoP "abc"'])('%j is malformed', value => {
    expect(tokenIn('DPoP abc', BOTH)).toBe('abc')
    expect(refusalOf(() => tokenIn(value, BOTH)).code).toBe('authorization_malformed')
  })

  test.each(['DPoPx abc', 'DPo abc', 'D-PoP abc', 'Basic abc'])('%j is another scheme', value => {
    expect(refusalOf(() => presentedIn(value)).code).toBe('scheme_unsupported')
  })

  test.each<[string, Schemes, string]>([
    ['DPoP', ['Bearer'], 'DPoP abc'],
    ['Bearer', ['DPoP'], 'Bearer abc'],
  ])('%s is another scheme where only the other one is known', (_name, schemes, value) => {
    expect(presentedIn(value, BOTH)).toMatchObject({ token: 'abc' })
    expect(refusalOf(() => presentedIn(value, schemes)).code).toBe('scheme_unsupported')
  })

  test('two Authorization headers are refused, whichever schemes they are of (RFC 9110 section 5.3)', () => {
    const headers = ['Authorization', 'DPoP abc', 'Authorization', 'Bearer abc']
    expect(refusalOf(() => presentToken({ method: 'GET', url: '/', headers }, BOTH)).code).toBe(
      'authorization_duplicated',
    )
  })
})

const KNOWN: readonly DenialCode[] = ['authorization_malformed', 'scheme_unsupported', 'token_too_large']
const HEADER_VALUE = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('Bearer', ' ', '\t', ',', '=', '"', 'a', '.', '\u00a0', '\ud800') }),
  fc.string({ unit: 'binary' }).map(rest => `Bearer ${rest}`),
)

test('whatever the header holds, the result is a token of the grammar or a known refusal, and nothing else is thrown', () => {
  const token68 = /^[A-Za-z0-9\-._~+/]+=*$/
  fc.assert(
    fc.property(HEADER_VALUE, value => {
      try {
        const token = tokenIn(value)
        expect(token).toMatch(token68)
        expect(value.toLowerCase()).toMatch(/^bearer +/)
        expect(value.endsWith(token as string)).toBe(true)
      } catch (error) {
        if (!(error instanceof Rejection)) throw error
        expect(KNOWN).toContain(error.code)
      }
    }),
    { numRuns: 2000 },
  )
})

/** The definition: the name up to the first space, compared without case; spaces; the rest (RFC 9110 section 11.4). */
function byDefinition(value: string, schemes: Schemes): unknown {
  const [name = ''] = value.split(' ', 1)
  const scheme = schemes.find(known => known.toLowerCase() === name.toLowerCase())
  if (scheme !== undefined) return { scheme, token: value.slice(name.length).replace(/^ +/, '') }
  return /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name) ? 'scheme_unsupported' : 'authorization_malformed'
}

test('any header is taken apart as the definition says: the scheme in any case up to the first space (RFC 9110 section 11.1)', () => {
  const SCHEMES: readonly Schemes[] = [['Bearer'], ['DPoP'], ['Bearer', 'DPoP']]
  const anyCase = (scheme: string) =>
    fc.mixedCase(fc.constant(scheme.toLowerCase()), { toggleCase: character => character.toUpperCase() })
  const piece = fc.oneof(
    anyCase('Bearer'),
    anyCase('DPoP'),
    fc.constantFrom(' ', ' ', '  ', '\t', '\u00a0', '\0', ',', '=', '"', 'x', '-', 'Bear', 'er', 'D', 'PoP', 'abc.def'),
    // Letters beyond ASCII that become ASCII in the other case, or have the low byte of one; and what stands beside letters.
    fc.constantFrom(
      '\u212a',
      '\u017f',
      '\u0130',
      '\uff22earer',
      'beare\u0052',
      '\u0142earer',
      '\u0144PoP',
      '@',
      '[',
      '`',
      '{',
    ),
    fc.string({ unit: 'binary', maxLength: 3 }),
  )
  const seen = new Map<string, number>()
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 5 }), fc.constantFrom(...SCHEMES), (pieces, schemes) => {
      const value = pieces.join('')
      let outcome: unknown
      try {
        outcome = presentToken({ method: 'GET', url: '/', headers: ['Authorization', value] }, schemes)
      } catch (error) {
        if (!(error instanceof Rejection)) throw error
        outcome = error.code
      }
      const kind = typeof outcome === 'string' ? outcome : (outcome as { scheme: string }).scheme
      seen.set(kind, (seen.get(kind) ?? 0) + 1)
      expect(outcome).toEqual(byDefinition(value, schemes))
    }),
    { numRuns: 5000 },
  )
  for (const kind of ['Bearer', 'DPoP', 'scheme_unsupported', 'authorization_malformed']) {
    expect(seen.get(kind), kind).toBeGreaterThan(100)
  }
})
