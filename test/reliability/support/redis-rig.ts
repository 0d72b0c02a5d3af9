import { createResourceServer } from '@scopeward/core'
import {
  createReplayStore,
  createRevocationList,
  type RedisReplayStore,
  type RedisRevocationList,
} from '@scopeward/redis'
import { createDpopKey, createTestIssuer } from '@scopeward/testing'
import { createClient } from 'redis'
import { onTestFinished } from 'vitest'
import { type RedisServer, startRedis } from '../../../packages/redis/test/support/redis-server.ts'
import { AUDIENCE, SCOPE, type Verdict, verdictOf } from '../../outage/support.ts'
import { type DelayingProxy, openDelayingProxy } from './delaying-proxy.ts'

export const REDIS_TIMEOUT_SECONDS = 0.7

const URL_PATH = '/v1/controls'
const LIFETIME_SECONDS = 1_000_000

/** What one request carries. */
export type Headers = Readonly<Record<string, string>>

/** An API that asks Redis about every proof and every token, by a clock that the experiment sets ahead. */
export interface RedisRig {
  readonly redis: RedisServer
  /** Between the API and Redis. */
  readonly proxy: DelayingProxy
  readonly clock: () => number
  readonly advance: (seconds: number) => void
  readonly replayStore: RedisReplayStore
  readonly revocation: RedisRevocationList
  /** A new proof for a token that is bound to its key. */
  readonly prove: () => Promise<Headers>
  /** A bearer token of a client. */
  readonly bearer: (clientId: string) => Promise<Headers>
  readonly ask: (headers: Headers) => Promise<Verdict>
}

/** Redis has been in use for a minute, and all is well. Ends with the test. */
export async function createRedisRig(): Promise<RedisRig> {
  let ahead = 0
  const clock = () => Date.now() + ahead
  const [redis, issuer, key] = await Promise.all([
    startRedis(),
    createTestIssuer({ algorithm: 'ES256', clock }),
    createDpopKey('ES256', { clock }),
  ])
  onTestFinished(async () => void (await Promise.all([redis.stop(), issuer.stop()])))
  await redis.hasBeenInUse()
  const proxy = await openDelayingProxy(redis.port)
  const { replayStore, revocation } = await openStores(proxy.port, clock)
  const api = createResourceServer({
    ...issuer.options,
    audience: AUDIENCE,
    scopes: { [SCOPE]: 'Read controls' },
    publicOrigin: AUDIENCE,
    dpop: { mode: 'accepted', replayStore },
    revocation,
  })
  const bound = await issuer.token({ scope: SCOPE, boundTo: key, expiresInSeconds: LIFETIME_SECONDS })
  const tokenFor = (clientId: string) => issuer.token({ scope: SCOPE, clientId, expiresInSeconds: LIFETIME_SECONDS })
  const proofInput = { method: 'GET', url: AUDIENCE + URL_PATH, accessToken: bound }
  return {
    redis,
    proxy,
    clock,
    advance: seconds => {
      ahead += seconds * 1000
    },
    replayStore,
    revocation,
    prove: async () => ({ authorization: `DPoP ${bound}`, dpop: await key.proof(proofInput) }),
    bearer: async clientId => ({ authorization: `Bearer ${await tokenFor(clientId)}` }),
    ask: async headers => verdictOf(await api.check({ method: 'GET', url: URL_PATH, headers }, SCOPE)),
  }
}

async function openStores(port: number, clock: () => number) {
  const client = createClient({ url: `redis://127.0.0.1:${port}` })
  const options = { clock, timeoutSeconds: REDIS_TIMEOUT_SECONDS }
  const [replayStore, revocation] = [createReplayStore(client, options), createRevocationList(client, options)]
  onTestFinished(async () => void (await Promise.all([replayStore.close(), revocation.close()])))
  await Promise.all([replayStore.ready(), revocation.ready()])
  return { replayStore, revocation }
}
