import { createDpopKey, type DpopKey, type TestKey } from '@scopeward/testing'
import { generateKeys } from '../tokens/keys.ts'

/** All keys, made once: a sequence would spend its time on making them. */
export interface Parties {
  readonly client: DpopKey
  readonly otherClient: DpopKey
  readonly stranger: TestKey
  /** The issuer's keys, in the order in which it takes them into use. */
  readonly pool: readonly TestKey[]
}

const POOL_SIZE = 16

export async function createParties(): Promise<Parties> {
  const [client, otherClient, [stranger], pool] = await Promise.all([
    createDpopKey('ES256'),
    createDpopKey('ES256'),
    generateKeys(['ES256']) as Promise<readonly [TestKey]>,
    generateKeys(['ES256', ...Array(POOL_SIZE - 1).fill('ES256')]),
  ])
  return { client, otherClient, stranger, pool }
}
