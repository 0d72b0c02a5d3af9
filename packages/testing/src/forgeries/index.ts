import type { TestAlgorithm } from '../algorithms.ts'
import type { TokenDraft } from '../mint.ts'
import { requireNameIn } from '../options.ts'
import { type AlgorithmForgeryName, algorithmForgeries } from './algorithm.ts'
import { type ClaimForgeryName, claimForgeries } from './claims.ts'
import { type EncodingForgeryName, encodingForgeries } from './encoding.ts'
import type { Forgery } from './forgery.ts'
import { type HeaderForgeryName, headerForgeries } from './header.ts'
import { type JsonForgeryName, jsonForgeries } from './json.ts'
import { type KeyForgeryName, keyForgeries } from './key.ts'
import { type PartyForgeryName, partyForgeries } from './party.ts'
import { type ScopeForgeryName, scopeForgeries } from './scope.ts'

/** A name in `forgeries`. */
export type ForgeryName =
  | AlgorithmForgeryName
  | KeyForgeryName
  | HeaderForgeryName
  | EncodingForgeryName
  | JsonForgeryName
  | PartyForgeryName
  | ClaimForgeryName
  | ScopeForgeryName

/** Every forgery by name, each a single defect on an otherwise valid token. A strict resource server accepts none. */
export const forgeries: Readonly<Record<ForgeryName, Forgery>> = Object.freeze({
  ...algorithmForgeries,
  ...keyForgeries,
  ...headerForgeries,
  ...encodingForgeries,
  ...jsonForgeries,
  ...partyForgeries,
  ...claimForgeries,
  ...scopeForgeries,
})

/**
 * The forgeries that a strict API answers with 401 over HTTP, for a loop over all of them:
 * `for (const name of forgeryNames()) await issuer.forge(name, { scope })`.
 * Leaves out those with a `caveat`, and those that do not exist for the algorithm.
 * @param algorithm of the issuer's signing key. Default: `'RS256'`.
 */
export function forgeryNames(algorithm: TestAlgorithm = 'RS256'): readonly ForgeryName[] {
  const names = Object.keys(forgeries) as ForgeryName[]
  return names.filter(name => {
    const { algorithms, caveat } = forgeries[name]
    return caveat === undefined && algorithms?.includes(algorithm) !== false
  })
}

/** @throws TypeError for an unknown name, and where the defect needs another kind of signing key */
export function forge(name: ForgeryName, draft: TokenDraft): Promise<string> {
  const { algorithms, build } = forgeries[requireNameIn(forgeries, name, 'forge')]
  if (algorithms === undefined || algorithms.includes(draft.key.algorithm)) return build(draft)
  throw new TypeError(`forge: "${name}" needs a signing key for ${algorithms.join(', ')}, not ${draft.key.algorithm}`)
}
