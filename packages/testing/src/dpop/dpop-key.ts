import type { KeyObject } from 'node:crypto'
import { ALGORITHMS, type TestAlgorithm } from '../algorithms.ts'
import { generateTestKey } from '../keys.ts'
import { signToken } from '../mint.ts'
import { refuseUnknownNames, requireNameIn } from '../options.ts'
import { forgeProof, type ProofForgeryName } from './forgeries/index.ts'
import { type HonestProofName, honestProof } from './honest-proofs.ts'
import { type DpopKeyOptions, draftProof, type ProofDraft, type ProofInput } from './proof.ts'
import { jwkThumbprint } from './thumbprint.ts'

/** The key of a client that proves possession (RFC 9449). Bind a token to it by `issuer.token({ boundTo: key })`. */
export interface DpopKey {
  readonly algorithm: TestAlgorithm
  /** The public half, as the header of a proof holds it. */
  readonly jwk: Readonly<Record<string, unknown>>
  /** Of the public half (RFC 7638): what `cnf.jkt` of a token bound to the key says. */
  readonly thumbprint: string
  /** To sign what `proof` and `forge` do not make. Throw-away: made for this process, never stored. */
  readonly privateKey: KeyObject

  /**
   * A proof for one request, to be sent in the header `DPoP` beside `Authorization: DPoP <token>`. Valid unless `input`
   * makes it otherwise, and for one use only.
   * @throws TypeError for an unknown or missing option; jose's error for a header that cannot be signed honestly
   */
  proof(input: ProofInput): Promise<string>

  /**
   * The proof that `proof(input)` would make, with one named defect. See `proofForgeries` for the names.
   * @throws TypeError for an unknown name, and where the defect needs an access token or another kind of key
   */
  forge(name: ProofForgeryName, input: ProofInput): Promise<string>

  /**
   * A proof in an unusual spelling that every server must accept all the same. See `honestProofs` for the names.
   * @throws TypeError for an unknown name, and where the URL cannot be spelled so
   */
  honest(name: HonestProofName, input: ProofInput): Promise<string>
}

/**
 * Makes the key of a client.
 * @throws TypeError for an unknown algorithm or option
 */
export async function createDpopKey(
  algorithm: TestAlgorithm = 'ES256',
  options: DpopKeyOptions = {},
): Promise<DpopKey> {
  refuseUnknownNames(options, { clock: true }, 'createDpopKey')
  const { clock = Date.now } = options
  const key = await generateTestKey(requireNameIn(ALGORITHMS, algorithm, 'createDpopKey: algorithm'), 'dpop')
  const { kid, alg, use, ...material } = key.publicJwk
  const jwk = Object.freeze(material)
  const draft = (input: ProofInput): ProofDraft => draftProof(input, key, jwk, Math.floor(clock() / 1000))
  return Object.freeze({
    algorithm,
    jwk,
    thumbprint: jwkThumbprint(jwk),
    privateKey: key.privateKey,
    proof: async (input: ProofInput) => signToken(draft(input)),
    forge: async (name: ProofForgeryName, input: ProofInput) => forgeProof(name, draft(input)),
    honest: async (name: HonestProofName, input: ProofInput) => honestProof(name, draft(input)),
  })
}
