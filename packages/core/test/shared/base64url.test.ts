import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeBase64url } from '../../src/shared/base64url.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** By the letter of RFC 4648: characters of the alphabet, no impossible length, and zeros in the bits that are left over. */
function isCanonical(text: string): boolean {
  const sextets = [...text].map(character => ALPHABET.indexOf(character))
  if (sextets.includes(-1) || sextets.length % 4 === 1) return false
  const unused = [0, 0, 0b1111, 0b11][sextets.length % 4] as number
  return ((sextets.at(-1) ?? 0) & unused) === 0
}

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
    expect(isCanonical(text)).toBe(false)
  })
})

test('of all endings of two and of three characters exactly the canonical ones are accepted', () => {
  for (const prefix of ['A', 'AA', 'AAA', 'AAAA']) {
    for (const last of ALPHABET) {
      const text = prefix + last
      expect(decodeBase64url(text) !== undefined, text).toBe(isCanonical(text))
    }
  }
})

test('for any text it decodes exactly what is canonical, and to the bytes that Buffer reads', () => {
  const unit = fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(...'AQgwZabz059-_') },
    fc.string({ unit: 'binary', maxLength: 1 }),
    fc.constantFrom('=', '+', '/', '.', ' ', 'ł'),
  )
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 9 }), parts => {
      const text = parts.join('')
      expect(decodeBase64url(text)).toEqual(isCanonical(text) ? Buffer.from(text, 'base64url') : undefined)
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
