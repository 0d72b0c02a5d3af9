import { createHmac, randomUUID } from 'node:crypto'
import type { HmacName } from '@scopeward/core'
import { AUDIENCE, SCOPE } from './three-callers.ts'

export const ISSUER = 'https://legacy.example.com'

/** As long as the longest hash. */
export const CURRENT = 'current-secret-of-the-legacy-issuer-0123456789-abcdefghijklmnopqrstuv'
export const PREVIOUS = 'previous-secret-of-the-legacy-issuer-0123456789-abcdefghijklmnopqrst'
export const THIRD = 'some-other-secret-of-somebody-else-0123456789-abcdefghijklmnopqrstuvw'

const seconds = (): number => Math.floor(Date.now() / 1000)

/** What a complete RFC 9068 token says. */
export function claims(changes: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'billing',
    client_id: 'billing',
    scope: SCOPE,
    iat: seconds(),
    exp: seconds() + 300,
    jti: randomUUID(),
    ...changes,
  }
}

export interface HmacToken {
  readonly algorithm?: HmacName
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
  /** Signs with this hash, whatever the header says. */
  readonly hash?: string
}

const encode = (content: object): string => Buffer.from(JSON.stringify(content)).toString('base64url')

/** Signed by hand: a forger is not bound to what libraries let him do. */
export function hmacToken(secret: string | Uint8Array, token: HmacToken = {}): string {
  const { algorithm = 'HS256' } = token
  const header = { alg: algorithm, typ: 'at+jwt', ...token.header }
  const signingInput = `${encode(header)}.${encode(claims(token.claims))}`
  const hash = token.hash ?? `sha${algorithm.slice(2)}`
  return `${signingInput}.${createHmac(hash, secret).update(signingInput).digest('base64url')}`
}
