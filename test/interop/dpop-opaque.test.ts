import { type IntrospectionOptions, introspection } from '@scopeward/core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { AUDIENCE } from './support/audiences.ts'
import { APIS, type BoundApi, type BoundApiOptions } from './support/bound-apis.ts'
import { type BoundCaller, CALLERS } from './support/bound-callers.ts'
import { INTROSPECTOR, SERVICES } from './support/bound-clients.ts'
import { type BoundProvider, startBoundProvider } from './support/bound-provider.ts'
import { refused } from './support/challenges.ts'
import * as challenges from './support/dpop-challenges.ts'
import { CLIENT_SECRET } from './support/provider.ts'
import { openidClientSource } from './support/token-sources.ts'
import { resend, witness } from './support/witness.ts'

const BOUND = { clientId: SERVICES.opaque, kind: 'service', senderConstraints: ['dpop'] }
const GRANTED = { status: 200, codes: [], challenge: null, nonce: null, body: BOUND }

let provider: BoundProvider

beforeAll(async () => {
  provider = await startBoundProvider()
})
afterAll(() => provider.stop())

function asked(changes: Partial<IntrospectionOptions> = {}) {
  return introspection({
    issuer: provider.issuer,
    clientId: INTROSPECTOR,
    clientAuthentication: { method: 'client_secret_basic', clientSecret: CLIENT_SECRET },
    profile: 'oidcProviderOpaque',
    ...changes,
  })
}

describe.each(CALLERS)('opaque tokens of oidc-provider that %s bound to its key', (_library, createCaller) => {
  let caller: BoundCaller
  let bound: string

  beforeAll(async () => {
    caller = await createCaller({ issuer: provider.issuer, clientId: SERVICES.opaque })
    bound = await caller.token()
  })

  test('are such by the word of the provider: token_type DPoP, and cnf (RFC 9449 section 6.2)', async () => {
    expect(bound).not.toContain('.')
    const answer = await introspect(bound)
    expect(answer).toMatchObject({ active: true, aud: AUDIENCE, token_type: 'DPoP' })
    expect(answer).toMatchObject({ cnf: { jkt: await caller.thumbprint() } })
  })

  describe.each(APIS)('for an API in %s', (_framework, startApi) => {
    const start = async (changes: Partial<BoundApiOptions> = {}) => {
      const api = await startApi({ issuer: asked(), dpop: 'accepted', ...changes })
      onTestFinished(() => api.stop())
      return api
    }
    const reportsOf = ({ origin }: BoundApi) => new URL('/reports', origin)

    test('let the caller in that holds the key, asked about or remembered (RFC 9449 section 7.1)', async () => {
      const api = await start()
      for (const path of ['/reports', '/reports', '/reports/%C3%BC?year=2024', '/proven']) {
        expect(await witness(() => caller.call(new URL(path, api.origin), bound))).toMatchObject(GRANTED)
      }
    })

    test('do so under the profile rfc7662 too, for which the caller is of unknown kind', async () => {
      const reports = reportsOf(await start({ issuer: asked({ profile: 'rfc7662' }) }))
      const answer = await witness(() => caller.call(reports, bound))
      expect(answer).toMatchObject({ ...GRANTED, body: { ...BOUND, kind: 'unknown' } })
    })

    test('do so with nonces, which are asked for once (RFC 9449 section 9)', async () => {
      const secrets = ['a-secret-that-is-long-enough-for-nonces']
      const reports = reportsOf(await start({ dpop: { mode: 'required', nonces: { secrets, rotateSeconds: 3600 } } }))
      expect(await witness(() => caller.call(reports, bound))).toMatchObject({
        ...GRANTED,
        codes: ['dpop_nonce_required'],
      })
      expect(await witness(() => caller.call(reports, bound))).toMatchObject(GRANTED)
    })

    test('are refused as bearer tokens, by another key and along with a used proof (RFC 9449 section 7.2)', async () => {
      const api = await start()
      const reports = reportsOf(api)
      expect(await witness(() => caller.call(reports, bound))).toMatchObject(GRANTED)
      expect(await resend(api, api.arrived.at(-1))).toEqual(challenges.REPLAYED)
      expect(await witness(() => caller.callAsBearer(reports, bound))).toEqual(challenges.DOWNGRADED)
      const stranger = await createCaller({ issuer: provider.issuer, clientId: SERVICES.opaque })
      expect(await witness(() => stranger.call(reports, bound))).toEqual(challenges.STOLEN)
      expect(await witness(() => caller.call(reports, bound))).toMatchObject(GRANTED)
    })

    test('are refused where the API checks no proofs (RFC 9449 section 7.2)', async () => {
      const honest = reportsOf(await start())
      expect(await witness(() => caller.call(honest, bound))).toMatchObject(GRANTED)
      const reports = reportsOf(await start({ dpop: 'off' }))
      const { status, challenge } = refused('sender_constraint_unsupported')
      const answer = await witness(() => caller.callAsBearer(reports, bound))
      expect(answer).toMatchObject({ status, challenge, codes: ['sender_constraint_unsupported'] })
    })

    test('are refused once they are revoked, whatever the proof (RFC 7009 section 2)', async () => {
      const reports = reportsOf(await start({ issuer: asked({ cacheSeconds: 0 }) }))
      const token = await caller.token()
      expect(await witness(() => caller.call(reports, token))).toMatchObject(GRANTED)
      await openidClientSource(provider.issuer).revoke(SERVICES.opaque, token)
      expect(await witness(() => caller.call(reports, token))).toEqual(challenges.INACTIVE)
      expect(await witness(() => caller.call(reports, bound))).toMatchObject(GRANTED)
    })

    test('stand beside unbound ones, which are bearer tokens (RFC 9449 section 7.1)', async () => {
      const reports = reportsOf(await start())
      const unbound = await caller.token('reports:read', false)
      const granted = { ...GRANTED, body: { ...BOUND, senderConstraints: [] } }
      expect(await witness(() => caller.callAsBearer(reports, unbound))).toMatchObject(granted)
      expect(await witness(() => caller.call(reports, unbound))).toEqual(challenges.UNBOUND)
    })
  })
})

/** As the API asks. */
async function introspect(token: string): Promise<unknown> {
  const credentials = `${encodeURIComponent(INTROSPECTOR)}:${CLIENT_SECRET}`
  const response = await fetch(`${provider.issuer}/token/introspection`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
    body: new URLSearchParams({ token }),
  })
  return response.json()
}
