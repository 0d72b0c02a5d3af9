import { createTestIssuer, type TestIssuer, type TestKey, type TokenInput } from '@scopeward/testing'
import { SCOPE } from './support.ts'

export type TokenKind = (typeof TOKEN_KINDS)[number]

/** The first are the ones that a cache remembers for long. */
export const TOKEN_KINDS = [
  'long',
  'medium',
  'short',
  'without kid',
  'not yet valid',
  'tampered with',
  'of a stranger under our kid',
  'with an unknown kid',
] as const

export interface MintedToken {
  readonly text: string
  readonly kind: TokenKind
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

const LIFETIME_SECONDS: Partial<Record<TokenKind, number>> = { short: 30, medium: 700 }

export async function mintKind(kind: TokenKind, issuer: TestIssuer, now: number): Promise<MintedToken> {
  const expiresInSeconds = LIFETIME_SECONDS[kind] ?? 1_000_000
  const nowSeconds = Math.floor(now / 1000)
  const input = await inputFor(kind, issuer, nowSeconds)
  const full: TokenInput = { scope: SCOPE, expiresInSeconds, ...input }
  const text = await (kind === 'tampered with' ? issuer.forge('payload-tampered', full) : issuer.token(full))
  return { text, kind, expiresAt: (nowSeconds + expiresInSeconds) * 1000 }
}

async function inputFor(kind: TokenKind, { signingKey }: TestIssuer, nowSeconds: number): Promise<TokenInput> {
  if (kind === 'without kid') return { header: { kid: undefined } }
  if (kind === 'not yet valid') return { claims: { nbf: nowSeconds + 20 } }
  if (kind === 'of a stranger under our kid') return { key: { ...(await strangersKey()), kid: signingKey.kid } }
  return kind === 'with an unknown kid' ? { header: { kid: 'nobody' } } : {}
}

let stranger: Promise<TestKey> | undefined

function strangersKey(): Promise<TestKey> {
  stranger ??= createTestIssuer({ algorithm: 'ES256' }).then(async issuer => {
    await issuer.stop()
    return issuer.signingKey
  })
  return stranger
}
