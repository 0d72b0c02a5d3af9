/** What a signature is checked with, ready for `crypto.verify`. */
export interface SignedParts {
  readonly signingInput: Buffer
  readonly signature: Buffer
}

export function signedParts(compact: string): SignedParts {
  const lastDot = compact.lastIndexOf('.')
  return {
    signingInput: Buffer.from(compact.slice(0, lastDot), 'latin1'),
    signature: Buffer.from(compact.slice(lastDot + 1), 'base64url'),
  }
}
