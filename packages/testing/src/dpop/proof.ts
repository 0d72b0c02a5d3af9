import { createHash, randomUUID } from 'node:crypto'
import type { ForgedKey } from '../forged-keys/forged-key.ts'
import type { TestKey } from '../keys.ts'
import { type TokenDraft, withoutUndefined } from '../mint.ts'
import { refuseUnknownNames } from '../options.ts'

/** What a DPoP proof says (RFC 9449 section 4.2). `method` and `url` are those of the request that it is sent with. */
export interface ProofInput {
  /** `htm`, in the case of the request. */
  readonly method: string
  /** `htu`: an absolute URL. Query and fragment are left out; the rest stays as it is spelled. */
  readonly url: string | URL
  /** The token that is sent beside the proof: `ath` is its hash. Default: none, as at the token endpoint. */
  readonly accessToken?: string
  /** The nonce that the server gave last. Default: none. */
  readonly nonce?: string
  /** Seconds since the epoch. Default: now, by the clock of the key. */
  readonly iat?: number
  /** Default: another UUID each time. */
  readonly jti?: string
  /** Claims to add or replace, last word over all of the above; `undefined` leaves a claim out. */
  readonly claims?: Readonly<Record<string, unknown>>
  /** Header parameters to add or replace in `typ`, `alg` and `jwk`; `undefined` leaves one out. `alg` also chooses how it is signed. */
  readonly header?: Readonly<Record<string, unknown>>
}

/** What a client's key needs to make proofs. */
export interface DpopKeyOptions {
  /** Time in milliseconds since the epoch, for `iat`. Default: `Date.now`. See `testClock`. */
  readonly clock?: () => number
}

/** A proof before it is signed. */
export interface ProofDraft extends TokenDraft {
  readonly accessToken: string | undefined
}

const PROOF_INPUT_MEMBERS: Readonly<Record<keyof ProofInput, true>> = {
  method: true,
  url: true,
  accessToken: true,
  nonce: true,
  iat: true,
  jti: true,
  claims: true,
  header: true,
}

/** @throws TypeError for an unknown option, and where `method` or `url` is missing or the URL is not absolute */
export function draftProof(input: ProofInput, key: TestKey, jwk: object, nowSeconds: number): ProofDraft {
  return {
    header: withoutUndefined({ typ: 'dpop+jwt', alg: key.algorithm, jwk, ...input.header }),
    claims: proofClaims(input, nowSeconds),
    key,
    nowSeconds,
    accessToken: input.accessToken,
  }
}

/**
 * A proof under a key that no server should accept, see `forgedKeys`; mint its token with `boundTo: forged`, so that the
 * key is the only defect.
 * @throws TypeError as `proof` of a `DpopKey` does
 */
export function proofUnder(forged: ForgedKey, input: ProofInput, { clock = Date.now }: DpopKeyOptions = {}): string {
  const header = withoutUndefined({ typ: 'dpop+jwt', alg: forged.algorithm, jwk: forged.jwk, ...input.header })
  return signUnder(forged, header, proofClaims(input, Math.floor(clock() / 1000)))
}

export function signUnder(
  forged: Pick<ForgedKey, 'sign'>,
  header: TokenDraft['header'],
  claims: TokenDraft['claims'],
): string {
  const input = [header, claims].map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  return `${input}.${Buffer.from(forged.sign(input)).toString('base64url')}`
}

/** `ath`: the hash of an access token (RFC 9449 section 4.2). */
export function accessTokenHash(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

function proofClaims(input: ProofInput, nowSeconds: number): ProofDraft['claims'] {
  refuseUnknownNames(input, PROOF_INPUT_MEMBERS, 'proof')
  const { method, accessToken } = input
  if (typeof method !== 'string' || method === '') throw new TypeError('proof: method is missing')
  return withoutUndefined({
    jti: input.jti ?? randomUUID(),
    htm: method,
    htu: targetOf(input.url),
    iat: input.iat ?? nowSeconds,
    ath: accessToken === undefined ? undefined : accessTokenHash(accessToken),
    nonce: input.nonce,
    ...input.claims,
  })
}

function targetOf(url: string | URL): string {
  if (URL.canParse(String(url))) return String(url).replace(/[?#].*$/s, '')
  throw new TypeError(
    'proof: url must be absolute, such as "https://api.example.com/v1/controls"; for another htu use claims',
  )
}
