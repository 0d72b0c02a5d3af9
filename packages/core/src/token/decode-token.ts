import { Rejection } from '../errors/rejection.ts'
import type { PresentedToken } from '../request/present-token.ts'
import type { Algorithm } from '../shared/algorithms.ts'
import { type JsonObject, parseJsonObject } from '../shared/json.ts'
import { scanCompact } from './scan-compact.ts'
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

const MAX_KID_LENGTH = 512

/**
 * Header parameters that change what a token means; no access token profile uses them (RFC 7515 section 4.1.11,
 * RFC 7797 section 7). `cty` marks a nested token, whose inner signature nobody here would check (RFC 7519 section 7.2).
 */
const REFUSED_PARAMETERS = ['crit', 'b64', 'zip', 'cty'] as const

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
  const shape = scanCompact(token)
  if (shape === undefined) throw new Rejection('token_malformed')
  const header = parseJsonObject(Buffer.from(token.slice(0, shape.firstDot), 'base64url'))
  if (header === undefined) throw new Rejection('token_json_invalid', { part: 'header' })
  refuseParameters(header)
  return {
    kind: 'signed',
    compact: token,
    kid: readKeyId(header),
    algorithm: readAlgorithm(header, algorithms),
    type: readType(header),
    signingInput: Buffer.from(token.slice(0, shape.secondDot), 'latin1'),
    signature: Buffer.from(token.slice(shape.secondDot + 1), 'base64url'),
    payload: new UnverifiedPayload(Buffer.from(token.slice(shape.firstDot + 1, shape.secondDot), 'base64url')),
    header,
  }
}

function refuseParameters(header: JsonObject): void {
  for (const parameter of REFUSED_PARAMETERS) {
    if (Object.hasOwn(header, parameter)) throw new Rejection('header_not_accepted', { parameter })
  }
}

function readKeyId(header: JsonObject): string | undefined {
  if (!Object.hasOwn(header, 'kid')) return undefined
  const kid = header.kid
  if (typeof kid === 'string' && kid.length <= MAX_KID_LENGTH) return kid
  throw new Rejection('header_not_accepted', { parameter: 'kid' })
}

function readAlgorithm(header: JsonObject, algorithms: ReadonlyMap<string, Algorithm>): Algorithm {
  const algorithm = typeof header.alg === 'string' ? algorithms.get(header.alg) : undefined
  if (algorithm === undefined) throw new Rejection('algorithm_not_allowed')
  return algorithm
}

/** Media types compare without regard to case, and `application/` may be left out (RFC 7515 section 4.1.9). */
function readType(header: JsonObject): string | undefined {
  if (!Object.hasOwn(header, 'typ')) return undefined
  if (typeof header.typ !== 'string') return ''
  const type = header.typ.toLowerCase()
  return type.startsWith('application/') ? type.slice('application/'.length) : type
}
