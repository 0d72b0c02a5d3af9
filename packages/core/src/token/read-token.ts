import { Rejection } from '../errors/rejection.ts'
import type { TrustedIssuers } from '../options/issuer-rules.ts'
import { isToken68, type PresentedToken, requireToken68 } from '../request/present-token.ts'
import { ALGORITHMS, type Algorithm, HMAC_ALGORITHMS } from '../shared/algorithms.ts'
import { type DecodedToken, decodeToken } from './decode-token.ts'

/** A token that says nothing by itself: only its issuer knows what it means. */
export interface OpaqueToken {
  readonly kind: 'opaque'
  readonly compact: string
}

export type ReadToken = DecodedToken | OpaqueToken

/** What tokens may look like here. */
export interface TokenForms {
  readonly algorithms: ReadonlyMap<string, Algorithm>
  /** Whether some issuer is asked about opaque tokens. */
  readonly opaque: boolean
}

const EVERY_ALGORITHM: ReadonlyMap<string, Algorithm> = new Map([...ALGORITHMS, ...HMAC_ALGORITHMS])

/**
 * What is refused before anybody asks whose token it is: algorithms that no issuer uses. An issuer that is asked, or found
 * later, may use any; which one a token may use is decided for its issuer alone.
 */
export function tokenFormsOf(trusted: TrustedIssuers): TokenForms {
  if (trusted.kind === 'resolver') return { algorithms: EVERY_ALGORITHM, opaque: false }
  const opaque = trusted.issuers.some(({ proof }) => proof.kind === 'introspection')
  const used = trusted.issuers.flatMap(({ algorithms }) => [...algorithms])
  return { algorithms: opaque ? EVERY_ALGORITHM : new Map(used), opaque }
}

/**
 * Opaque tokens where some issuer takes them, signed ones else. Whatever looks like a JWT is read as one, and refused
 * where it is none to the letter: a damaged JWT of one issuer must not be shown to another as an opaque token.
 * @throws Rejection as `decodeToken`
 */
export function readToken(credential: PresentedToken, { algorithms, opaque }: TokenForms): ReadToken {
  if (!opaque || hasPartsOfJwt(credential.token)) return decodeToken(credential, algorithms)
  if (!isToken68(credential.token)) throw new Rejection('token_malformed')
  return { kind: 'opaque', compact: credential.token }
}

/**
 * As `readToken`, with a credential that breaks the grammar of HTTP told from a token that is none. Asked only where a token
 * cannot be read, because what can be read keeps that grammar: a token that is seen first is spared 4 µs.
 * @throws Rejection as `readToken`, and `authorization_malformed`
 */
export function readCredential(credential: PresentedToken, forms: TokenForms): ReadToken {
  try {
    return readToken(credential, forms)
  } catch (error) {
    if (error instanceof Rejection && error.code === 'token_malformed') requireToken68(credential)
    throw error
  }
}

/** A JWE has five parts; what has more is neither a JWT nor a token that any issuer makes. */
const MAX_PARTS = 5

/**
 * Decodes as leniently as it gets: what anybody could take for a JSON header or payload counts, wherever it stands, so that
 * a JWT which lost its header or its dots is not shown either. Some issuers put a dot into their opaque tokens, and each
 * 256th of those begins with the byte of a brace: with two parts, or one, more than the brace has to look like JSON.
 */
function hasPartsOfJwt(token: string): boolean {
  const parts = token.split('.', MAX_PARTS + 1)
  if (parts.length > MAX_PARTS) return true
  const texts = parts.map(part => Buffer.from(part, 'base64').toString('utf8').trimStart())
  return texts.some((text, index) => text.startsWith('{') && ((index === 0 && parts.length > 2) || isPrintable(text)))
}

const LOOKED_AT = 16

/** Random bytes come to that much printable ASCII once in two million times. */
function isPrintable(text: string): boolean {
  for (let i = 0; i < Math.min(text.length, LOOKED_AT); i++) {
    const code = text.charCodeAt(i)
    if (code > 0x7e || (code < 0x20 && !'\t\n\r'.includes(text[i] as string))) return false
  }
  return true
}
