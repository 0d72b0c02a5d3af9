import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../../packages/redis/test/support/until.ts'
import type { Answered } from './support/api-process.ts'
import { type Credentials, countStatuses, inParallel, type Rig, startRig } from './support/rig.ts'

const PROOFS = 10_000

/** By how much a proof may be dated ahead, and the clocks of processes may differ. */
const MAY_BE_FORGOTTEN_SECONDS = 15

const REPLAYED =
  'Bearer realm="https://api.example.com", DPoP realm="https://api.example.com", error="invalid_dpop_proof", error_description="The DPoP proof is not valid", algs="ES256 Ed25519 PS256"'

let rig: Rig

beforeAll(async () => {
  rig = await startRig()
})

afterAll(() => rig?.[Symbol.asyncDispose]())

test('of 10,000 proofs, each sent to two of four processes at once, exactly 10,000 are accepted (RFC 9449 section 11.1)', async () => {
  const { apis, redis } = rig
  const proofs = await inParallel(new Array(PROOFS).fill(undefined), 8, () => rig.prove())
  const scriptsBefore = await redis.calls('evalsha')
  const begun = performance.now()
  const pairs = await inParallel(proofs, 64, (proof, n) =>
    Promise.all([n % 4, (n + 1 + (n % 3)) % 4].map(at => apis[at as 0].get(proof))),
  )
  const seconds = (performance.now() - begun) / 1000
  const scripts = (await redis.calls('evalsha')) - scriptsBefore

  expect(pairs.filter(pair => pair.some(({ status }) => status === 200))).toHaveLength(PROOFS)
  expect(countStatuses(pairs.flat())).toEqual({ 200: PROOFS, 401: PROOFS })
  const refusals = pairs.flat().filter(({ status }) => status === 401)
  expect(new Set(refusals.map(({ challenge }) => challenge))).toEqual(new Set([REPLAYED]))
  expect(await denials()).toEqual({ dpop_proof_replayed: PROOFS })
  // One command for each proof; the rest is what four processes ask every second, 18 things each.
  expect(scripts).toBeGreaterThanOrEqual(2 * PROOFS)
  expect(scripts).toBeLessThan(2 * PROOFS + 90 * (seconds + 1))
  console.log(
    `${PROOFS} proofs to two of four processes: ${PROOFS} accepted, in ${seconds.toFixed(1)} s, ${scripts} commands`,
  )
}, 60_000)

test('a frozen Redis: proofs are answered with 503 within the deadline, bearer tokens are let in, and it recovers', async () => {
  const { redis, apis, issuer } = rig
  const bearer = { authorization: `Bearer ${await issuer.token({ scope: 'keys:read' })}` }
  const proofs = await inParallel(new Array(40).fill(undefined), 8, () => rig.prove())
  redis.freeze()
  const begun = performance.now()
  const answers = await Promise.all(proofs.map((proof, n) => apis[(n % 4) as 0].get(proof)))
  const seconds = (performance.now() - begun) / 1000
  expect(answers).toEqual(proofs.map(() => ({ status: 503, challenge: undefined, retryAfter: '1' })))
  expect(await Promise.all(apis.map(api => api.get(bearer)))).toEqual(
    apis.map(() => expect.objectContaining({ status: 200 })),
  )
  expect(await denials()).toMatchObject({ replay_store_unavailable: proofs.length })
  redis.thaw()
  await until(async () => (await apis[0].get(await rig.prove())).status === 200, 'it goes on')
  expect(seconds).toBeLessThan(3)
  console.log(`Redis frozen: 40 proofs answered with 503 after ${seconds.toFixed(2)} s; the deadline is 1 s`)
})

