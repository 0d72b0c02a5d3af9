import type { KeySetEvent } from '@scopeward/core'
import { type Fault, faults } from '@scopeward/testing'
import { describe, expect, test } from 'vitest'
import { startServer, watchServerSockets } from './servers.ts'
import { createRig, type Rig, refused, unavailable } from './support.ts'

/** For the faults that end by it alone; the others must not, so they get more than a busy machine can need. */
const TIMEOUT_SECONDS = 0.4
const AMPLE_SECONDS = 10

/** Bound on one refresh in real time, far from both: below `AMPLE_SECONDS`, and enough for a busy machine. */
const MAX_MILLISECONDS = 3000

const NO_JSON = 'the answer was not a strict JSON object'
const TOO_LARGE = 'the answer was larger than 524288 bytes'
const TOO_LATE = `no complete answer within ${TIMEOUT_SECONDS} s`

const BROKEN_OFF = 'the request failed (UND_ERR_SOCKET)'

interface Reasons {
  readonly jwks: string | undefined
  readonly metadata: string | undefined
}

/** The exact reason in the event, by fault. `undefined`: the fault does not exist at that endpoint. */
const REASONS: Readonly<Record<Fault, Reasons>> = {
  down: same(BROKEN_OFF),
  error: same('the answer had status 500'),
  unavailable: same('the answer had status 503'),
  'not-found': same('the answer had status 404'),
  slow: same(TOO_LATE),
  'slow-body': same(TOO_LATE),
  reset: same(BROKEN_OFF),
  html: same(NO_JSON),
  'invalid-json': same(NO_JSON),
  'wrong-json': { jwks: 'the key set has no array "keys"', metadata: NO_JSON },
  huge: same(TOO_LARGE),
  'gzip-bomb': same(TOO_LARGE),
  redirect: same('the request failed (network error)'),
  empty: { jwks: undefined, metadata: undefined }, // a success; below
  'many-keys': { jwks: 'the key set has more than 100 keys', metadata: undefined },
  'wrong-issuer': { jwks: undefined, metadata: 'its issuer is not the option "issuer" to the letter' },
}

function same(reason: string): Reasons {
  return { jwks: reason, metadata: reason }
}

const faultsAt = (target: 'jwks' | 'metadata'): readonly (readonly [Fault, string])[] =>
  (Object.keys(faults) as Fault[]).flatMap(fault => {
    const reason = REASONS[fault][target]
    return reason === undefined ? [] : [[fault, reason] as const]
  })

/** Both places in turn, unless the deadline ends it. */
function metadataReason(reason: string): string {
  return `no usable metadata; /.well-known/oauth-authorization-server: ${reason}; /.well-known/openid-configuration: ${reason}`
}

const failed = (reason: string, retryAfterSeconds: number, failures: number, { issuer }: Rig): object => ({
  issuer: issuer.issuer,
  outcome: 'failed',
  reason,
  failures,
  retryAfterSeconds,
})

/** `fetch` keeps a few connections alive, two of them busy at once; one lost with every failure would be more. */
const MAX_KEPT_ALIVE = 6
const FAILURES = [5, 10, 20, 40, 60, 60]

const oneCode = (reason: string): string => reason.replaceAll('ECONNRESET', 'UND_ERR_SOCKET')

/** Which of two codes a broken connection has depends on the version of Node, and on what arrives first. */
const withOneCode = (events: readonly KeySetEvent[]): readonly KeySetEvent[] =>
  events.map(event => (event.outcome === 'failed' ? { ...event, reason: oneCode(event.reason) } : event))

async function withinBounds<T>(work: () => Promise<T>): Promise<T> {
  const start = performance.now()
  const result = await work()
  expect(performance.now() - start).toBeLessThan(MAX_MILLISECONDS)
  return result
}

const createRigFor = (reason: string): Promise<Rig> =>
  createRig({ api: { fetchTimeoutSeconds: reason === TOO_LATE ? TIMEOUT_SECONDS : AMPLE_SECONDS } })

