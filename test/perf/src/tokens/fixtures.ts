import { readFileSync, writeFileSync } from 'node:fs'
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'

export type AlgorithmName = 'RS256' | 'ES256' | 'Ed25519'

/** The tokens of one key. */
export interface SignedTokens {
  /** The public key as the issuer publishes it. */
  readonly jwk: JWK
  readonly tokens: readonly string[]
}

/** What all sides of one run are given: the same tokens, of about 700 bytes each. */
export interface Fixtures {
  readonly issuer: string
  readonly audience: string
  readonly scope: string
  readonly tokens: Readonly<Record<AlgorithmName, SignedTokens>>
}

const ISSUER = 'https://login.example.com/partners'
const AUDIENCE = 'https://api.example.com'
const SCOPE = 'imports:read'
export const DISTINCT_TOKENS = 2000

/** What makes a token 700 bytes long: a signature of RS256 takes 342 of them, the others 86. */
const FILLING: Readonly<Record<AlgorithmName, number>> = { RS256: 0, ES256: 190, Ed25519: 190 }

export async function createFixtures(): Promise<Fixtures> {
  return {
    issuer: ISSUER,
    audience: AUDIENCE,
    scope: SCOPE,
    tokens: {
      RS256: await signTokens('RS256'),
      ES256: await signTokens('ES256'),
      Ed25519: await signTokens('Ed25519'),
    },
  }
}

export function writeFixtures(file: string, fixtures: Fixtures): void {
  writeFileSync(file, JSON.stringify(fixtures))
}

export function readFixtures(file: string): Fixtures {
  return JSON.parse(readFileSync(file, 'utf8'))
}

async function signTokens(algorithm: AlgorithmName): Promise<SignedTokens> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm)
  const kid = `2026-11-${algorithm}`
  const tokens: string[] = []
  for (let client = 0; client < DISTINCT_TOKENS; client++) {
    const clientId = `client-${String(client).padStart(6, '0')}`
    const claims = { client_id: clientId, scope: SCOPE, org: 'o'.repeat(FILLING[algorithm]) }
    tokens.push(
      await new SignJWT(claims)
        .setProtectedHeader({ alg: algorithm, kid, typ: 'at+jwt' })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(clientId)
        .setJti(`jti-${clientId}`)
        .setIssuedAt()
        .setExpirationTime('2h')
        .sign(privateKey),
    )
  }
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' }
  return { jwk, tokens }
}
