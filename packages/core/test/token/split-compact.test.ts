import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ALGORITHMS } from '../../src/shared/algorithms.ts'
import { decodeToken } from '../../src/token/decode-token.ts'
import { splitCompact } from '../../src/token/split-compact.ts'
import { refusalOf } from '../support/refusals.ts'

const roundTrips = (part: string) => Buffer.from(part, 'base64url').toString('base64url') === part

/** Whether the text has the form of a compact JWS, whatever its header then says. */
const isCompact = (token: string) => refusalOf(() => decodeToken({ token }, ALGORITHMS)).code !== 'token_malformed'

test('the parts are what stands between the dots, and what the signature covers is the first two', () => {
  const parts = splitCompact('AA.AAAA.AAAA')
  expect(parts).toEqual({
    header: 'AA',
    payload: Buffer.from([0, 0, 0]),
    signature: Buffer.from([0, 0, 0]),
    signingInput: Buffer.from('AA.AAAA'),
  })
})

describe('three canonical parts, none of them empty (RFC 7515 section 7.1)', () => {
  for (const position of [0, 1, 2]) {
    const token = (part: string) => ['AAAA', 'AAAA', 'AAAA'].with(position, part).join('.')

    test.each(['AA', 'AQ', 'AAA', 'AAE', 'AAAA', 'AAAAAA', '-_-_'])(`part ${position}: %j is accepted`, part => {
      expect(isCompact(token(part))).toBe(true)
    })

    test.each([
      '',
      'A',
      'AB',
      'AP',
      'AAB',
      'AAD',
      'AAAAA',
      'AAAAAB',
      'AA==',
      'AA ',
      ' AA',
      'A+AA',
      'A/AA',
      'A\nAA',
      'A\0AA',
      'AAAé',
      'AAA\u0141',
      '\ud83d\ude00AA',
      'AA.',
      '.AA',
    ])(`part ${position}: %j is refused`, part => {
      expect(isCompact(token('AAAA'))).toBe(true)
      expect(isCompact(token(part))).toBe(false)
    })
  }

  test.each([
    '',
    '.',
    '..',
    '...',
    'AA',
    'AA.AA',
    'AA.AA.',
    '.AA.AA',
    'AA..AA',
    'AA.AA.AA.',
    'AA.AA.AA.AA',
    'AA.AA.AA.AA.AA',
  ])('%j is refused', token => {
    expect(isCompact(token)).toBe(false)
  })
})

test('for any text it accepts exactly three non-empty parts that round-trip', () => {
  const unit = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...'AAAAQgwBbz9-_') },
    { weight: 4, arbitrary: fc.constant('.') },
    fc.constantFrom('=', '+', ' ', 'é', '\0'),
  )
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 16 }), characters => {
      const token = characters.join('')
      const parts = token.split('.')
      const expected = parts.length === 3 && parts.every(part => part !== '' && roundTrips(part))
      expect(isCompact(token)).toBe(expected)
    }),
    { numRuns: 3000 },
  )
})
