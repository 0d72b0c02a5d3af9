import { createHash } from 'node:crypto'
import { calculateJwkThumbprint, EmbeddedJWK, type JWTVerifyResult, jwtVerify } from 'jose'
import type { DpopKey, ProofInput, TestClock } from '../../src/index.ts'

export interface Presented {
  readonly key: Pick<DpopKey, 'jwk'>
  readonly input: ProofInput
  readonly clock: TestClock
}

/** The verdict of jose, and of comparisons as a hurried author writes them: with `new URL()` for the target. */
export async function verifyProof(proof: string, { key, input, clock }: Presented): Promise<JWTVerifyResult> {
  const result = await jwtVerify(proof, EmbeddedJWK, {
    typ: 'dpop+jwt',
    requiredClaims: ['jti', 'htm', 'htu', 'iat', ...(input.accessToken === undefined ? [] : ['ath'])],
    currentDate: new Date(clock()),
  })
  const { payload, protectedHeader } = result
  require('thumbprint', await thumbprint(protectedHeader.jwk), await thumbprint(key.jwk))
  require('htm', payload.htm, input.method)
  require('htu', target(payload.htu), target(input.url))
  require('iat', Math.abs(payload.iat! - clock() / 1000) <= 10, true)
  require('jti', typeof payload.jti === 'string' && payload.jti !== '', true)
  if (input.accessToken !== undefined) require('ath', payload.ath, hash(input.accessToken))
  return result
}

function require(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what}: ${JSON.stringify(actual)}`)
}

const thumbprint = (jwk: unknown): Promise<string> => calculateJwkThumbprint(jwk as { kty: string })
const hash = (token: string): string => createHash('sha256').update(token).digest('base64url')

function target(url: unknown): string {
  const { origin, pathname } = new URL(String(url))
  return origin + pathname
}
