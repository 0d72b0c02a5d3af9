import { endsCanonically, isBase64urlCode } from '../shared/base64url.ts'

/** Where the two dots of a compact JWS stand. */
export interface CompactShape {
  readonly firstDot: number
  readonly secondDot: number
}

const DOT = 0x2e

/**
 * One pass over the token: exactly three parts, each canonical unpadded base64url, none empty. Everything else is
 * `undefined`: JWE, JSON serialization, detached or unsigned tokens, white space, padding, other alphabets.
 * @see RFC 7515 sections 2, 5.2, 7.1
 */
export function scanCompact(token: string): CompactShape | undefined {
  const dots: number[] = []
  let partStart = 0
  for (let i = 0; i <= token.length; i++) {
    const code = i === token.length ? DOT : token.charCodeAt(i)
    if (code !== DOT) {
      if (!isBase64urlCode(code)) return undefined
      continue
    }
    if (i === partStart || dots.length === 3) return undefined
    if (!endsCanonically(i - partStart, token.charCodeAt(i - 1))) return undefined
    dots.push(i)
    partStart = i + 1
  }
  if (dots.length !== 3) return undefined
  return { firstDot: dots[0] as number, secondDot: dots[1] as number }
}
