import type { SignatureEngine } from '../issuer/verification-key.ts'
import { createJoseEngine } from './jose-engine.ts'
import { createNodeEngine } from './node-engine.ts'
import { SignatureQueue } from './signature-queue.ts'

/** What is needed of the options. */
export interface EngineOptions {
  readonly signatureEngine: 'node' | 'jose'
  readonly signatureQueueMaxEntries: number
}

/** One for all keys of a resource server: what waits for the thread pool is counted over all of them. */
export function createEngine({ signatureEngine, signatureQueueMaxEntries }: EngineOptions): SignatureEngine {
  const queue = new SignatureQueue(signatureQueueMaxEntries)
  return signatureEngine === 'jose' ? createJoseEngine(queue) : createNodeEngine(queue)
}
