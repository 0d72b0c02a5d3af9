import { Rejection } from '../../errors/rejection.ts'
import { PRIVATE_MEMBERS, type PublicJwk, readPublicJwk } from '../../issuer/public-jwk.ts'
import type { Algorithm } from '../../shared/algorithms.ts'
import { isJsonObject, type JsonObject } from '../../shared/json.ts'
import { type DecodedJws, decodeToken } from '../../token/decode-token.ts'
import { thumbprintOf } from './thumbprint.ts'

/** A well-formed proof with the public key that it says it was signed by. Nothing in it is believed yet. */
export interface DecodedProof {
  readonly jws: DecodedJws
  readonly key: ProofKey
}

/** The public key of a client. */
export interface ProofKey {
  readonly jwk: PublicJwk
  /** @see RFC 7638 */
  readonly thumbprint: string
}

/**
 * By the header, of which there is one object for as long as a client sends the same: the key is read once, and its
 * thumbprint made once, not with every proof.
 */
const keysOfHeaders = new WeakMap<JsonObject, ProofKey>()

/** An RSA key of 8192 bits and its signature take 2.8 KB. */
const MAX_PROOF_LENGTH = 8192

/**
 * What the value of the `DPoP` header is, by its form and header parameters. Ids as in RFC 9449 section 4.3.
 * @throws Rejection `dpop_proof_malformed`, `dpop_proof_invalid`
 */
export function readProof(value: string, algorithms: ReadonlyMap<string, Algorithm>): DecodedProof {
  if (value.length > MAX_PROOF_LENGTH) throw new Rejection('dpop_proof_malformed', { limit: MAX_PROOF_LENGTH })
  const jws = decoded(value, algorithms)
  if (!jws.payload.isJsonObject()) {
    throw new Rejection('dpop_proof_malformed', { reason: 'token_json_invalid', part: 'payload' })
  }
  if (jws.type !== 'dpop+jwt') throw invalidProof('DP4', 'typ is not dpop+jwt')
  return { jws, key: keysOfHeaders.get(jws.header) ?? readKey(jws) }
}

function readKey({ header, algorithm }: DecodedJws): ProofKey {
  const { jwk } = header
  if (!Object.hasOwn(header, 'jwk') || jwk === undefined || !isJsonObject(jwk)) {
    throw invalidProof('DP3', 'the header has no jwk')
  }
  const read = readPublicJwk(jwk, new Map([[algorithm.name, algorithm]]))
  if ('ignored' in read) throw invalidProof(isSecret(jwk) ? 'DP7' : 'DP6', `the jwk cannot be used: ${read.ignored}`)
  const key = { jwk: read.jwk, thumbprint: thumbprintOf(read.jwk) }
  keysOfHeaders.set(header, key)
  return key
}

/** Whether it holds more than a public key, which then is known to everybody who saw the request. */
function isSecret(jwk: JsonObject): boolean {
  return jwk.kty === 'oct' || PRIVATE_MEMBERS.some(member => Object.hasOwn(jwk, member))
}

function decoded(value: string, algorithms: ReadonlyMap<string, Algorithm>): DecodedJws {
  try {
    return decodeToken({ token: value }, algorithms)
  } catch (error) {
    if (!(error instanceof Rejection)) throw error
    if (error.code === 'algorithm_not_allowed') throw invalidProof('DP5', 'alg is not among the accepted ones')
    throw new Rejection('dpop_proof_malformed', { reason: error.code, ...error.detail })
  }
}

/** Reasons are fixed texts: nothing of a proof is repeated. */
export function invalidProof(check: string, reason: string): Rejection {
  return new Rejection('dpop_proof_invalid', { check, reason })
}
