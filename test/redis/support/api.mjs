// One API of several that share a Redis: a process of its own, as in production.
import { subscribe } from 'node:diagnostics_channel'
import { createGuard } from '@scopeward/express'
import { createReplayStore, createRevocationList } from '@scopeward/redis'
import express from 'express'
import { createClient } from 'redis'

const { redisUrl, issuer, publicOrigin } = JSON.parse(process.argv[2])

let ahead = 0
const clock = () => Date.now() + ahead
const redis = createClient({ url: redisUrl })
const replayStore = createReplayStore(redis, { clock })
const revocation = createRevocationList(redis, { clock })

const guard = createGuard({
  issuer,
  audience: 'https://api.example.com',
  scopes: { 'keys:read': 'Read keys' },
  allowHttpOnLoopback: true,
  publicOrigin,
  dpop: { mode: 'accepted', replayStore },
  revocation,
  clock,
})
const app = express()
app.get('/keys', guard('keys:read'), (_request, response) => response.end())

const denials = {}
subscribe('scopeward:denied', ({ code }) => {
  denials[code] = (denials[code] ?? 0) + 1
})

/** The moment, by the clock of this machine, at which a token counts as revoked here. */
async function revokedAt(token) {
  while (revocation.verdictOn(token) !== 'revoked') await new Promise(resolve => setTimeout(resolve, 1))
  return performance.timeOrigin + performance.now()
}

const answers = {
  ready: async () => {
    await Promise.all([replayStore.ready(), revocation.ready()])
  },
  advance: async milliseconds => {
    ahead += milliseconds
  },
  revoke: async of => {
    const asked = performance.timeOrigin + performance.now()
    await revocation.revoke(of)
    return asked
  },
  revokedAt,
  state: async () => ({
    denials,
    ageSeconds: revocation.ageSeconds,
    problems: { replayStore: replayStore.problem, revocation: revocation.problem },
  }),
}

process.on('message', async ({ id, question, value }) => {
  process.send({ id, answer: await answers[question](value) })
})
process.once('disconnect', () => process.exit())
const server = app.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))
// Node closes a connection after 5 idle seconds, just when the caller may take it up again.
server.keepAliveTimeout = 60_000
