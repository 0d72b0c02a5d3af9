import { decodeBase64url } from '../shared/base64url.ts'

/** A compact JWS in its parts. */
export interface CompactParts {
  /** Not decoded yet: tokens of one issuer have the same. */
  readonly header: string
  readonly payload: Buffer
  readonly signature: Buffer
  /** ASCII of the first two parts with the dot between them: what the signature covers. */
  readonly signingInput: Buffer
}

/**
 * Exactly three parts, none empty, the last two canonical unpadded base64url. Everything else is `undefined`: JWE, JSON
 * serialization, detached or unsigned tokens, white space, padding, other alphabets.
 * @see RFC 7515 sections 2, 5.2, 7.1
 */
export function splitCompact(token: string): CompactParts | undefined {
  const firstDot = token.indexOf('.')
  const secondDot = token.indexOf('.', firstDot + 1)
  if (firstDot < 1 || secondDot < firstDot + 2 || secondDot === token.length - 1) return undefined
  const payload = decodeBase64url(token.slice(firstDot + 1, secondDot))
  // A third dot is no base64url.
  const signature = decodeBase64url(token.slice(secondDot + 1))
  if (payload === undefined || signature === undefined) return undefined
  const signingInput = Buffer.from(token.slice(0, secondDot), 'latin1')
  return { header: token.slice(0, firstDot), payload, signature, signingInput }
}
