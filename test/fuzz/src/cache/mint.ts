import { sign } from 'node:crypto'
import type { DamagedKind, TokenKind } from './commands.ts'
import { ISSUER, type MemoryIssuer, OPAQUE_ISSUER } from './memory-issuer.ts'
import type { Parties } from './parties.ts'

export const AUDIENCE = 'https://api.example.com'

export interface MintedToken {
  readonly text: string
  readonly kind: TokenKind
  readonly claims: Readonly<Record<string, unknown>>
}

/** @param number tells this token from all others of the sequence */
export function mint(
  kind: Exclude<TokenKind, DamagedKind>,
  number: number,
  nowSeconds: number,
  issuer: MemoryIssuer,
  parties: Parties,
): MintedToken {
  const claims = { ...usualClaims(number, Math.floor(nowSeconds)), ...changesOf(kind, nowSeconds, parties) }
  if (kind === 'made-up opaque') return { text: `made-up-${number}`, kind, claims }
  if (kind === 'opaque' || kind === 'opaque and bound') {
    const text = `opaque-${number}`
    issuer.remember(text, { ...claims, iss: OPAQUE_ISSUER, token_type: 'cnf' in claims ? 'DPoP' : 'Bearer' })
    return { text, kind, claims }
  }
  return { text: signed(kind, claims, issuer, parties), kind, claims }
}

function usualClaims(number: number, now: number): MintedToken['claims'] {
  return {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'nightly-import',
    client_id: 'nightly-import',
    iat: now - (number % 3),
    exp: now + 1_000_000,
    jti: `token-${number}`,
    scope: number % 2 === 0 ? 'controls:read' : 'controls:write imports:write',
  }
}

function changesOf(kind: TokenKind, nowSeconds: number, { client, otherClient }: Parties): MintedToken['claims'] {
  const now = Math.floor(nowSeconds)
  switch (kind) {
    case 'of another client':
      return { client_id: 'app', sub: 'app' }
    case 'bound':
    case 'opaque and bound':
      return { cnf: { jkt: client.thumbprint } }
    case 'bound to another key':
      return { cnf: { jkt: otherClient.thumbprint } }
    case 'short':
      return { exp: now + 30 }
    case 'medium':
      return { exp: now + 700 }
    case 'of a user':
      return { sub: 'alice', auth_time: now - 10, acr: '2', roles: ['auditor'] }
    case 'not yet valid':
      return { nbf: now + 20 }
    case 'of another audience':
      return { aud: 'https://other.example.com' }
    default:
      return {}
  }
}

function signed(kind: TokenKind, claims: object, issuer: MemoryIssuer, { stranger }: Parties): string {
  const { kid, key } = issuer.signing
  const named = kind === 'with an unknown kid' ? { kid: 'nobody' } : kind === 'without kid' ? {} : { kid }
  const parts = [{ alg: 'ES256', typ: 'at+jwt', ...named }, claims]
  const input = parts.map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  const { privateKey } = kind === 'of a stranger under our kid' ? stranger : key
  const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

/** What is left of a token when somebody has changed it. */
export function damaged({ text, claims }: MintedToken, kind: DamagedKind): MintedToken {
  const [header = '', payload = '', signature = ''] = text.split('.')
  const others = { ...claims, scope: 'controls:write imports:write' }
  const parts =
    kind === 'with a changed signature'
      ? [header, payload, otherFirst(signature)]
      : [header, Buffer.from(JSON.stringify(others)).toString('base64url'), signature]
  return { text: parts.join('.'), kind, claims }
}

function otherFirst(text: string): string {
  return (text.startsWith('A') ? 'B' : 'A') + text.slice(1)
}
