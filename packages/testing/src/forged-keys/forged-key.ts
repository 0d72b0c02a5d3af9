import type { TokenDraft } from '../mint.ts'

export interface KeyMaterial {
  /** What to publish. */
  readonly jwk: Readonly<Record<string, unknown>>
  /** The signature over `header.payload`. Good under `jwk` wherever the mathematics allow one. */
  readonly sign: (signingInput: string) => Uint8Array
}

/** A key that should not be in a key set, and a way to sign under it. Publish `jwk`, then try `issuer.tokenUnder(it)`. */
export interface ForgedKey extends KeyMaterial {
  readonly description: string
  /** Id of the attack in the project's catalogue. */
  readonly attack: string
  /** `alg` of the tokens under it. */
  readonly algorithm: string
}

/** Compact token with the claims of the draft, signed under the forged key. */
export function tokenUnder(forged: ForgedKey, { header, claims }: TokenDraft): string {
  const protectedHeader = { ...header, alg: forged.algorithm, kid: forged.jwk.kid }
  const input = [protectedHeader, claims].map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  return `${input}.${Buffer.from(forged.sign(input)).toString('base64url')}`
}
