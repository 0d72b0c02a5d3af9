import { createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import type { Side } from '../measure/side.ts'
import { sideOfPasses } from '../measure/side-of-passes.ts'
import type { Begin } from '../measure/time-serial.ts'
import type { AlgorithmName, Fixtures } from '../tokens/fixtures.ts'
import { type SignedParts, signedParts } from '../tokens/signed-parts.ts'
import { readColdVariant } from './cold-variant.ts'

/** The signature and nothing else: key, bytes and parameters are ready. What nobody can do without who checks a token. */
export default async function prepare({ tokens }: Fixtures, variant: string): Promise<Side> {
  const { algorithm, isSerial, time, passes, warmUpPasses } = readColdVariant(variant)
  const { jwk, tokens: texts } = tokens[algorithm]
  const requests = texts.map(signedParts)
  const begin = isSerial ? beginNow(algorithm, jwk as JsonWebKey) : beginInPool(algorithm, jwk as JsonWebKey)
  return sideOfPasses(passes, time, async () => ({ requests, begin }), warmUpPasses)
}

function beginNow(algorithm: AlgorithmName, jwk: JsonWebKey): Begin<SignedParts> {
  const { digest, key } = parametersFor(algorithm, jwk)
  return ({ signingInput, signature }) => {
    requireValid(verify(digest, signingInput, key, signature))
    return true
  }
}

function beginInPool(algorithm: AlgorithmName, jwk: JsonWebKey): Begin<SignedParts> {
  const { digest, key } = parametersFor(algorithm, jwk)
  return ({ signingInput, signature }, done) => {
    verify(digest, signingInput, key, signature, (_error, isValid) => {
      requireValid(isValid)
      done()
    })
    return false
  }
}

function parametersFor(algorithm: AlgorithmName, jwk: JsonWebKey) {
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  if (algorithm === 'ES256') return { digest: 'sha256', key: { key, dsaEncoding: 'ieee-p1363' as const } }
  return { digest: algorithm === 'RS256' ? 'sha256' : undefined, key }
}

function requireValid(isValid: boolean): void {
  if (!isValid) throw new Error('A signature of the fixtures does not verify.')
}
