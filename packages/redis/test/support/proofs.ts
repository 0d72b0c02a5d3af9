import { randomBytes } from 'node:crypto'
import type { SeenProof } from '@scopeward/core'
import { createClient } from 'redis'
import { createReplayStore, type RedisReplayStore, type ReplayStoreOptions } from '../../src/index.ts'
import type { RedisServer } from './redis-server.ts'

/** Good for another minute. */
export function newProof(issuedAt: number = Date.now()): SeenProof {
  return { key: randomBytes(32).toString('base64url'), issuedAt, expiresAt: issuedAt + 60_000 }
}

export async function readyStore(server: RedisServer, options: ReplayStoreOptions = {}): Promise<RedisReplayStore> {
  const store = createReplayStore(createClient({ url: server.url }), options)
  await store.ready()
  return store
}
