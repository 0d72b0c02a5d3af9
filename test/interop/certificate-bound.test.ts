import type { SecureVersion } from 'node:tls'
import { introspection } from '@scopeward/core'
import { type Certificate, createClientCertificate } from '@scopeward/testing'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { APIS, type BoundApi } from './support/bound-apis.ts'
import { type BoundCaller, CALLERS } from './support/bound-callers.ts'
import { INTROSPECTOR, SERVICES } from './support/bound-clients.ts'
import { type BoundProvider, startBoundProvider } from './support/bound-provider.ts'
import { BOUND_DEMANDED, MISMATCH, MISSING } from './support/certificate-challenges.ts'
import { fetchWith } from './support/certificate-fetch.ts'
import { onlyProofs, BOUND_DEMANDED as PROOF_DEMANDED, UNBOUND } from './support/dpop-challenges.ts'
import { CLIENT_SECRET } from './support/provider.ts'
import { witness } from './support/witness.ts'

let provider: BoundProvider

beforeAll(async () => {
  provider = await startBoundProvider()
})
afterAll(() => provider.stop())

/** Of the API, which asks each client for a certificate and lets it be without one. */
function tls() {
  const { certificate: cert, privateKey: key } = provider.authority.issue('api')
  return { cert, key, requestCert: true, rejectUnauthorized: false }
}

const askedAtProvider = () =>
  introspection({
    issuer: provider.issuer,
    clientId: INTROSPECTOR,
    clientAuthentication: { method: 'client_secret_basic', clientSecret: CLIENT_SECRET },
    profile: 'oidcProviderOpaque',
  })

describe.each(CALLERS)('tokens of oidc-provider that %s got over mutual TLS', (_library, createCaller) => {
  describe.each([
    ['self_signed_tls_client_auth, as JWTs', 'certified'],
    ['tls_client_auth, as opaque tokens', 'certifiedOpaque'],
  ] as const)('by %s (RFC 8705 section 2)', (_method, name) => {
    const clientId = SERVICES[name]
    const body = { clientId, kind: 'service', senderConstraints: ['mutual-tls'] }
    const granted = { status: 200, codes: [], challenge: null, body }
    let caller: BoundCaller
    let bound: string

    const callerWith = (certificate?: Certificate, connection = {}) => {
      const fetch = fetchWith({ authority: provider.authority, certificate, connection })
      return createCaller({ issuer: provider.issuer, clientId, fetch })
    }

    beforeAll(async () => {
      caller = await callerWith(provider.certificates[name])
      bound = await caller.token('reports:read', false)
    })

    describe.each(APIS)('for an API in %s', (_framework, startApi) => {
      let api: BoundApi

      beforeAll(async () => {
        api = await startApi({ issuer: [provider.issuer, askedAtProvider()], tls: tls() })
      })
      afterAll(() => api.stop())

      const call = (path = '/reports', as = caller) => witness(() => as.callAsBearer(new URL(path, api.origin), bound))

      test('let the caller in over its own TLS, which is told so (RFC 8705 section 3)', async () => {
        for (const path of ['/reports', '/reports', '/reports/a%2Fb?year=2024', '/certified']) {
          expect(await call(path)).toMatchObject(granted)
        }
      })

      test.each<SecureVersion>(['TLSv1.2', 'TLSv1.3'])('do so over %s, in a resumed session too', async version => {
        const connection = { minVersion: version, maxVersion: version, keepAlive: false }
        const as = await callerWith(provider.certificates[name], connection)
        for (let i = 0; i < 3; i++) expect(await call('/reports', as)).toMatchObject(granted)
        expect(api.arrived.slice(-3).map(({ resumed }) => resumed)).toEqual([false, true, true])
      })

      test('are refused without a certificate, whatever a header says (RFC 8705 section 3)', async () => {
        expect(await call()).toMatchObject(granted)
        expect(await call('/reports', await callerWith())).toEqual(MISSING)
        const fetchWithout = fetchWith({ authority: provider.authority })
        const { der } = provider.certificates.certified
        const headers = { authorization: `Bearer ${bound}`, 'client-cert': `:${der.toString('base64')}:` }
        const url = new URL('/reports', api.origin).href
        const spoof = () => fetchWithout(url, { method: 'GET', headers, body: undefined, redirect: 'manual' })
        expect(await witness(spoof)).toEqual(MISSING)
      })

      test('are refused with another certificate, of the same name and authority too (RFC 8705 section 3)', async () => {
        expect(await call()).toMatchObject(granted)
        for (const other of [createClientCertificate(clientId), provider.authority.issue(clientId)]) {
          expect(await call('/reports', await callerWith(other))).toEqual(MISMATCH)
        }
      })

      test('are refused without TLS (RFC 8705 section 3)', async () => {
        expect(await call()).toMatchObject(granted)
        const plain = await startApi({ issuer: [provider.issuer, askedAtProvider()] })
        onTestFinished(() => plain.stop())
        expect(await witness(() => caller.callAsBearer(new URL('/reports', plain.origin), bound))).toEqual(MISSING)
      })

      test('are what a route for them demands; bearer tokens of the same client stay such elsewhere', async () => {
        expect(await call('/certified')).toMatchObject(granted)
        const modern = { issuer: provider.issuer, clientId: SERVICES.modern }
        const unbound = await (await createCaller(modern)).token('reports:read', false)
        const send = (path: string) => witness(() => caller.callAsBearer(new URL(path, api.origin), unbound))
        expect(await send('/reports')).toMatchObject({ status: 200, body: { senderConstraints: [] } })
        expect(await send('/certified')).toEqual(BOUND_DEMANDED)
      })
    })
  })

  test.each(APIS)('an API in %s takes them beside DPoP, and neither for the other', async (_framework, startApi) => {
    const api = await startApi({ issuer: provider.issuer, tls: tls(), dpop: 'accepted' })
    onTestFinished(() => api.stop())
    const [proven, certified] = [new URL('/proven', api.origin), new URL('/certified', api.origin)]
    const { issuer, authority, certificates } = provider
    const fetch = fetchWith({ authority, certificate: certificates.certified })
    const caller = await createCaller({ issuer, clientId: SERVICES.certified, fetch })
    const token = await caller.token('reports:read', false)
    const prover = await createCaller({ issuer, clientId: SERVICES.modern, fetch })
    const provenToken = await prover.token()

    expect(await witness(() => caller.callAsBearer(certified, token))).toMatchObject({ status: 200 })
    expect(await witness(() => caller.callAsBearer(proven, token))).toEqual(PROOF_DEMANDED)
    expect(await witness(() => caller.call(proven, token))).toEqual(onlyProofs(UNBOUND))
    expect(await witness(() => prover.call(proven, provenToken))).toMatchObject({ status: 200 })
  })
})
