import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { scanCompact } from '../../src/token/scan-compact.ts'

const roundTrips = (part: string) => Buffer.from(part, 'base64url').toString('base64url') === part

test('the two dots are found', () => {
  expect(scanCompact('AA.AAA.AAAA')).toEqual({ firstDot: 2, secondDot: 6 })
})

describe('three canonical parts, none of them empty (RFC 7515 section 7.1)', () => {
  for (const position of [0, 1, 2]) {
    const token = (part: string) => ['AAAA', 'AAAA', 'AAAA'].with(position, part).join('.')

    test.each(['AA', 'AQ', 'AAA', 'AAE', 'AAAA', 'AAAAAA', '-_-_'])(`part ${position}: %j is accepted`, part => {
      expect(scanCompact(token(part))).toBeDefined()
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
      expect(scanCompact(token('AAAA'))).toBeDefined()
      expect(scanCompact(token(part))).toBeUndefined()
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
    expect(scanCompact(token)).toBeUndefined()
  })
})

test('for any text it accepts exactly three non-empty parts that round-trip, and says where the dots are', () => {
  const unit = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...'AAAAQgwBbz9-_') },
    { weight: 4, arbitrary: fc.constant('.') },
    fc.constantFrom('=', '+', ' ', 'é', '\0'),
  )
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 16 }), characters => {
      const token = characters.join('')
      const parts = token.split('.')
      const isCompact = parts.length === 3 && parts.every(part => part !== '' && roundTrips(part))
      const shape = { firstDot: token.indexOf('.'), secondDot: token.lastIndexOf('.') }
      expect(scanCompact(token)).toEqual(isCompact ? shape : undefined)
    }),
    { numRuns: 3000 },
  )
})
