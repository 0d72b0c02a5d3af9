import type { RevocableToken } from '../options/revocation-list.ts'
import type { JsonValue } from '../shared/json.ts'
import { furthestRevocation, type ParsedRevocation, type RevocationKind } from './parse-revocation.ts'

/** Every one must be given: `createRevocationList` has the defaults. */
export interface RevocationTableOptions {
  /** How many revocations are kept. Unit: entries. */
  readonly maxEntries: number
  /** How long a revocation is kept: tokens that live longer count as revoked. Unit: seconds. */
  readonly retainSeconds: number
  /** The time, in milliseconds since the epoch. */
  readonly clock: () => number
}

/** For revocations that hold for every issuer. No issuer is called so. */
const EVERY_ISSUER = ''

type ByValue = Map<string, ParsedRevocation>

/**
 * The revocations that one process knows, by what they are about. There is no way to take one out: it goes some time after
 * it has expired, when room is needed.
 */
export class RevocationTable {
  readonly #options: RevocationTableOptions
  readonly #entries: Readonly<Record<RevocationKind, Map<string, ByValue>>> = {
    token: new Map(),
    client: new Map(),
    subject: new Map(),
    all: new Map(),
  }
  #size = 0

  constructor(options: RevocationTableOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#size
  }

  /**
   * Of two for the same tokens, what reaches further holds.
   * @throws RangeError where there is no room, expired entries left aside: nothing is dropped for it
   */
  add(revocation: ParsedRevocation): void {
    const { issuer = EVERY_ISSUER, kind, value } = revocation
    const known = this.#entries[kind].get(issuer)?.get(value)
    if (known === undefined) this.#makeRoom()
    const values = this.#entries[kind].get(issuer) ?? new Map()
    values.set(value, known === undefined ? revocation : furthestRevocation(known, revocation))
    this.#entries[kind].set(issuer, values)
    if (known === undefined) this.#size++
  }

  /** Whether the token is revoked. On the path of every request: at most eight lookups, none while the table is empty. */
  covers(token: RevocableToken): boolean {
    const issuedAt = millisecondsOf(token.claims, 'iat')
    if (this.#outlivesEntries(token, issuedAt)) return true
    if (this.#size === 0) return false
    const { claims, issuer } = token
    const tokenId = Object.hasOwn(claims, 'jti') ? claims.jti : undefined
    return (
      (typeof tokenId === 'string' && this.#reaches('token', tokenId, issuer, issuedAt)) ||
      this.#reaches('client', token.clientId, issuer, issuedAt) ||
      this.#reaches('subject', token.subject, issuer, issuedAt) ||
      this.#reaches('all', '', issuer, issuedAt)
    )
  }

  *entries(): Generator<ParsedRevocation> {
    for (const byIssuer of Object.values(this.#entries)) for (const values of byIssuer.values()) yield* values.values()
  }

  /**
   * A revocation must not be forgotten while a token that it is about is still valid. A token without `iat` shows that it
   * lives too long only at the beginning of its life.
   */
  #outlivesEntries({ expiresAt }: RevocableToken, issuedAt: number): boolean {
    const from = Number.isNaN(issuedAt) ? this.#options.clock() : issuedAt
    return !(expiresAt * 1000 - from <= this.#options.retainSeconds * 1000)
  }

  /** Written so that a token that does not say when it was issued is reached. */
  #reaches(kind: RevocationKind, value: string, issuer: string, issuedAt: number): boolean {
    const byIssuer = this.#entries[kind]
    const own = byIssuer.get(issuer)?.get(value)
    if (own !== undefined && !(issuedAt >= own.issuedBefore)) return true
    const common = byIssuer.get(EVERY_ISSUER)?.get(value)
    return common !== undefined && !(issuedAt >= common.issuedBefore)
  }

  #makeRoom(): void {
    if (this.#size < this.#options.maxEntries) return
    const now = this.#options.clock()
    for (const byIssuer of Object.values(this.#entries)) {
      for (const [issuer, values] of byIssuer) {
        for (const [value, { expiresAt }] of values) if (expiresAt <= now && values.delete(value)) this.#size--
        if (values.size === 0) byIssuer.delete(issuer)
      }
    }
    if (this.#size < this.#options.maxEntries) return
    throw new RangeError(`There are ${this.#size} revocations already, as many as "maxEntries" allows.`)
  }
}

function millisecondsOf(claims: RevocableToken['claims'], claim: string): number {
  const value: JsonValue | undefined = Object.hasOwn(claims, claim) ? claims[claim] : undefined
  return typeof value === 'number' ? value * 1000 : Number.NaN
}
