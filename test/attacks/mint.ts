import { constants, type KeyObject, sign } from 'node:crypto'
import type { TestAlgorithm, TestIssuer, TestKey, TokenInput } from '@scopeward/testing'

type Members = Readonly<Record<string, unknown>>

/** A token that is good everywhere, and what it was made of. */
export interface Honest {
  readonly token: string
  readonly header: Members
  readonly claims: Members
  readonly key: TestKey
}

export async function honestToken(issuer: TestIssuer, input: TokenInput): Promise<Honest> {
  const token = await issuer.token(input)
  const [header, claims] = token
    .split('.')
    .slice(0, 2)
    .map(part => JSON.parse(textOf(part)) as Members)
  const key = issuer.keys.find(each => each.kid === header?.kid)
  if (header === undefined || claims === undefined || key === undefined) throw new Error('the token names no key')
  return { token, header, claims, key }
}

/** Text and bytes go out as they are, whether JSON or not; members as JSON, those that are `undefined` left out. */
export type Part = string | Uint8Array | Members

type Signer = (input: string) => Uint8Array

/** A compact JWS, put together by hand: nothing is checked. Default: signed as the key says. */
export function compact(
  { header, claims, key }: Honest,
  changes: { header?: Part; payload?: Part; sign?: Signer },
): string {
  const input = [changes.header ?? header, changes.payload ?? claims].map(encode).join('.')
  return `${input}.${base64url((changes.sign ?? signerOf(key))(input))}`
}

/** Two parts as they stand, whatever they are, with a signature that covers them. */
export function signText({ key }: Honest, header: string, payload: string): string {
  const input = `${header}.${payload}`
  return `${input}.${base64url(signerOf(key)(input))}`
}

/** The honest token with other header parameters, really signed. */
export function withHeader(changes: Members): (honest: Honest) => string {
  return honest => compact(honest, { header: { ...honest.header, ...changes } })
}

/** The honest token with other claims, really signed. */
export function withClaims(changes: Members): (honest: Honest) => string {
  return honest => compact(honest, { payload: { ...honest.claims, ...changes } })
}

/** The honest token with its claims as other text, really signed. */
export function withPayload(change: (json: string, honest: Honest) => Part): (honest: Honest) => string {
  return honest => compact(honest, { payload: change(JSON.stringify(honest.claims), honest) })
}

/** The header as other text, really signed. */
export function withHeaderText(change: (json: string, honest: Honest) => Part): (honest: Honest) => string {
  return honest => compact(honest, { header: change(JSON.stringify(honest.header), honest) })
}

/** One claim written out by hand, in place of the honest one. */
export function withRawClaim(name: string, json: string): (honest: Honest) => string {
  return honest => {
    const { [name]: _, ...others } = honest.claims
    return compact(honest, { payload: `{"${name}":${json},${JSON.stringify(others).slice(1)}` })
  }
}

export function signerOf({ algorithm, privateKey }: TestKey): Signer {
  return input => signBytes(input, privateKey, algorithm)
}

/** @param saltLength of PSS; default: as long as the hash */
export function signBytes(input: string, key: KeyObject, algorithm: TestAlgorithm, saltLength?: number): Buffer {
  const data = Buffer.from(input)
  if (algorithm === 'Ed25519' || algorithm === 'EdDSA') return sign(null, data, key)
  const hash = `sha${algorithm.slice(2)}`
  if (algorithm.startsWith('ES')) return sign(hash, data, { key, dsaEncoding: 'ieee-p1363' })
  if (algorithm.startsWith('RS')) return sign(hash, data, key)
  const padding = constants.RSA_PKCS1_PSS_PADDING
  return sign(hash, data, { key, padding, saltLength: saltLength ?? constants.RSA_PSS_SALTLEN_DIGEST })
}

export function base64url(bytes: string | Uint8Array): string {
  return Buffer.from(bytes as string).toString('base64url')
}

export function textOf(part: string): string {
  return Buffer.from(part, 'base64url').toString()
}

/** The three parts of a token, one of them changed. */
export function changePart(token: string, index: 0 | 1 | 2, change: (part: string) => string): string {
  return token
    .split('.')
    .map((part, each) => (each === index ? change(part) : part))
    .join('.')
}

function encode(part: Part): string {
  return base64url(typeof part === 'string' || part instanceof Uint8Array ? part : JSON.stringify(part))
}
