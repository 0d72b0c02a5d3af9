import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { AUDIENCE } from './support/audiences.ts'
import { APIS, type BoundApiOptions } from './support/bound-apis.ts'
import { type BoundCaller, CALLERS } from './support/bound-callers.ts'
import { SERVICES } from './support/bound-clients.ts'
import { type BoundProvider, startBoundProvider } from './support/bound-provider.ts'
import * as challenges from './support/dpop-challenges.ts'
import { challengesIn, witness } from './support/witness.ts'

const BOUND = { clientId: SERVICES.modern, kind: 'service', senderConstraints: ['dpop'] }
const GRANTED = { status: 200, codes: [], challenge: null, nonce: null, body: BOUND }

let provider: BoundProvider

beforeAll(async () => {
  provider = await startBoundProvider()
})
afterAll(() => provider.stop())

describe.each(CALLERS)('where only proofs are taken, tokens of oidc-provider that %s got', (_library, createCaller) => {
  let caller: BoundCaller
  let stranger: BoundCaller
  let bound: string
  let unbound: string

  beforeAll(async () => {
    const options = { issuer: provider.issuer, clientId: SERVICES.modern }
    ;[caller, stranger] = await Promise.all([createCaller(options), createCaller(options)])
    ;[bound, unbound] = [await caller.token(), await caller.token('reports:read', false)]
  })

  describe.each(APIS)('for an API in %s', (_framework, startApi) => {
    const start = async (changes: Partial<BoundApiOptions> = {}) => {
      const api = await startApi({ issuer: provider.issuer, dpop: 'required', ...changes })
      onTestFinished(() => api.stop())
      return new URL('/reports', api.origin)
    }

    test('let the caller in; bearer tokens, bound or not, are no credentials there (RFC 9449 section 7.2)', async () => {
      const reports = await start()
      expect(await witness(() => caller.call(reports, bound))).toMatchObject(GRANTED)
      const unsupported = { ...challenges.PROOFS_OFFERED, codes: ['scheme_unsupported'] }
      for (const token of [bound, unbound]) {
        expect(await witness(() => caller.callAsBearer(reports, token))).toEqual(unsupported)
      }
      expect(await witness(() => fetch(reports))).toEqual(challenges.PROOFS_OFFERED)
      expect(await challengesIn(() => caller.callAsBearer(reports, bound))).toMatchObject([
        { scheme: 'dpop', parameters: { realm: AUDIENCE, algs: 'ES256 Ed25519 PS256' } },
      ])
    })

    test('are refused with a proof by another key, and unbound tokens with any (RFC 9449 section 7.1)', async () => {
      const reports = await start()
      expect(await witness(() => caller.call(reports, bound))).toMatchObject(GRANTED)
      expect(await witness(() => stranger.call(reports, bound))).toEqual(challenges.onlyProofs(challenges.STOLEN))
      expect(await witness(() => caller.call(reports, unbound))).toEqual(challenges.onlyProofs(challenges.UNBOUND))
    })

    test('are refused with an algorithm that is not on the list, until it is (RFC 9449 section 4.3)', async () => {
      const algorithm = 'ES384'
      const other = await createCaller({ issuer: provider.issuer, clientId: SERVICES.modern, algorithm })
      const [reports, token] = [
        await start({ dpop: { mode: 'required', algorithms: [algorithm] } }),
        await other.token(),
      ]
      expect(await witness(() => other.call(reports, token))).toMatchObject(GRANTED)
      const answer = await witness(async () => other.call(await start(), token))
      expect(answer).toEqual(
        challenges.onlyProofs(challenges.proofRefused('DP5', 'alg is not among the accepted ones')),
      )
    })
  })

  test.each(['ES256', 'PS256', 'Ed25519'])('can be bound to keys for %s', async algorithm => {
    const other = await createCaller({ issuer: provider.issuer, clientId: SERVICES.modern, algorithm })
    const token = await other.token()
    for (const [, startApi] of APIS) {
      const api = await startApi({ issuer: provider.issuer, dpop: 'required' })
      onTestFinished(() => api.stop())
      expect(await witness(() => other.call(new URL('/reports', api.origin), token))).toMatchObject(GRANTED)
    }
  })
})
