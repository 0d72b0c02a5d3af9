import { createDpopKey, createTestIssuer, type DpopKey, type TestIssuer } from '@scopeward/testing'
import { type RedisServer, startRedis } from '../../../packages/redis/test/support/redis-server.ts'
import { type Answered, ApiProcess } from './api-process.ts'

const PUBLIC_ORIGIN = 'https://api.example.com'

/** What a client sends with one request. */
export type Credentials = Record<string, string>

/** Four processes, one Redis, one authorization server, and a client with a key. */
export interface Rig extends AsyncDisposable {
  readonly redis: RedisServer
  readonly issuer: TestIssuer
  readonly apis: readonly [ApiProcess, ApiProcess, ApiProcess, ApiProcess]
  /** A token bound to the key, with a new proof. `seconds`: by how much the client's clock is ahead. */
  prove(seconds?: number): Promise<Credentials>
}

export async function startRig(): Promise<Rig> {
  const [redis, issuer, key] = await Promise.all([startRedis(), createTestIssuer(), createDpopKey()])
  await redis.hasBeenInUse()
  const start = () => new ApiProcess({ redisUrl: redis.url, issuer: issuer.issuer, publicOrigin: PUBLIC_ORIGIN })
  const apis = [start(), start(), start(), start()] as const
  await Promise.all(apis.map(api => api.ready()))
  const token = await issuer.token({ scope: 'keys:read', boundTo: key })
  const stop = async () => {
    await Promise.all([...apis, redis].map(part => part.stop()))
    await issuer.stop()
  }
  return { redis, issuer, apis, prove: seconds => proofOf(key, token, seconds), [Symbol.asyncDispose]: stop }
}

async function proofOf(key: DpopKey, accessToken: string, seconds = 0): Promise<Credentials> {
  const iat = Math.floor(Date.now() / 1000) + seconds
  const dpop = await key.proof({ method: 'GET', url: `${PUBLIC_ORIGIN}/keys`, accessToken, iat })
  return { authorization: `DPoP ${accessToken}`, dpop }
}

/** Runs `work` for every item, `width` at a time. */
export async function inParallel<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = new Array(items.length)
  const queue = items.entries()
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await work(item, index)
  }
  await Promise.all(Array.from({ length: width }, worker))
  return results
}

export function countStatuses(answers: readonly Answered[]): Record<number, number> {
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
