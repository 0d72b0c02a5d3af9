import { KeyObject } from 'node:crypto'
import { readPublicJwk } from '../../src/issuer/public-jwk.ts'
import type { SignatureEngine } from '../../src/issuer/verification-key.ts'
import { ALGORITHMS, type Algorithm, type AlgorithmName } from '../../src/shared/algorithms.ts'
import { createEngine } from '../../src/signature/create-engine.ts'
import { type DecodedToken, decodeToken } from '../../src/token/decode-token.ts'
import { base64url, claims, type Members, type TestKey } from './tokens.ts'

/** An engine as a resource server with default options has it. */
export function engineOf(signatureEngine: 'node' | 'jose', signatureQueueMaxEntries = 1000): SignatureEngine {
  return createEngine({ signatureEngine, signatureQueueMaxEntries })
}

export const ENGINES: readonly ['node' | 'jose', SignatureEngine][] = [
  ['node', engineOf('node')],
  ['jose', engineOf('jose')],
]

/**
 * Verdicts of an engine on the same token three times: alone in its event-loop turn, and twice more in that same turn,
 * so that the synchronous and the asynchronous way are both taken.
 */
export async function verdicts(engine: SignatureEngine, key: TestKey, token: string): Promise<boolean[]> {
  const algorithm = ALGORITHMS.get(key.algorithm) as Algorithm
  const read = readPublicJwk(key.publicJwk as Members, ALGORITHMS)
  if ('ignored' in read) throw new Error(read.ignored)
  const imported = await engine.importKey(read.jwk, algorithm)
  const decoded: DecodedToken = decodeToken({ token }, ALGORITHMS)
  await nextTurn()
  return Promise.all([imported.verify(decoded), imported.verify(decoded), imported.verify(decoded)])
}

/** Once all that is due in this turn of the event loop has run. */
export function nextTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(() => setImmediate(resolve)))
}

export const YES: readonly boolean[] = [true, true, true]
export const NO: readonly boolean[] = [false, false, false]

/** A token whose signature is made by hand from what it covers. */
export function handSigned(
  key: TestKey,
  sign: (signingInput: Buffer, privateKey: KeyObject) => Uint8Array,
  algorithm: AlgorithmName = key.algorithm,
): string {
  const header = base64url(JSON.stringify({ alg: algorithm, typ: 'at+jwt', kid: key.kid }))
  const signingInput = `${header}.${base64url(JSON.stringify(claims()))}`
  const signature = sign(Buffer.from(signingInput), KeyObject.from(key.privateKey))
  return `${signingInput}.${base64url(signature)}`
}
