import { ConfigurationError } from '../errors/configuration-error.ts'
import { describe, refuseUnknownNames } from '../options/validate.ts'
import { isJsonObject } from '../shared/json.ts'

/**
 * Which tokens are taken back: one by its `jti`, or all of a client or of a subject that were issued before a moment; with
 * none of the three, all tokens. A client that is to get no new tokens must be stopped at the authorization server as well.
 */
export interface Revocation {
  /** Whose tokens. Default: those of every issuer. */
  readonly issuer?: string
  /** `jti` of one token. */
  readonly tokenId?: string
  readonly clientId?: string
  readonly subject?: string
  /**
   * Tokens whose `iat` lies before this moment, or that have none, are revoked. `iat` is in whole seconds: of a moment
   * within a second, all tokens of that second are. Must be given where no client and no subject is named; cannot be with `tokenId`.
   * Default: 5 seconds from now, because the issuer's clock may be ahead.
   */
  readonly issuedBefore?: Date
}

/** Checked, and complete. Plain data, to be sent to other processes. */
export interface ParsedRevocation {
  /** `undefined`: of every issuer. */
  readonly issuer: string | undefined
  readonly kind: RevocationKind
  /** The token's, client's or subject's identifier; empty for `all`. */
  readonly value: string
  /** Milliseconds since the epoch. For a token: `Number.MAX_SAFE_INTEGER`. */
  readonly issuedBefore: number
  /** When it is forgotten, because no token that it is about is valid any more. Milliseconds since the epoch. */
  readonly expiresAt: number
}

/** What a revocation is about: one token, all of a client, all of a subject, or all of an issuer. */
export type RevocationKind = 'token' | 'client' | 'subject' | 'all'

const KNOWN: Readonly<Record<keyof Revocation, true>> = {
  issuer: true,
  tokenId: true,
  clientId: true,
  subject: true,
  issuedBefore: true,
}

const CLOCKS_DIFFER_MILLISECONDS = 5000

/** Tokens are accepted from before their `iat` to after their `exp`, by `clockToleranceSeconds` of 300 at the most. */
const ACCEPTED_BEYOND_MILLISECONDS = 600_000

/**
 * A revocation checked and completed, for lists elsewhere.
 * @throws ConfigurationError `option_missing`, `option_unknown`, `option_invalid`, `option_conflict`
 */
export function parseRevocation(
  revocation: Revocation,
  { retainSeconds, clock }: { readonly retainSeconds: number; readonly clock: () => number },
): ParsedRevocation {
  if (!isJsonObject(revocation as unknown)) throw nothingNamed()
  refuseUnknownNames(revocation, Object.keys(KNOWN), 'revoke()')
  const { issuedBefore } = revocation
  const issuer = revocation.issuer === undefined ? undefined : requireText('issuer', revocation.issuer)
  const { kind, value } = readSubjectMatter(revocation)
  const now = clock()
  const before = kind === 'token' ? Number.MAX_SAFE_INTEGER : readMoment(issuedBefore, kind, now)
  // Tokens that were issued before a moment to come live on from then.
  const begins = kind === 'token' ? now : Math.max(now, before)
  return Object.freeze({
    issuer,
    kind,
    value,
    issuedBefore: before,
    expiresAt: begins + retainSeconds * 1000 + ACCEPTED_BEYOND_MILLISECONDS,
  })
}

function readSubjectMatter(revocation: Revocation): { kind: RevocationKind; value: string } {
  const { tokenId, clientId, subject, issuedBefore } = revocation
  const named = Object.entries({ tokenId, clientId, subject }).filter(([, value]) => value !== undefined)
  if (named.length > 1) {
    throw new ConfigurationError(
      'option_conflict',
      `revoke() takes one of tokenId, clientId and subject at a time, not ${named.map(([name]) => name).join(' and ')}.`,
    )
  }
  const [entry] = named
  if (entry === undefined) {
    if (issuedBefore === undefined) throw nothingNamed()
    return { kind: 'all', value: '' }
  }
  const [name, value] = entry
  if (name === 'tokenId' && issuedBefore !== undefined) {
    throw new ConfigurationError('option_conflict', 'revoke({ tokenId }) takes back one token: leave out issuedBefore.')
  }
  return { kind: KINDS[name as keyof typeof KINDS], value: requireText(name, value) }
}

const KINDS = { tokenId: 'token', clientId: 'client', subject: 'subject' } as const

function readMoment(moment: unknown, kind: RevocationKind, now: number): number {
  if (moment === undefined) return now + CLOCKS_DIFFER_MILLISECONDS
  const time = moment instanceof Date ? moment.getTime() : Number.NaN
  if (Number.isFinite(time)) return time
  throw new ConfigurationError(
    'option_invalid',
    `revoke() for ${kind === 'all' ? 'all tokens' : `a ${kind}`}: "issuedBefore" must be a valid Date, not ${describe(moment)}.`,
  )
}

function requireText(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value
  throw new ConfigurationError(
    'option_invalid',
    `revoke(): "${name}" must be a non-empty string, not ${describe(value)}.`,
  )
}

function nothingNamed(): ConfigurationError {
  return new ConfigurationError(
    'option_missing',
    'revoke() must be told what: { tokenId }, { clientId }, { subject }, or { issuedBefore } for all tokens.',
  )
}

/** Of two about the same tokens: what reaches further holds, and for as long as the later of the two. */
export function furthestRevocation(one: ParsedRevocation, other: ParsedRevocation): ParsedRevocation {
  const issuedBefore = Math.max(one.issuedBefore, other.issuedBefore)
  return { ...other, issuedBefore, expiresAt: Math.max(one.expiresAt, other.expiresAt) }
}