describe('NET3, NET4, NET7, NET12 at start', () => {
  test.each(faultsAt('jwks'))('a key set that is "%s": 503, one fetch, "%s"', async (fault, reason) => {
    const rig = await createRigFor(reason)
    const { clock, issuer, token, ask, events, keySetFetches } = rig
    issuer.setFault(fault, 'jwks')
    const [one, two] = [await token(), await token()]
    const verdicts = await withinBounds(async () => Promise.all([ask(one), ask(two), ask(one)]))
    expect(verdicts).toEqual([unavailable(5), unavailable(5), unavailable(5)])
    expect(await ask(one)).toEqual(unavailable(5))
    for (const wait of [5, 10, 20]) {
      clock.advance({ seconds: wait })
      expect(await withinBounds(async () => ask(one))).toEqual(unavailable(wait * 2))
    }
    expect(withOneCode(events)).toEqual([5, 10, 20, 40].map((wait, index) => failed(reason, wait, index + 1, rig)))
    issuer.setFault(undefined)
    clock.advance({ seconds: 40 })
    expect(await ask(one)).toBe('granted')
    expect(await ask(two)).toBe('granted')
    expect(keySetFetches()).toEqual([0, 5, 15, 35, 75])
    expect(issuer.requests).toMatchObject({ jwks: 5, redirected: 0 })
  })

  test.each(faultsAt('metadata'))('metadata that is "%s": 503, no fetch of keys, "%s"', async (fault, reason) => {
    const rig = await createRigFor(reason)
    const { clock, issuer, api, token, ask, events, keySetFetches } = rig
    issuer.setFault(fault, 'metadata')
    const one = await token()
    const { issuers, ...others } = await withinBounds(() => api.ready())
    expect(issuers.map(each => ({ ...each, reason: oneCode(each.reason ?? '') }))).toEqual([
      { issuer: issuer.issuer, keySet: 'unavailable', reason: metadataReason(reason) },
    ])
    expect(others).toEqual({})
    expect(await ask(one)).toEqual(unavailable(5))
    expect(withOneCode(events)).toEqual([failed(metadataReason(reason), 5, 1, rig)])
    expect(keySetFetches()).toEqual([])
    issuer.setFault(undefined)
    clock.advance({ seconds: 5 })
    expect(await ask(one)).toBe('granted')
    expect(keySetFetches()).toEqual([5])
    expect(issuer.requests.redirected).toBe(0)
  })

  test('a key set that is "empty" is a key set: 401, and one fetch for each cool-down', async () => {
    const { clock, issuer, api, token, ask, events, keySetFetches } = await createRig()
    issuer.setFault('empty', 'jwks')
    expect(await api.ready()).toEqual({
      issuers: [{ issuer: issuer.issuer, keySet: 'empty', reason: 'the key set has no key that can be used' }],
    })
    const one = await token()
    expect(await ask(one)).toEqual(refused('key_unknown'))
    expect(events).toMatchObject([{ outcome: 'refreshed', keys: 0, ignored: [], freshSeconds: 600 }])
    issuer.setFault(undefined)
    clock.advance({ seconds: 5 })
    expect(await ask(one)).toBe('granted')
    expect(keySetFetches()).toEqual([0, 5])
  })

  test('an error whose body never ends is not read to its end, and its connections do not pile up', async () => {
    const sockets = watchServerSockets()
    const origin = await startServer((_, response) => {
      response.writeHead(500)
      response.write('one moment')
    })
    const { clock, token, ask, events } = await createRig({ api: { jwksUri: `${origin}/jwks` } })
    const one = await token()
    for (const wait of FAILURES) {
      expect(await withinBounds(async () => ask(one))).toEqual(unavailable(wait))
      clock.advance({ seconds: wait })
    }
    expect(events).toMatchObject(FAILURES.map(() => ({ reason: 'the answer had status 500' })))
    await sockets.atMost(2)
  })

  test('an issuer that refuses connections: 503', async () => {
    const rig = await createRig()
    const { issuer, token, ask, events } = rig
    await issuer.stop()
    expect(await ask(await token())).toEqual(unavailable(5))
    expect(events).toEqual([failed(metadataReason('the request failed (ECONNREFUSED)'), 5, 1, rig)])
  })
})

describe('NET3, NET4, NET7 after keys were had', () => {
  test.each(faultsAt('jwks'))('an issuer that is "%s": the known keys serve on, "%s"', async (fault, reason) => {
    const sockets = watchServerSockets()
    const rig = await createRigFor(reason)
    const { clock, issuer, token, ask, settled, events, keySetFetches } = rig
    const remembered = await token()
    expect(await ask(remembered)).toBe('granted')
    issuer.setFault(fault)
    clock.advance({ seconds: 480 })
    for (const wait of FAILURES) {
      expect(ask(remembered)).toBe('granted')
      await withinBounds(settled)
      expect(await ask(await token())).toBe('granted')
      clock.advance({ seconds: wait })
    }
    expect(withOneCode(events.slice(1))).toEqual(FAILURES.map((wait, index) => failed(reason, wait, index + 1, rig)))
    await sockets.atMost(MAX_KEPT_ALIVE)
    issuer.setFault(undefined)
    await issuer.rotateKeys()
    expect(await ask(await token())).toBe('granted') // under a key that only a fetch can tell of
    expect(ask(remembered)).toBe('granted')
    expect(keySetFetches()).toEqual([0, 480, 485, 495, 515, 555, 615, 675])
    expect(issuer.requests).toMatchObject({ jwks: 8, redirected: 0 })
  })

  test('a key set that is "empty" withdraws every key: all tokens are refused at once, by design', async () => {
    const { clock, issuer, token, ask, settled, events } = await createRig()
    const [remembered, cold] = [await token(), await token()]
    expect(await ask(remembered)).toBe('granted')
    issuer.setFault('empty', 'jwks')
    clock.advance({ seconds: 480 })
    expect(ask(remembered)).toBe('granted')
    await settled()
    expect(events).toMatchObject([{ keys: 1 }, { outcome: 'refreshed', keys: 0 }])
    expect(await ask(remembered)).toEqual(refused('key_unknown'))
    expect(await ask(cold)).toEqual(refused('key_unknown'))
    issuer.setFault(undefined)
    clock.advance({ seconds: 5 })
    expect(await ask(cold)).toBe('granted')
    expect(await ask(remembered)).toBe('granted')
  })
})
