import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { APIS, type BoundApi, type BoundApiOptions } from './support/bound-apis.ts'
import { type BoundCaller, CALLERS } from './support/bound-callers.ts'
import { SERVICES } from './support/bound-clients.ts'
import { type BoundProvider, startBoundProvider } from './support/bound-provider.ts'
import { NONCE_REQUIRED, onlyProofs, STOLEN, UNBOUND } from './support/dpop-challenges.ts'
import { startProxy } from './support/proxy.ts'
import { resend, witness } from './support/witness.ts'

const SECRET = 'the-secret-of-today-which-is-long-enough'
const NEXT_SECRET = 'the-secret-of-tomorrow-which-is-long-enough'
const ROTATE_SECONDS = 300
const ROTATE_MILLISECONDS = ROTATE_SECONDS * 1000
const NONCE = expect.stringMatching(/^[\w-]{43}$/)

const BOUND = { clientId: SERVICES.modern, kind: 'service', senderConstraints: ['dpop'] }
/** With a nonce that was known already. */
const GRANTED = { status: 200, codes: [], challenge: null, nonce: null, body: BOUND }
/** After one refusal that the client took its nonce from. */
const GRANTED_AT_SECOND = { ...GRANTED, codes: ['dpop_nonce_required'] }

/** A clock that is far from the next turn, however long a test takes. */
const MID_TURN = () => Date.now() + 1.5 * ROTATE_MILLISECONDS - (Date.now() % ROTATE_MILLISECONDS)

const withNonces = (mode: 'accepted' | 'required', ...secrets: readonly string[]) =>
  ({ mode, nonces: { secrets, rotateSeconds: ROTATE_SECONDS } }) as const

