import { createTestIssuer, type TestIssuer, type TestIssuerOptions, type TokenInput } from '@scopeward/testing'
import { onTestFinished } from 'vitest'

/** A test issuer that ends with the test. Its first key is `key-1`, like that of every other. */
export async function issuerForTest(options: TestIssuerOptions = {}): Promise<TestIssuer> {
  const issuer = await createTestIssuer({ algorithm: 'ES256', ...options })
  onTestFinished(() => issuer.stop())
  return issuer
}

/** Two issuers that share nothing but the `kid` of their keys. */
export async function twoIssuers(options: TestIssuerOptions = {}): Promise<readonly [TestIssuer, TestIssuer]> {
  return Promise.all([issuerForTest(options), issuerForTest(options)])
}

export function readToken(issuer: TestIssuer, input: TokenInput = {}): Promise<string> {
  return issuer.token({ scope: 'items:read', ...input })
}
