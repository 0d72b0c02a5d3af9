import { randomUUID } from 'node:crypto'
import { CompactSign } from 'jose'
import { type BoundTo, confirmation } from './bound-to.ts'
import type { TestKey } from './keys.ts'
import { refuseUnknownNames } from './options.ts'

/** Audience of tokens and clients for which none was named. */
export const DEFAULT_AUDIENCE = 'https://api.example.com'

/** What a minted token says. Everything has a default: `token()` alone is valid for `https://api.example.com`. */
export interface TokenInput {
  /** `aud`. Default: `'https://api.example.com'`. */
  readonly audience?: string | readonly string[]
  /** `scope`: one string as it will stand in the token, or a list that is joined with spaces. Default: no `scope` claim. */
  readonly scope?: string | readonly string[]
  /** `client_id`. Default: `'test-client'`. */
  readonly clientId?: string
  /** `sub`. Default: the client id, as for a client that acts for itself (RFC 9068 section 2.2). */
  readonly subject?: string
  /** `exp` in seconds from now; negative makes an expired token. Default: the issuer's `accessTokenLifetimeSeconds`. */
  readonly expiresInSeconds?: number
  /**
   * What the holder has to prove: `cnf` with `jkt` for a DPoP key, `x5t#S256` for a client certificate, or both for a
   * list of them (RFC 9449 section 6.1, RFC 8705 section 3.1). Default: nothing, a bearer token.
   */
  readonly boundTo?: BoundTo | readonly BoundTo[]
  /** Claims to add or replace, last word over all of the above; `undefined` leaves a claim out. */
  readonly claims?: Readonly<Record<string, unknown>>
  /** Header parameters to add or replace; `undefined` leaves one out. `alg` also chooses how it is signed. */
  readonly header?: Readonly<Record<string, unknown>>
  /** The key that signs and gives `alg` and `kid`: a `TestKey`, or the `kid` of one. Default: the current signing key. */
  readonly key?: TestKey | string
}

/** A token before it is signed. */
export interface TokenDraft {
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
  readonly key: TestKey
  /** The issuer's time, whole seconds since the epoch. */
  readonly nowSeconds: number
}

/** The part of `TokenInput` that says what a token means, however it is written. */
export type ClaimsInput = Omit<TokenInput, 'header' | 'key'>

/** What the issuer adds to every token that it mints. */
export interface ClaimsContext {
  readonly issuer: string
  readonly lifetimeSeconds: number
  /** The issuer's time, whole seconds since the epoch. */
  readonly nowSeconds: number
}

export const CLAIMS_INPUT_MEMBERS: Readonly<Record<keyof ClaimsInput, true>> = {
  audience: true,
  scope: true,
  clientId: true,
  subject: true,
  expiresInSeconds: true,
  boundTo: true,
  claims: true,
}
const TOKEN_INPUT_MEMBERS: Readonly<Record<keyof TokenInput, true>> = {
  ...CLAIMS_INPUT_MEMBERS,
  header: true,
  key: true,
}

/**
 * A JWT access token of RFC 9068, not yet signed.
 * @throws TypeError for an unknown option
 */
export function draftToken(input: TokenInput, key: TestKey, context: ClaimsContext): TokenDraft {
  refuseUnknownNames(input, TOKEN_INPUT_MEMBERS, 'token')
  const header = { alg: key.algorithm, typ: 'at+jwt', kid: key.kid, ...input.header }
  return {
    header: withoutUndefined(header),
    claims: tokenClaims(input, context),
    key,
    nowSeconds: context.nowSeconds,
  }
}

/** The claims of RFC 9068 section 2.2. */
export function tokenClaims(input: ClaimsInput, context: ClaimsContext): TokenDraft['claims'] {
  const { issuer, lifetimeSeconds, nowSeconds } = context
  const clientId = input.clientId ?? 'test-client'
  return withoutUndefined({
    iss: issuer,
    sub: input.subject ?? clientId,
    aud: input.audience ?? DEFAULT_AUDIENCE,
    client_id: clientId,
    scope: typeof input.scope === 'object' ? input.scope.join(' ') : input.scope,
    iat: nowSeconds,
    exp: nowSeconds + (input.expiresInSeconds ?? lifetimeSeconds),
    jti: randomUUID(),
    cnf: confirmation(input.boundTo),
    ...input.claims,
  })
}

/** Signs with jose, which refuses a header that no honest signer would write. */
export function signToken({ header, claims, key }: TokenDraft): Promise<string> {
  return signPayload(header, Buffer.from(JSON.stringify(claims)), key)
}

export function signPayload(header: TokenDraft['header'], payload: Uint8Array, key: TestKey): Promise<string> {
  return new CompactSign(payload).setProtectedHeader({ ...header, alg: String(header.alg) }).sign(key.privateKey)
}

/** `JSON.stringify` would leave them out too, but a draft is also read before it is serialised. */
export function withoutUndefined(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
}
