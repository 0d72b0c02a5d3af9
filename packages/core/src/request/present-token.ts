import { Rejection } from '../errors/rejection.ts'
import { DUPLICATED, lowerCaseCode, singleHeaderValue } from './header-values.ts'
import type { ResourceRequest } from './resource-request.ts'

/** A credential, separated from its scheme and nothing more: its grammar is not checked yet. */
export interface PresentedToken {
  readonly scheme: Scheme
  readonly token: string
}

/** How the token is said to be usable: by whoever has it, or with a proof of its key (RFC 9449 section 7.1). */
export type Scheme = 'Bearer' | 'DPoP'

const SPACE = 0x20

/** Node reads at most 16 KiB of headers by default; a longer token can only come in through other doors. */
const MAX_TOKEN_LENGTH = 16_384

/** Which schemes a resource server knows. */
export type Schemes = readonly Scheme[]

/**
 * Finds the one credential of a request. `undefined` where there is none at all, which is not the same as a bad one.
 * Only the `Authorization` header counts: a token in the query or the body is ignored (OAuth 2.1 section 5.1).
 * @throws Rejection `authorization_duplicated`, `authorization_malformed`, `scheme_unsupported`
 * @see RFC 9110 sections 11.1 and 11.4, RFC 6750 section 2.1
 */
export function presentToken(request: ResourceRequest, schemes: Schemes): PresentedToken | undefined {
  const value = singleHeaderValue(request.headers, 'authorization')
  if (value === undefined) return undefined
  if (value === DUPLICATED) throw new Rejection('authorization_duplicated')
  const scheme = schemeOf(value, schemes)
  if (scheme === undefined) throw withoutScheme(value)
  let start = scheme.length
  while (value.charCodeAt(start) === SPACE) start++
  return { scheme, token: value.slice(start) }
}

function withoutScheme(value: string): Rejection {
  const [name = ''] = value.split(' ', 1)
  return new Rejection(isHttpToken(name) ? 'scheme_unsupported' : 'authorization_malformed')
}

/** @throws Rejection `token_too_large` */
export function requireSize({ token }: PresentedToken): void {
  if (token.length > MAX_TOKEN_LENGTH) throw new Rejection('token_too_large', { limit: MAX_TOKEN_LENGTH })
}

/** The scheme that the value begins with, up to a space or its end. Case does not count (RFC 9110 section 11.1). */
function schemeOf(value: string, schemes: Schemes): Scheme | undefined {
  for (const scheme of schemes) {
    const isWhole = value.length === scheme.length || value.charCodeAt(scheme.length) === SPACE
    if (isWhole && startsWith(value, scheme)) return scheme
  }
  return undefined
}

function startsWith(value: string, scheme: Scheme): boolean {
  for (let i = 0; i < scheme.length; i++) {
    if (lowerCaseCode(value.charCodeAt(i)) !== lowerCaseCode(scheme.charCodeAt(i))) return false
  }
  return true
}

/**
 * The grammar of the credential: `1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="`.
 * @throws Rejection `authorization_malformed`
 * @see RFC 9110 section 11.2
 */
export function requireToken68({ token }: PresentedToken): void {
  if (!isToken68(token)) throw new Rejection('authorization_malformed')
}

export function isToken68(token: string): boolean {
  let end = token.length
  while (end > 0 && token[end - 1] === '=') end--
  for (let i = 0; i < end; i++) if (!isToken68Code(token.charCodeAt(i))) return false
  return end > 0
}

function isAlphanumeric(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39)
}

/** Letters, digits and `-._~+/`. */
function isToken68Code(code: number): boolean {
  return isAlphanumeric(code) || (code >= 0x2d && code <= 0x2f) || code === 0x5f || code === 0x7e || code === 0x2b
}

/** RFC 9110 section 5.6.2. */
function isHttpToken(text: string): boolean {
  if (text === '') return false
  for (let i = 0; i < text.length; i++) {
    if (!isAlphanumeric(text.charCodeAt(i)) && !"!#$%&'*+-.^_`|~".includes(text[i] as string)) return false
  }
  return true
}
