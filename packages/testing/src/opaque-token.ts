import { randomBytes } from 'node:crypto'
import { CLAIMS_INPUT_MEMBERS, type TokenInput } from './mint.ts'
import { refuseUnknownNames } from './options.ts'

/** Changes to the signed introspection answer (RFC 9701 section 5); `undefined` leaves a member out. */
export interface IntrospectionJwtInput {
  /** Header parameters to add or replace in `alg`, `typ` and `kid`. `alg` also chooses how it is signed. */
  readonly header?: Readonly<Record<string, unknown>>
  /** Claims to add or replace in `iss`, `aud`, `iat` and `token_introspection`. */
  readonly claims?: Readonly<Record<string, unknown>>
}

/** What an opaque token means, and what introspection shall say of it. */
export interface OpaqueTokenInput extends Omit<TokenInput, 'header' | 'key'> {
  /**
   * Members to add or replace in the introspection answer while the token is active, last word over the claims;
   * `undefined` leaves one out. Does NOT change what the issuer holds for true: with a past `exp` here, the answer says
   * `active: true` and a past `exp`; with one in `claims`, it says `active: false`.
   */
  readonly introspection?: Readonly<Record<string, unknown>>
  /** Changes to the JWT around every answer about this token, where the client asks for a JWT. */
  readonly introspectionJwt?: IntrospectionJwtInput
}

const OPAQUE_TOKEN_INPUT_MEMBERS: Readonly<Record<keyof OpaqueTokenInput, true>> = {
  ...CLAIMS_INPUT_MEMBERS,
  introspection: true,
  introspectionJwt: true,
}

/** @throws TypeError for an unknown option */
export function requireOpaqueTokenInput(input: OpaqueTokenInput): void {
  refuseUnknownNames(input, OPAQUE_TOKEN_INPUT_MEMBERS, 'opaqueToken')
  refuseUnknownNames(input.introspectionJwt ?? {}, { header: true, claims: true }, 'opaqueToken: introspectionJwt')
}

/** 256 random bits in base64url, which is within the characters of bearer tokens (RFC 6750 section 2.1). */
export function randomToken(): string {
  return randomBytes(32).toString('base64url')
}
