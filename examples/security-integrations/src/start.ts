import { createServer } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { createRevocationList, type RedisRevocationList } from '@scopeward/redis'
import { createClient } from 'redis'
import { type ApiProcess, startApiProcess } from './api-process.ts'
import { type AuthorizationServer, createAuthorizationServer } from './authorization-server.ts'
import { PUBLIC_ORIGIN } from './contract.ts'
import type { Decision } from './decisions.ts'
import type { Lifetime } from './lifetime.ts'
import { close, listen } from './listen.ts'
import { type RedisServer, startRedis } from './redis-server.ts'

export interface Example extends Pick<AuthorizationServer, 'clientSecrets' | 'userToken'> {
  /** Addresses of the two API processes. */
  readonly apis: readonly [string, string]
  /** Address of the authorization server. */
  readonly issuer: string
  /** `undefined`: somebody else's, not to be maltreated. */
  readonly redis: RedisServer | undefined
}

export interface StartOptions {
  /** Default: a Redis of our own. */
  readonly redisUrl: string | undefined
  readonly lifetime: Lifetime
  readonly onDecision: (apiProcess: 1 | 2, decision: Decision) => void
  /** An API process has ended without having been asked to. */
  readonly onEnd: () => void
}

/** @throws Error with a sentence for people where there is no Redis */
export async function startExample({ redisUrl, lifetime, onDecision, onEnd }: StartOptions): Promise<Example> {
  const redis = redisUrl === undefined ? await startRedis() : undefined
  if (redis !== undefined) lifetime.add(redis.stop)
  const url = redis?.url ?? redisUrl ?? ''
  await tryConnecting(url)

  const login = createServer()
  const issuer = await listen(login)
  lifetime.add(() => close(login))
  const revocations = createRevocationList(createClient({ url }), {
    retainSeconds: 3600,
    maxAgeSeconds: 3600, // All revocations are made here: without Redis its view lacks none, and administrators go on.
  })
  lifetime.add(() => revocations.close())
  const { app, clientSecrets, userToken } = await createAuthorizationServer(issuer, PUBLIC_ORIGIN, revocations)
  login.on('request', app)

  const start = async (number: 1 | 2): Promise<string> => {
    const settings = { issuer, publicOrigin: PUBLIC_ORIGIN, redisUrl: url }
    const listeners = { onDecision: (decision: Decision) => onDecision(number, decision), onEnd }
    const api: ApiProcess = await startApiProcess(settings, listeners)
    lifetime.add(api.stop)
    return api.address
  }
  const [one, two] = await Promise.all([start(1), start(2), explainDelay(revocations)])
  return { apis: [one, two], issuer, clientSecrets, userToken, redis }
}

/** The library waits for a Redis for as long as it takes; who tries this out wants to know what is wrong with it. */
async function explainDelay(revocations: RedisRevocationList): Promise<void> {
  const timer = new AbortController()
  const tooLong = pause(20_000, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`Redis is not fit for use: ${revocations.problem}`)
  })
  await Promise.race([revocations.ready(), tooLong]).finally(() => timer.abort())
}

async function tryConnecting(url: string): Promise<void> {
  try {
    const client = createClient({ url, socket: { reconnectStrategy: false, connectTimeout: 3000 } })
    client.on('error', () => undefined)
    await client.connect()
    client.destroy()
  } catch (error) {
    throw new Error(`No Redis can be reached there: ${error instanceof Error ? error.message || error.name : error}`)
  }
}
