import { X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import type { TrustedProxyOptions } from '@scopeward/core'
import { type Certificate, createClientCertificate } from '@scopeward/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { APIS, type BoundApi } from './support/bound-apis.ts'
import { type BoundCaller, CALLERS } from './support/bound-callers.ts'
import { SERVICES } from './support/bound-clients.ts'
import { type BoundProvider, startBoundProvider } from './support/bound-provider.ts'
import { headerRefused, MISMATCH, MISSING } from './support/certificate-challenges.ts'
import { fetchWith } from './support/certificate-fetch.ts'
import { onlyProofs, proofRefused, STOLEN } from './support/dpop-challenges.ts'
import { PROXY_ADDRESS, type ReverseProxy, startProxy } from './support/proxy.ts'
import { resend, witness } from './support/witness.ts'

const GRANTED = { status: 200, codes: [], challenge: null }

let provider: BoundProvider

beforeAll(async () => {
  provider = await startBoundProvider()
})
afterAll(() => provider.stop())

/** A proxy that takes client certificates of anybody, as its own TLS ends there. */
function startTlsProxy(): Promise<ReverseProxy> {
  const { certificate: cert, privateKey: key } = provider.authority.issue('proxy')
  return startProxy({ cert, key, requestCert: true, rejectUnauthorized: false })
}

type Form = NonNullable<TrustedProxyOptions['clientCertificate']>

const pemInPercent = (certificate: X509Certificate) => encodeURIComponent(certificate.toString())

/** What each proxy writes for a certificate. */
const FORMS: [form: Form, header: string, write: (certificate: X509Certificate) => string][] = [
  ['client-cert', 'client-cert', ({ raw }) => `:${raw.toString('base64')}:`],
  ['nginx', 'ssl-client-cert', pemInPercent],
  [
    'envoy',
    'x-forwarded-client-cert',
    certificate => {
      const hash = certificate.fingerprint256.replaceAll(':', '').toLowerCase()
      const subject = certificate.subject.replaceAll('"', '\\"')
      return `By=spiffe://api/ns/default;Hash=${hash};Cert="${pemInPercent(certificate)}";Subject="${subject}";URI=`
    },
  ],
  [
    'aws-alb',
    'x-amzn-mtls-clientcert-leaf',
    certificate => pemInPercent(certificate).replaceAll('%2B', '+').replaceAll('%2F', '/').replaceAll('%3D', '='),
  ],
]

describe.each(CALLERS)('behind a proxy that ends TLS, called by %s', (_library, createCaller) => {
  const callerWith = (certificate: Certificate | undefined, clientId: (typeof SERVICES)['certified' | 'modern']) => {
    const fetch = fetchWith({ authority: provider.authority, certificate })
    return createCaller({ issuer: provider.issuer, clientId, fetch })
  }
  const other = createClientCertificate(SERVICES.certified)
  let caller: BoundCaller
  let thief: BoundCaller
  let bound: string

  beforeAll(async () => {
    caller = await callerWith(provider.certificates.certified, SERVICES.certified)
    thief = await callerWith(other, SERVICES.certified)
    bound = await caller.token('reports:read', false)
  })

  describe.each(APIS)('an API in %s', (_framework, startApi) => {
    describe.each(FORMS)('told of certificates as by %s', (form, header, write) => {
      let proxy: ReverseProxy
      let api: BoundApi

      beforeAll(async () => {
        const trustedProxy = { addresses: [PROXY_ADDRESS], clientCertificate: form }
        ;[proxy, api] = await Promise.all([startTlsProxy(), startApi({ issuer: provider.issuer, trustedProxy })])
        proxy.upstreams = [api.origin]
      })
      beforeEach(() => {
        proxy.rewrite = ({ socket }) => {
          const certificate = (socket as TLSSocket).getPeerX509Certificate()
          return { [header]: certificate && write(certificate) }
        }
      })
      afterAll(() => Promise.all([proxy.stop(), api.stop()]))

      const callAs = (as: BoundCaller, path = '/reports', { origin }: { readonly origin: string } = proxy) =>
        witness(() => as.callAsBearer(new URL(path, origin), bound))

      test('lets the client in that holds the certificate of its token (RFC 8705 section 6.2)', async () => {
        const body = { clientId: SERVICES.certified, senderConstraints: ['mutual-tls'] }
        for (const path of ['/reports', '/reports/a%2Fb?year=2024', '/certified']) {
          expect(await callAs(caller, path)).toMatchObject({ ...GRANTED, body })
        }
      })

      test('refuses others, and whoever has none (RFC 8705 section 3)', async () => {
        expect(await callAs(caller)).toMatchObject(GRANTED)
        expect(await callAs(thief)).toEqual(MISMATCH)
        expect(await callAs(await callerWith(undefined, SERVICES.certified))).toEqual(MISSING)
      })

      test('does not believe the header of a client that the proxy never saw (RFC 9440 section 4)', async () => {
        expect(await callAs(caller)).toMatchObject(GRANTED)
        const caught = api.arrived.at(-1)
        expect(await resend(api, caught, { [header]: String(caught?.headers[header]) })).toEqual(MISSING)
        expect(await callAs(caller, '/reports', api)).toEqual(MISSING)
      })

      test('refuses a header that the proxy let through beside its own (RFC 9440 section 4)', async () => {
        expect(await callAs(caller)).toMatchObject(GRANTED)
        const stolen = String(api.arrived.at(-1)?.headers[header])
        const own = write(new X509Certificate(other.certificate))
        for (const both of [
          [stolen, own],
          [own, stolen],
        ]) {
          proxy.rewrite = () => ({ [header]: both })
          expect(await callAs(thief)).toEqual(headerRefused('the header was sent twice'))
          proxy.rewrite = () => ({ [header]: both.join(', ') })
          const reason = `the header is not one certificate as ${form} writes it`
          expect(await callAs(thief)).toEqual(headerRefused(reason))
        }
      })
    })

    test.each(['x-forwarded', 'forwarded'] as const)('told of its origin as by %s takes proofs', async origin => {
      const proxy = await startTlsProxy()
      onTestFinished(() => proxy.stop())
      const { host } = new URL(proxy.origin)
      const told: Readonly<Record<string, string>> =
        origin === 'forwarded'
          ? { forwarded: `for=127.0.0.1;proto=https;host="${host}"` }
          : { 'x-forwarded-proto': 'https', 'x-forwarded-host': host }
      proxy.rewrite = () => told
      const trustedProxy = { addresses: [PROXY_ADDRESS], origin }
      const api = await startApi({ issuer: provider.issuer, dpop: 'required', trustedProxy })
      onTestFinished(() => api.stop())
      proxy.upstreams = [api.origin]

      const prover = await callerWith(undefined, SERVICES.modern)
      const [reports, token] = [new URL('/reports/%C3%BC?year=2024', proxy.origin), await prover.token()]
      expect(await witness(() => prover.call(reports, token))).toMatchObject(GRANTED)
      const stranger = await callerWith(undefined, SERVICES.modern)
      expect(await witness(() => stranger.call(reports, token))).toEqual(onlyProofs(STOLEN))
      const outside = onlyProofs(proofRefused('DP9', 'the request did not come from a trusted proxy'))
      expect(await resend(api, api.arrived[0], told)).toEqual(outside)
      expect(await witness(() => prover.call(new URL('/reports', api.origin), token))).toEqual(outside)
    })
  })
})
