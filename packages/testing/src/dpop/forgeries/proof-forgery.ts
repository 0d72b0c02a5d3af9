import type { TestAlgorithm } from '../../algorithms.ts'
import type { Forgery } from '../../forgeries/forgery.ts'
import type { ProofDraft } from '../proof.ts'

/**
 * The checks of RFC 9449 section 4.3 by their number. DP2 also stands for what violates JWS or JSON itself, DP3 for a
 * claim or `jwk` that is there with a value of the wrong type.
 */
export type ProofCheck = 'DP2' | 'DP3' | 'DP4' | 'DP5' | 'DP6' | 'DP7' | 'DP8' | 'DP9' | 'DP11' | 'DP12'

/** One way to forge or spoil a DPoP proof: a single defect, everything else as in the honest proof. */
export interface ProofForgery {
  readonly description: string
  /** The check that it fails. A server may well find the defect at another one, if it makes that first. */
  readonly check: ProofCheck
  /** The defect exists only for keys of these algorithms; `forge` throws for others. Absent: for all. */
  readonly algorithms?: readonly TestAlgorithm[]
  /** The defect exists only where the proof is sent beside an access token; `forge` throws without one. */
  readonly needsAccessToken?: true
  /** Why a strict API may be right not to answer 401 to it over HTTP; `proofForgeryNames` leaves such forgeries out. */
  readonly caveat?: string
  readonly build: (draft: ProofDraft) => Promise<string>
}

/** The same defect as that of a forged token. */
export function likeToken(check: ProofCheck, { attack, ...forgery }: Forgery): ProofForgery {
  return { check, ...forgery }
}
