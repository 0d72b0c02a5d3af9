import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeBase64url, endsCanonically, isBase64urlCode } from '../../src/shared/base64url.ts'

/** The definition: what `Buffer` reads, and writes again in the very same way. */
const roundTrips = (text: string) => Buffer.from(text, 'base64url').toString('base64url') === text

describe('only the canonical spelling of some bytes is decoded (RFC 4648 section 3.5)', () => {
  test.each([
    ['', ''],
    ['AA', '00'],
    ['Zg', '66'],
    ['_w', 'ff'],
    ['AAA', '0000'],
    ['Zm8', '666f'],
    ['__8', 'ffff'],
    ['Zm9v', '666f6f'],
    ['-_-_', 'fbffbf'],
    ['Zm9vYg', '666f6f62'],
    ['Zm9vYmE', '666f6f6261'],
  ])('%j is %j', (text, hex) => {
    expect(decodeBase64url(text)?.toString('hex')).toBe(hex)
  })

  test.each([
    ['one character over', 'A'],
    ['one character over, later', 'Zm9vA'],
    ['unused bits after one byte', 'Zh'],
    ['unused bits after one byte, all of them', 'Zv'],
    ['unused bits after two bytes', 'Zm9'],
    ['unused bits after two bytes, both', 'Zm_'],
    ['unused bits, later', 'Zm9vYh'],
    ['padding', 'Zg=='],
    ['padding alone', '='],
    ['the base64 alphabet', 'ab+/'],
    ['a space', 'Zm 9v'],
    ['a line break', 'Zm9v\n'],
    ['a dot', 'Zm9v.'],
    ['a NUL', 'Zm9\0'],
    ['full-width letters', '\uff21\uff21'],
    ['a character whose low byte is a letter', '\u0141\u0141'],
    ['an emoji', '😀'],
  ])('%s is refused', (_name, text) => {
    expect(decodeBase64url(text)).toBeUndefined()
    expect(roundTrips(text)).toBe(false)
  })
})

test('of all endings of two and of three characters exactly the canonical ones are accepted', () => {
  const alphabet = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).filter(character =>
    isBase64urlCode(character.charCodeAt(0)),
  )
  expect(alphabet).toHaveLength(64)
  for (const prefix of ['A', 'AA', 'AAA', 'AAAA']) {
    for (const last of alphabet) {
      const text = prefix + last
      expect(endsCanonically(text.length, last.charCodeAt(0)), text).toBe(roundTrips(text))
    }
  }
})

test('for any text it decodes exactly what round-trips, and to the same bytes', () => {
  const unit = fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(...'AQgwZabz059-_') },
    fc.string({ unit: 'binary', maxLength: 1 }),
    fc.constantFrom('=', '+', '/', '.', ' ', 'ł'),
  )
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 9 }), parts => {
      const text = parts.join('')
      expect(decodeBase64url(text)).toEqual(roundTrips(text) ? Buffer.from(text, 'base64url') : undefined)
    }),
    { numRuns: 2000 },
  )
})

test('for any bytes what Buffer writes is decoded to them again', () => {
  fc.assert(
    fc.property(fc.uint8Array(), bytes => {
      expect(decodeBase64url(Buffer.from(bytes).toString('base64url'))).toEqual(Buffer.from(bytes))
    }),
  )
})