test('Redis killed and restarted under load: no proof is accepted twice, no revoked token once, and it goes on without a restart', async () => {
  const { redis, apis, issuer } = rig
  const revoked = { authorization: `Bearer ${await issuer.token({ scope: 'keys:read', clientId: 'revoked' })}` }
  expect(countStatuses(await Promise.all(apis.map(api => api.get(revoked))))).toEqual({ 200: 4 })
  await apis[0].revoke({ clientId: 'revoked' })
  const refuseIt = async () => countStatuses(await Promise.all(apis.map(api => api.get(revoked))))[401] === 4
  await until(refuseIt, 'all know of the revocation', 1000)
  const load = startLoad(rig, revoked)
  await until(() => load.accepted.length > 300 && load.replays.length > 300, 'there is load')
  await redis.kill()
  const acceptedBefore = [...load.accepted]
  await pause(300)
  await redis.start()
  await until(
    async () => (await states()).every(({ problems }) => problems.replayStore?.includes('since')),
    'it is back',
  )
  await pause(300)
  await load.stop()

  const again = await inParallel(acceptedBefore, 32, (proof, n) => apis[(n % 4) as 0].get(proof))
  expect(Object.keys(countStatuses([...load.replays, ...again])).sort()).toEqual(['401', '503'])
  expect(Object.keys(countStatuses(load.fresh)).sort()).toEqual(['200', '503'])
  expect(Object.keys(countStatuses(load.revoked))).toEqual(['401'])

  const milliseconds = (MAY_BE_FORGOTTEN_SECONDS + 1) * 1000
  await Promise.all([redis.timePasses(milliseconds), ...apis.map(api => api.advance(milliseconds))])
  await Promise.all(apis.map(api => api.ready()))
  const later = await Promise.all(apis.map(async api => api.get(await rig.prove(MAY_BE_FORGOTTEN_SECONDS + 1))))
  expect(countStatuses(later)).toEqual({ 200: 4 })
  const muchLater = await inParallel(acceptedBefore, 32, (proof, n) => apis[((n + 1) % 4) as 0].get(proof))
  expect(countStatuses(muchLater)).not.toHaveProperty('200')
  console.log(
    `Redis killed and restarted: ${acceptedBefore.length} proofs accepted before, replayed ${load.replays.length + again.length + muchLater.length} times, accepted again 0 times; ${load.revoked.length} requests with a revoked token, all refused; new ones: ${JSON.stringify(countStatuses(load.fresh))}`,
  )
})

/**
 * Clients that make new proofs, a thief who sends those that were accepted once more, wherever he can, and one who goes on
 * with a bearer token that was revoked.
 */
function startLoad({ apis, prove }: Rig, revokedToken: Credentials) {
  const accepted: Credentials[] = []
  const fresh: Answered[] = []
  const replays: Answered[] = []
  const revoked: Answered[] = []
  const controller = new AbortController()
  const { signal } = controller
  const client = async (at: number) => {
    for (let n = at; !signal.aborted; n++) {
      const proof = await prove()
      const answer = await apis[(n % 4) as 0].get(proof)
      fresh.push(answer)
      if (answer.status === 200) accepted.push(proof)
    }
  }
  const thief = async (at: number) => {
    for (let n = at; !signal.aborted; n += 7) {
      const proof = accepted[n % Math.max(accepted.length, 1)]
      if (proof === undefined) await pause(10)
      else replays.push(await apis[(n % 4) as 0].get(proof))
    }
  }
  const stubborn = async () => {
    for (let n = 0; !signal.aborted; n++) revoked.push(await apis[(n % 4) as 0].get(revokedToken))
  }
  const running = Promise.all([
    stubborn(),
    ...Array.from({ length: 8 }, (_, n) => client(n)),
    ...Array.from({ length: 8 }, (_, n) => thief(n)),
  ])
  const stop = async () => {
    controller.abort()
    await running
  }
  return { accepted, fresh, replays, revoked, stop }
}

function states() {
  return Promise.all(rig.apis.map(api => api.state()))
}

async function denials(): Promise<Record<string, number>> {
  const sum: Record<string, number> = {}
  for (const { denials } of await states()) {
    for (const [code, count] of Object.entries(denials)) sum[code] = (sum[code] ?? 0) + count
  }
  return sum
}
