const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Six-bit value of a base64url character by its code; -1 for every other character. */
const SEXTET: Int8Array = new Int8Array(128).fill(-1)
for (let value = 0; value < ALPHABET.length; value++) SEXTET[ALPHABET.charCodeAt(value)] = value

export function isBase64urlCode(code: number): boolean {
  return code < 128 && (SEXTET[code] as number) >= 0
}

/**
 * Whether `length` characters that end in `lastCode` can be canonical base64url: no impossible length, and no bits set
 * that decoding drops. Without this check several strings decode to the same bytes, and a token has many spellings.
 * @see RFC 4648 section 3.5
 */
export function endsCanonically(length: number, lastCode: number): boolean {
  const remainder = length % 4
  if (remainder === 0) return true
  if (remainder === 1) return false
  const unusedBits = remainder === 2 ? 0b1111 : 0b11
  return ((SEXTET[lastCode] as number) & unusedBits) === 0
}

/** Decodes unpadded canonical base64url. `Buffer.from` alone would skip what it does not know. `undefined` where refused. */
export function decodeBase64url(text: string): Buffer | undefined {
  for (let i = 0; i < text.length; i++) if (!isBase64urlCode(text.charCodeAt(i))) return undefined
  if (!endsCanonically(text.length, text.charCodeAt(text.length - 1))) return undefined
  return Buffer.from(text, 'base64url')
}
