import { X509Certificate } from 'node:crypto'
import { CommandFailure } from '../shared/exit.ts'
import { readTextFile } from '../shared/input.ts'
import { shownMembers, tokenPreview } from '../shared/printable.ts'

type Members = Readonly<Record<string, unknown>>

/** What can be shown of a token. Holds neither the signature nor enough of the rest to be used. */
export interface SeenToken {
  readonly form: 'jwt' | 'opaque'
  readonly preview: string
  readonly length: number
  /** Read leniently, to be shown; no decision rests on it. `undefined` where there is none to be read. */
  readonly header: Members | undefined
  readonly claims: Members | undefined
}

/** Reads for people, so as leniently as it gets; the verdict is the verifier's, which reads strictly. */
export function seeToken(token: string): SeenToken {
  const parts = token.split('.')
  const header = membersOf(parts[0], token)
  const claims = parts.length === 3 ? membersOf(parts[1], token) : undefined
  const form = header === undefined && claims === undefined ? 'opaque' : 'jwt'
  return { form, preview: tokenPreview(token), length: token.length, header, claims }
}

function membersOf(part: string | undefined, token: string): Members | undefined {
  try {
    return shownMembers(JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8')), token)
  } catch {
    return undefined
  }
}

/** The scopes that the token names, wherever its issuer puts them. */
export function scopesOf({ claims }: SeenToken): readonly string[] {
  const found = [claims?.scope, claims?.scp].flatMap(value => (typeof value === 'string' ? value.split(' ') : value))
  return found.filter(
    (scope): scope is string => typeof scope === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope),
  )
}

/** Claims that only ID tokens have, or that people have and access tokens rarely. */
const MARKS_OF_ID_TOKENS = ['nonce', 'at_hash', 'c_hash', 's_hash']
const CLAIMS_OF_PEOPLE = ['email', 'name', 'given_name', 'family_name', 'preferred_username', 'picture', 'auth_time']
const MARKS_OF_ACCESS_TOKENS = ['scope', 'scp', 'client_id', 'cid', 'token_use', 'gty']

/** A guess from names of claims, to tell people what they may have sent. */
export function looksLikeIdToken({ header, claims }: SeenToken): boolean {
  if (claims === undefined) return false
  const has = (name: string): boolean => Object.hasOwn(claims, name)
  if (String(header?.typ).toLowerCase().endsWith('at+jwt')) return false
  if (claims.token_use === 'id' || claims.typ === 'ID' || MARKS_OF_ID_TOKENS.some(has)) return true
  if (MARKS_OF_ACCESS_TOKENS.some(has)) return false
  return (claims.azp !== undefined && claims.azp === claims.aud) || CLAIMS_OF_PEOPLE.some(has)
}

/** The client certificate of the request. @throws CommandFailure */
export function readCertificate(path: string): { readonly raw: Uint8Array } {
  const pem = readTextFile(path, '--client-certificate')
  try {
    return new X509Certificate(pem)
  } catch {
    throw new CommandFailure('--client-certificate: the file holds no certificate in PEM.')
  }
}
