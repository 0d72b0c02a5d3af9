import { Rejection } from '../errors/rejection.ts'
import type { RevocableToken, RevocationList } from '../options/revocation-list.ts'
import { isPending } from '../shared/maybe-promise.ts'

const RETRY_AFTER_SECONDS = 1

/**
 * Asked for every request: a token that is remembered as verified may have been taken back since. The list may be the
 * application's own, so whatever is not a clear answer, a throw included, lets nobody in.
 * @throws Rejection `token_revoked`, `revocation_unavailable`
 */
export function refuseRevoked(token: RevocableToken, revocation: RevocationList | undefined): void {
  if (revocation === undefined) return
  const verdict = ask(token, revocation)
  if (verdict === 'not_revoked') return
  if (verdict === 'revoked') throw new Rejection('token_revoked')
  throw new Rejection('revocation_unavailable', undefined, RETRY_AFTER_SECONDS)
}

function ask(token: RevocableToken, revocation: RevocationList): unknown {
  try {
    const verdict: unknown = revocation.verdictOn(token)
    // An answer that comes later comes too late; its rejection must not end the process on top.
    if (isPending(verdict)) verdict.then(undefined, () => undefined)
    return verdict
  } catch {
    return 'unknown'
  }
}
