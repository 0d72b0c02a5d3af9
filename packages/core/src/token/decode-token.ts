import { Rejection } from '../errors/rejection.ts'
import type { PresentedToken } from '../request/present-token.ts'
import type { Algorithm } from '../shared/algorithms.ts'
import type { JsonObject } from '../shared/json.ts'
import { readHeader } from './jws-header.ts'
import { splitCompact } from './split-compact.ts'
import { UnverifiedPayload } from './unverified-claims.ts'

/** A well-formed signed token. Nothing in it is believed yet. */
export interface DecodedToken {
  readonly kind: 'signed'
  readonly compact: string
  /** `undefined` where the token names no key. */
  readonly kid: string | undefined
  readonly algorithm: Algorithm
  /** Lower case, `application/` left out; `undefined` where the header has no `typ`, empty where it is no string. */
  readonly type: string | undefined
  /** ASCII of the first two parts with the dot between them: what the signature covers. */
  readonly signingInput: Buffer
  readonly signature: Buffer
  readonly payload: UnverifiedPayload
}

/** A signed token whose header matters beyond that: a proof, which brings its key along. */
export interface DecodedJws extends DecodedToken {
  readonly header: JsonObject
}

/**
 * Strict compact JWS. `alg` must be on the list, so `none`, other spellings and shared secrets end here; `jwk`, `jku`,
 * `x5u` and `x5c` are ignored, since keys come from the issuer alone.
 * @throws Rejection `token_malformed`, `token_json_invalid`, `header_not_accepted`, `algorithm_not_allowed`
 * @see RFC 7515 section 5.2, RFC 8725 sections 3.1 and 3.2
 */
export function decodeToken(
  { token }: Pick<PresentedToken, 'token'>,
  algorithms: ReadonlyMap<string, Algorithm>,
): DecodedJws {
  const parts = splitCompact(token)
  if (parts === undefined) throw new Rejection('token_malformed')
  const header = readHeader(parts.header)
  const algorithm = header.algorithm === undefined ? undefined : algorithms.get(header.algorithm)
  if (algorithm === undefined) throw new Rejection('algorithm_not_allowed')
  return {
    kind: 'signed',
    compact: token,
    kid: header.kid,
    algorithm,
    type: header.type,
    signingInput: parts.signingInput,
    signature: parts.signature,
    payload: new UnverifiedPayload(parts.payload),
    header: header.parameters,
  }
}
