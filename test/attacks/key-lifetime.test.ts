import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startServer } from '../outage/servers.ts'
import { holdRows } from './hold-rows.ts'
import { compact, honestToken, signBytes, withHeader } from './mint.ts'
import { answersTo, type Bench, bearer, CANARY, expectAccepted, expectRefused, restarted, useBench } from './support.ts'

holdRows()

const bench = useBench(['ES256', 'RS256', 'Ed25519'])

/** Six servers trust the issuer: two frameworks and `check()`, with two engines each. */
const SERVERS = 6
const LONG = { expiresInSeconds: 100_000_000 }
const DAY = 86_400

/** A token of any issuer on the bench's clock, with the canary. */
const tokenOf = async (issuer: TestIssuer, key = 'key-1') =>
  honestToken(issuer, { ...LONG, key, scope: 'items:read', claims: { canary: CANARY } })

async function issuerWith(keySetMaxAgeSeconds: number): Promise<TestIssuer> {
  const issuer = await createTestIssuer({ algorithm: 'ES256', clock: bench.clock, keySetMaxAgeSeconds })
  onTestFinished(() => issuer.stop())
  return issuer
}

/** Lets every server ask once, with a token that changes nothing, and waits until each has fetched. */
async function refresh(within: Bench, token: string): Promise<void> {
  const { events, apis } = within
  events.clear()
  await answersTo(within, bearer(token))
  for (const { core } of apis) await core.verify(token).catch(() => undefined)
  await expect.poll(() => events.keySet.length, { timeout: 10_000 }).toBe(SERVERS)
}

describe('NET1: what the keys cost the issuer', () => {
  test('NET1 tokens under every key of the set cost one fetch for each server (SEEN7)', async () => {
    bench.issuer.resetRequests()
    const started = await restarted(bench)
    for (const key of ['key-1', 'key-2', 'key-3'])
      await expectAccepted(started, (await tokenOf(bench.issuer, key)).token)
    for (const key of ['key-1', 'key-2', 'key-3'])
      await expectAccepted(started, (await tokenOf(bench.issuer, key)).token)
    expect(bench.issuer.requests).toMatchObject({ metadata: SERVERS, jwks: SERVERS })
  })

  test('NET1 a token that came before its key was published is accepted one cool-down after it is', async () => {
    const issuer = await issuerWith(600)
    const old = issuer.keys.map(({ publicJwk }) => publicJwk)
    const known = await tokenOf(issuer)
    const started = await restarted(bench, { issuer: issuer.issuer })
    await expectAccepted(started, known.token)
    await issuer.rotateKeys()
    issuer.publish({ keys: old })
    const early = await tokenOf(issuer, 'key-2')
    bench.clock.advance({ seconds: 6 })
    await expectRefused(started, early.token, 'key_unknown')
    issuer.publish(undefined)
    bench.clock.advance({ seconds: 6 })
    await expectAccepted(started, early.token)
    await expectAccepted(started, known.token)
  })
})

describe('NET9, NET10: how long keys are believed', () => {
  test('NET10 a max-age of zero seconds does not mean a fetch for each request', async () => {
    const issuer = await issuerWith(0)
    const { token } = await tokenOf(issuer)
    const started = await restarted(bench, { issuer: issuer.issuer })
    for (let seconds = 0; seconds <= 40; seconds += 5) {
      await expectAccepted(started, token)
      bench.clock.advance({ seconds: 5 })
    }
    expect(issuer.requests.jwks).toBe(SERVERS)
  })

  test('NET9, NET10 a max-age of ten years does not keep a withdrawn key beyond a day', async () => {
    const issuer = await issuerWith(3650 * DAY)
    const honest = await tokenOf(issuer)
    const started = await restarted(bench, { issuer: issuer.issuer })
    await expectAccepted(started, honest.token)
    await issuer.rotateKeys({ keepOld: false })
    bench.clock.advance({ seconds: DAY })
    await refresh(started, honest.token)
    await expectRefused(started, honest.token, 'key_unknown')
  })

  test('NET3 while keys cannot be fetched the known ones serve on for an hour, new tokens too, and not for longer', async () => {
    const issuer = await issuerWith(600)
    const honest = await tokenOf(issuer)
    const started = await restarted(bench, { issuer: issuer.issuer })
    await expectAccepted(started, honest.token)
    issuer.setFault('down')
    issuer.resetRequests()
    for (const seconds of [700, 700, 1400, 1399]) {
      bench.clock.advance({ seconds })
      await refresh(started, honest.token)
      await expectAccepted(started, honest.token)
      await expectAccepted(started, compact(honest, {}))
    }
    expect(issuer.requests.jwks + issuer.requests.metadata).toBeLessThanOrEqual(4 * 2 * SERVERS)
    bench.clock.advance({ seconds: 1 })
    await expectRefused(started, honest.token, 'keys_unavailable')
    issuer.setFault(undefined)
    bench.clock.advance({ seconds: 60 })
    await expectAccepted(started, honest.token)
  })
})

describe('what metadata may decide, and what it may not', () => {
  /** Metadata of its own; `changes` are its members besides the issuer. */
  async function startFront(changes: () => object): Promise<string> {
    const origin = await startServer((_, response) => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ issuer: origin, ...changes() }))
    })
    return origin
  }

  test('NET9 a jwks_uri that moves is followed, and keys at the old place no longer count', async () => {
    const [before, after] = [await issuerWith(600), await issuerWith(600)]
    await after.rotateKeys({ keepOld: false })
    let jwksUri = before.jwksUri
    const issuer = await startFront(() => ({ jwks_uri: jwksUri }))
    const claims = { iss: issuer, canary: CANARY }
    const old = await before.token({ ...LONG, scope: 'items:read', claims })
    const moved = await after.token({ ...LONG, scope: 'items:read', claims })
    const started = await restarted(bench, { issuer })
    await expectAccepted(started, old)
    jwksUri = after.jwksUri
    bench.clock.advance({ seconds: 480 })
    await refresh(started, old)
    await expectAccepted(started, moved)
    await expectRefused(started, old, 'key_unknown')
  })

  test('ALG4 the algorithms that metadata lists are not the ones that are accepted', async () => {
    const lists = { id_token_signing_alg_values_supported: ['none', 'HS256', 'RS512'] }
    const issuer = await startFront(() => ({ jwks_uri: bench.issuer.jwksUri, ...lists }))
    const honest = await bench.honest({ key: 'key-2', claims: { iss: issuer } })
    const started = await restarted(bench, { issuer })
    await expectAccepted(started, honest.token)
    const header = { ...honest.header, alg: 'RS512' }
    const sign = (input: string) => signBytes(input, honest.key.privateKey, 'RS512')
    await expectRefused(started, compact(honest, { header, sign }), 'algorithm_not_allowed')
    await expectRefused(started, withHeader({ alg: 'none' })(honest), 'algorithm_not_allowed')
  })
})
