import { createServer } from 'node:http'
import { createReplayStore, createRevocationList } from '@scopeward/redis'
import { createClient } from 'redis'
import { createApi } from './api.ts'
import { type Decision, onDecision } from './decisions.ts'
import { close, listen } from './listen.ts'

/** One API process: `main.ts` starts two, tells each what it is to be by a message, and takes the connection away to end it. */
export interface ApiServerSettings {
  readonly issuer: string
  readonly publicOrigin: string
  readonly redisUrl: string
}

export type ApiServerMessage = { readonly address: string } | { readonly decision: Decision }

process.once('message', (settings: ApiServerSettings) => void serve(settings))
// Ctrl+C reaches every process of the terminal; this one ends when main.ts has, however that came about.
process.on('SIGINT', () => undefined)
process.once('disconnect', () => setTimeout(() => process.exit(1), 2000).unref())

async function serve({ issuer, publicOrigin, redisUrl }: ApiServerSettings): Promise<void> {
  const client = createClient({ url: redisUrl }) // never connected itself: each of the two opens a connection like it
  const replayStore = createReplayStore(client)
  const revocation = createRevocationList(client, {
    retainSeconds: 3600, // as long as tokens of this issuer live
    maxAgeSeconds: 8, // without a word from Redis for longer: 503. A restarted one is believed after 5
  })
  const { app, ready } = createApi({ issuer, publicOrigin, replayStore, revocation, allowHttpOnLoopback: true })
  onDecision(decision => tell({ decision }))
  const server = createServer(app)
  const stop = () => Promise.all([close(server), replayStore.close(), revocation.close()])
  process.once('disconnect', stop)
  await Promise.all([ready(), revocation.ready()])
  tell({ address: await listen(server) })
}

function tell(message: ApiServerMessage): void {
  if (process.connected) process.send?.(message)
}