describe.each([
  ['without nonces of its own', false],
  ['with nonces of its own', true],
])('with oidc-provider %s (RFC 9449 section 8)', (_name, nonces) => {
  let provider: BoundProvider

  beforeAll(async () => {
    provider = await startBoundProvider({ nonces })
  })
  afterAll(() => provider.stop())

  describe.each(CALLERS)('and %s', (_library, createCaller) => {
    describe.each(APIS)('an API in %s that wants nonces', (_framework, startApi) => {
      let caller: BoundCaller
      let token: string

      beforeAll(async () => {
        caller = await createCaller({ issuer: provider.issuer, clientId: SERVICES.modern })
        token = await caller.token()
      })

      const start = async (changes: Partial<BoundApiOptions> = {}) => {
        const { issuer } = provider
        const api = await startApi({ issuer, clock: MID_TURN, dpop: withNonces('accepted', SECRET), ...changes })
        onTestFinished(() => api.stop())
        return api
      }
      const startFront = async () => {
        const proxy = await startProxy()
        onTestFinished(() => proxy.stop())
        return proxy
      }
      const call = ({ origin }: Pick<BoundApi, 'origin'>, path = '/reports') =>
        witness(() => caller.call(new URL(path, origin), token))

      test('says so once: the client tries again by itself and keeps the nonce (RFC 9449 section 9)', async () => {
        const api = await start()
        expect(await call(api)).toMatchObject(GRANTED_AT_SECOND)
        expect(await call(api)).toMatchObject(GRANTED)
        expect(await call(api, '/proven')).toMatchObject(GRANTED)
        expect(await call(api, '/reports/a%2Fb?year=2024')).toMatchObject(GRANTED)
        expect(noncesIn(api)).toEqual([undefined, NONCE, NONCE, NONCE, NONCE])
        expect(new Set(noncesIn(api)).size).toBe(2)
        expect(await resend(api, api.arrived[0])).toEqual({ ...NONCE_REQUIRED, nonce: noncesIn(api)[1] })
      })

      test('gets the body of a POST again with the proof that has the nonce', async () => {
        const api = await start()
        const writing = await caller.token('reports:write')
        const request = { method: 'POST', body: '{"year":2024}' }
        const answer = await witness(() => caller.call(new URL('/reports', api.origin), writing, request))
        expect(answer).toMatchObject({ ...GRANTED_AT_SECOND, body: { body: { year: 2024 } } })
      })

      test('hands a newer nonce out with a response, which the client then uses (RFC 9449 section 8.2)', async () => {
        let turns = 0
        const api = await start({ clock: () => MID_TURN() + turns * ROTATE_MILLISECONDS })
        expect(await call(api)).toMatchObject(GRANTED_AT_SECOND)
        turns++
        const handedOut = await call(api)
        expect(handedOut).toMatchObject({ ...GRANTED, nonce: NONCE })
        expect(await call(api)).toMatchObject(GRANTED)
        const [, first, second, third] = noncesIn(api)
        expect([first, third]).toEqual([second, handedOut.nonce])
        expect(third).not.toBe(first)
      })

      test('refuses a nonce two turns old, and the client gets over it by itself (RFC 9449 section 8.2)', async () => {
        let turns = 0
        const api = await start({ clock: () => MID_TURN() + turns * ROTATE_MILLISECONDS })
        expect(await call(api)).toMatchObject(GRANTED_AT_SECOND)
        turns += 2
        expect(await call(api)).toMatchObject(GRANTED_AT_SECOND)
        expect(await call(api)).toMatchObject(GRANTED)
        const [, old, again, fresh] = noncesIn(api)
        expect(again).toBe(old)
        expect(fresh).not.toBe(old)
      })

      test('that takes proofs alone works alike (RFC 9449 section 7.2)', async () => {
        const api = await start({ dpop: withNonces('required', SECRET) })
        expect(await call(api)).toMatchObject(GRANTED_AT_SECOND)
        expect(await call(api)).toMatchObject(GRANTED)
        expect(await resend(api, api.arrived[0])).toEqual({ ...NONCE_REQUIRED, nonce: noncesIn(api)[1] })
        const unbound = await caller.token('reports:read', false)
        const reports = new URL('/reports', api.origin)
        expect(await witness(() => caller.call(reports, unbound))).toEqual(onlyProofs(UNBOUND))
      })

      test('gives a nonce to nobody but who holds the key (RFC 9449 section 4.3)', async () => {
        const api = await start()
        expect(await call(api)).toMatchObject(GRANTED_AT_SECOND)
        const stranger = await createCaller({ issuer: provider.issuer, clientId: SERVICES.modern })
        expect(await witness(() => stranger.call(new URL('/reports', api.origin), token))).toEqual(STOLEN)
      })

      test('of two processes that share a secret, behind one name, asks for a nonce once', async () => {
        const proxy = await startFront()
        const behind = { publicOrigin: proxy.origin }
        const [one, other] = await Promise.all([start(behind), start(behind)])
        proxy.upstreams = [one.origin, other.origin]
        expect(await call(proxy)).toMatchObject(GRANTED_AT_SECOND)
        for (let i = 0; i < 4; i++) expect(await call(proxy)).toMatchObject(GRANTED)
        expect([one.arrived.length, other.arrived.length]).toEqual([3, 3])
      })

      test('changes its secret without asking again, and asks where the previous one is gone', async () => {
        const proxy = await startFront()
        const move = async (...secrets: readonly string[]) => {
          const { origin } = await start({ publicOrigin: proxy.origin, dpop: withNonces('accepted', ...secrets) })
          proxy.upstreams = [origin]
        }
        await move(SECRET)
        expect(await call(proxy)).toMatchObject(GRANTED_AT_SECOND)
        await move(NEXT_SECRET, SECRET)
        expect(await call(proxy)).toMatchObject({ ...GRANTED, nonce: NONCE })
        await move(NEXT_SECRET)
        expect(await call(proxy)).toMatchObject(GRANTED)
        await move(SECRET)
        expect(await call(proxy)).toMatchObject(GRANTED_AT_SECOND)
      })
    })
  })
})

function noncesIn({ arrived }: BoundApi): unknown[] {
  return arrived.map(({ headers }) => {
    const payload = String(headers.dpop).split('.')[1] ?? ''
    return JSON.parse(Buffer.from(payload, 'base64url').toString()).nonce
  })
}
