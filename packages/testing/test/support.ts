import { createLocalJWKSet, type JWTPayload, type JWTVerifyResult, jwtVerify } from 'jose'
import type { TestIssuer } from '../src/index.ts'

export const AUDIENCE = 'https://api.example.com'

/** The verdict of jose, fed with the key set as it is served: as strict as its options allow. */
export async function verifyByJose(issuer: TestIssuer, token: string): Promise<JWTVerifyResult<JWTPayload>> {
  const keySet = (await (await fetch(issuer.jwksUri)).json()) as Parameters<typeof createLocalJWKSet>[0]
  return jwtVerify(token, createLocalJWKSet(keySet), {
    issuer: issuer.issuer,
    audience: AUDIENCE,
    typ: 'at+jwt',
    algorithms: [issuer.signingKey.algorithm],
    requiredClaims: ['exp', 'iat', 'sub', 'client_id', 'jti'],
    currentDate: new Date(issuer.options.clock?.() ?? Date.now()),
  })
}

export function headerOf(token: string): Record<string, unknown> {
  return partOf(token, 0)
}

export function claimsOf(token: string): Record<string, unknown> {
  return partOf(token, 1)
}

export function bytesOf(token: string, index: 0 | 1 | 2): Buffer {
  return Buffer.from(token.split('.')[index] as string, 'base64url')
}

function partOf(token: string, index: 0 | 1): Record<string, unknown> {
  return JSON.parse(bytesOf(token, index).toString())
}

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** The parameters that authenticate a client by `private_key_jwt`. */
export function assertionParameters(assertion: string): Record<string, string> {
  return { client_assertion_type: ASSERTION_TYPE, client_assertion: assertion }
}
