import { Rejection } from '../errors/rejection.ts'
import type { IssuerRules } from '../options/issuer-rules.ts'
import type { MaybePromise } from '../shared/maybe-promise.ts'
import type { DecodedToken } from '../token/decode-token.ts'
import type { ReadToken } from '../token/read-token.ts'

/** Whatever is kept for one issuer. */
export interface KnowsRules {
  readonly rules: IssuerRules
}

/** Finds the issuer that a token claims to be from. Believes nothing: the token has yet to prove it. */
export interface IssuerDirectory<Issuer extends KnowsRules> {
  /**
   * By the exact `iss`, before any key is looked at and anything is fetched.
   * @throws Rejection `token_json_invalid`, `claim_missing`, `issuer_not_trusted`, `issuer_unavailable`
   * @see RFC 8725 sections 3.8 and 3.10
   */
  find(token: ReadToken): MaybePromise<Issuer>
  /** Whether `find` would still give this issuer. On the path of every warm request. */
  isCurrent(issuer: Issuer, now: number): boolean
  /** Those that are known from the start. */
  readonly listed: readonly Issuer[]
}

/** Issuers that the configuration lists. */
export class IssuerList<Issuer extends KnowsRules> implements IssuerDirectory<Issuer> {
  readonly listed: readonly Issuer[]
  readonly #byName = new Map<string, Issuer>()
  readonly #ofOpaqueTokens: Issuer | undefined

  constructor(issuers: readonly Issuer[]) {
    this.listed = issuers
    this.#ofOpaqueTokens = issuers.find(isIntrospecting)
    // An issuer that stands there twice checks its JWTs by its keys and is asked about its opaque tokens.
    for (const issuer of [...issuers.filter(isIntrospecting), ...issuers.filter(issuer => !isIntrospecting(issuer))]) {
      this.#byName.set(issuer.rules.issuer, issuer)
    }
  }

  find(token: ReadToken): Issuer {
    const issuer = token.kind === 'opaque' ? this.#ofOpaqueTokens : this.#byName.get(claimedIssuer(token))
    if (issuer === undefined) throw new Rejection('issuer_not_trusted')
    return issuer
  }

  isCurrent(): boolean {
    return true
  }
}

/** @throws Rejection `token_json_invalid`, `claim_missing`, `issuer_not_trusted` */
export function claimedIssuer({ payload }: DecodedToken): string {
  if (!payload.isJsonObject()) throw new Rejection('token_json_invalid', { part: 'payload' })
  const iss = payload.peek('iss')
  if (iss === undefined) throw new Rejection('claim_missing', { claim: 'iss' })
  // No list and no other value is a name: nothing is searched in part (CVE-2024-53861 and its like).
  if (typeof iss !== 'string') throw new Rejection('issuer_not_trusted')
  return iss
}

function isIntrospecting({ rules }: KnowsRules): boolean {
  return rules.proof.kind === 'introspection'
}
