import { randomUUID } from 'node:crypto'
import type { TestKey } from '@scopeward/testing'
import type { WatchedIssuer } from '../issuers/watched-issuer.ts'
import { AUDIENCE, type Scope } from '../rules.ts'
import type { ProofKey } from './proof-key.ts'
import { signCompact } from './signing.ts'

/** Which key a token names. It may be none that there ever was. */
export type NamedKey = Pick<TestKey, 'kid' | 'algorithm'>

/** A token, and all that the oracle has to know of it. Times in milliseconds since the epoch. */
export interface Token {
  readonly text: string
  readonly issuer: WatchedIssuer
  readonly key: NamedKey
  /** Whether the named key signed it, and just so. */
  readonly isGenuine: boolean
  readonly tokenId: string
  readonly clientId: string
  readonly subject: string
  readonly scopes: readonly Scope[]
  readonly issuedAt: number
  readonly begins: number
  readonly expires: number
  /** What it is bound to. */
  readonly boundTo: ProofKey | undefined
}

export interface TokenPlan {
  readonly issuer: WatchedIssuer
  readonly clientId: string
  readonly subject?: string
  readonly scopes?: readonly Scope[]
  readonly lifeMilliseconds: number
  /** From now; negative: it began before. */
  readonly beginsInMilliseconds?: number
  readonly boundTo?: ProofKey | undefined
  readonly audience?: string
  readonly iss?: string
  /** Default: the one with which the issuer signs now. */
  readonly key?: TestKey
}

export function mint(plan: TokenPlan): Token {
  const { issuer, clientId, key = issuer.signingKey, boundTo, scopes = ['items:read'] } = plan
  const now = Date.now()
  const begins = now + (plan.beginsInMilliseconds ?? 0)
  const token = {
    issuer,
    key,
    isGenuine: true,
    tokenId: randomUUID(),
    clientId,
    subject: plan.subject ?? `user-of-${clientId}`,
    scopes,
    issuedAt: now,
    begins,
    expires: now + plan.lifeMilliseconds,
    boundTo,
  }
  return { ...token, text: signCompact(headerOf(key), claimsOf(token, plan), key.algorithm, key.privateKey) }
}

/** As `NumericDate` allows, with the milliseconds: so that tokens do not all expire at full seconds. */
function claimsOf(token: Omit<Token, 'text'>, { audience = AUDIENCE, iss }: TokenPlan): object {
  return {
    iss: iss ?? token.issuer.server.issuer,
    sub: token.subject,
    aud: audience,
    client_id: token.clientId,
    scope: token.scopes.join(' '),
    iat: token.issuedAt / 1000,
    nbf: token.begins / 1000,
    exp: token.expires / 1000,
    jti: token.tokenId,
    ...(token.boundTo === undefined ? {} : { cnf: { jkt: token.boundTo.thumbprint } }),
  }
}

function headerOf({ kid, algorithm }: NamedKey): object {
  return { alg: algorithm, typ: 'at+jwt', kid }
}

/** The same token under a key that nobody knows. Its signature is that of another, which nobody ever gets to see. */
export function renamed(token: Token, kid: string): Token {
  const { algorithm } = token.key
  const header = Buffer.from(JSON.stringify(headerOf({ kid, algorithm }))).toString('base64url')
  const text = header + token.text.slice(token.text.indexOf('.'))
  return { ...token, text, key: { kid, algorithm }, isGenuine: false }
}

/** The same token with other claims, and the signature that it had. */
export function altered(token: Token, claims: object): Token {
  const [header, payload = '', signature] = token.text.split('.')
  const all = { ...JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')), ...claims }
  const text = [header, Buffer.from(JSON.stringify(all)).toString('base64url'), signature].join('.')
  return { ...token, text, isGenuine: false }
}
