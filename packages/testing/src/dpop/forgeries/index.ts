import type { TestAlgorithm } from '../../algorithms.ts'
import { requireNameIn } from '../../options.ts'
import type { ProofDraft } from '../proof.ts'
import { type ProofClaimForgeryName, proofClaimForgeries } from './claims.ts'
import { type ProofEncodingForgeryName, proofEncodingForgeries } from './encoding.ts'
import { type ProofHeaderForgeryName, proofHeaderForgeries } from './header.ts'
import { type ProofKeyForgeryName, proofKeyForgeries } from './key.ts'
import type { ProofForgery } from './proof-forgery.ts'
import { type ProofTargetForgeryName, proofTargetForgeries } from './target.ts'

/** A name in `proofForgeries`. */
export type ProofForgeryName =
  | ProofHeaderForgeryName
  | ProofKeyForgeryName
  | ProofClaimForgeryName
  | ProofTargetForgeryName
  | ProofEncodingForgeryName

/**
 * Every forged DPoP proof by name, each a single defect on an otherwise valid proof. A strict resource server accepts
 * none. What depends on a server's nonces is not here: pass `nonce`, or leave it out.
 */
export const proofForgeries: Readonly<Record<ProofForgeryName, ProofForgery>> = Object.freeze({
  ...proofHeaderForgeries,
  ...proofKeyForgeries,
  ...proofClaimForgeries,
  ...proofTargetForgeries,
  ...proofEncodingForgeries,
})

/**
 * The forgeries that a strict API answers with 401 over HTTP, for a loop over all of them:
 * `for (const name of proofForgeryNames()) await key.forge(name, { method, url, accessToken })`.
 * Leaves out those with a `caveat`, and those that do not exist for the algorithm.
 * @param algorithm of the client's key. Default: `'ES256'`.
 */
export function proofForgeryNames(algorithm: TestAlgorithm = 'ES256'): readonly ProofForgeryName[] {
  const names = Object.keys(proofForgeries) as ProofForgeryName[]
  return names.filter(name => {
    const { algorithms, caveat } = proofForgeries[name]
    return caveat === undefined && algorithms?.includes(algorithm) !== false
  })
}

/** @throws TypeError for an unknown name, and where the defect needs an access token or another kind of key */
export function forgeProof(name: ProofForgeryName, draft: ProofDraft): Promise<string> {
  const { algorithms, needsAccessToken, build } = proofForgeries[requireNameIn(proofForgeries, name, 'forge')]
  if (needsAccessToken && draft.accessToken === undefined) {
    throw new TypeError(`forge: "${name}" needs the accessToken that the proof is sent with`)
  }
  if (algorithms === undefined || algorithms.includes(draft.key.algorithm)) return build(draft)
  throw new TypeError(`forge: "${name}" needs a key for ${algorithms.join(', ')}, not ${draft.key.algorithm}`)
}
