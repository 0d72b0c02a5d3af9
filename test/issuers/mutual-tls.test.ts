import { type ClientAuthentication, type IntrospectionOptions, introspection } from '@scopeward/core'
import { describe, expect, test } from 'vitest'
import { type Certificate, createAuthority } from './support/certificates.ts'
import { active, BASIC, json, startEndpoint } from './support/endpoint.ts'
import { startCallers, type ThreeCallers } from './support/three-callers.ts'
import { listenWithoutTls, startTlsIssuer, type TlsIssuer } from './support/tls-endpoint.ts'
import { expectGranted, unauthorized, unavailable } from './support/verdicts.ts'

/** Asks with this certificate. The endpoint is configured: Node's `fetch`, which reads metadata, trusts no test authority. */
function callersWith(
  issuer: TlsIssuer,
  certificate: Certificate,
  changes: Partial<IntrospectionOptions> = {},
  trust: { readonly certificateAuthority?: string | undefined } = {
    certificateAuthority: issuer.authority.certificate,
  },
  fetchTimeoutSeconds = 2,
): Promise<ThreeCallers> {
  const { certificateAuthority } = trust
  const clientAuthentication = {
    method: 'tls_client_auth',
    ...certificate,
    ...(certificateAuthority !== undefined && { certificateAuthority }),
  } as const
  return startCallers({
    issuer: introspection({
      issuer: issuer.issuer,
      introspectionEndpoint: `${issuer.issuer}/introspect`,
      clientId: 'reports-api',
      cacheSeconds: 0,
      clientAuthentication,
      ...changes,
    }),
    fetchTimeoutSeconds,
  })
}

describe('tls_client_auth (RFC 8705 section 2)', () => {
  test('the certificate is in the connection, and the client names itself in the body', async () => {
    const issuer = await startTlsIssuer()
    const callers = await callersWith(issuer, issuer.authority.issue('reports-api'))
    await expectGranted(callers, 'opaque', { issuer: issuer.issuer })
    const body = 'token=opaque&token_type_hint=access_token&client_id=reports-api'
    expect(issuer.asked).toEqual(Array(3).fill({ client: 'reports-api', path: '/introspect', body }))
    issuer.reply = { body: '{"active":false}' }
    expect(await callers.ask('opaque')).toEqual(unauthorized('token_inactive'))
  })

  test('a certificate of another authority is 503: the issuer says 401', async () => {
    const issuer = await startTlsIssuer()
    await expectGranted(await callersWith(issuer, issuer.authority.issue('reports-api')), 'opaque')
    const stranger = createAuthority('another authority').issue('reports-api')
    const callers = await callersWith(issuer, stranger)
    expect(await callers.ask('opaque')).toEqual(unavailable('the answer had status 401'))
    expect(issuer.asked.at(-1)?.client).toBeUndefined()
  })

  test('a server that the configured authority has not certified is never asked', async () => {
    const issuer = await startTlsIssuer()
    const certificate = issuer.authority.issue('reports-api')
    await expectGranted(await callersWith(issuer, certificate), 'opaque')
    const { length } = issuer.asked
    const another = createAuthority('another authority').certificate
    for (const certificateAuthority of [another, undefined]) {
      const callers = await callersWith(issuer, certificate, {}, { certificateAuthority })
      const answer = await callers.ask('opaque')
      expect([answer.status, answer.code]).toEqual([503, 'introspection_unavailable'])
      expect(answer.detail?.reason).toMatch(/^the request failed \([A-Z_]+(CERT|SIGNATURE)[A-Z_]*\)$/)
    }
    expect(issuer.asked.length).toBe(length)
  })

  test('clients never share a connection or a TLS session: each speaks as itself', async () => {
    const issuer = await startTlsIssuer()
    const names = ['reports-api', 'billing-api', 'reports-api', 'orders-api']
    const callers = await Promise.all(names.map(name => callersWith(issuer, issuer.authority.issue(name))))
    for (let round = 0; round < 2; round++) {
      for (const [index, each] of callers.entries()) {
        issuer.asked.length = 0
        await expectGranted(each, 'opaque')
        expect(issuer.asked.map(({ client }) => client)).toEqual(Array(3).fill(names[index]))
      }
    }
  })

  test.each<[string, TlsIssuer['reply'], string]>([
    ['a redirect', { status: 307, headers: { location: '/introspect' }, body: '{}' }, 'the answer had status 307'],
    ['an answer without body', { status: 204, body: '' }, 'the answer had status 204'],
    ['an error', { status: 500, body: '{"active":true}' }, 'the answer had status 500'],
    ['more than it may be', { body: ' '.repeat(600_000) }, 'the answer was larger than 524288 bytes'],
    [
      'compressed bytes that nobody asked for',
      { headers: { 'content-encoding': 'gzip' }, body: 'x' },
      'the answer was not a strict JSON object',
    ],
    ['a list', { body: '[]' }, 'the answer was not a strict JSON object'],
  ])('%s is 503', async (_name, reply, reason) => {
    const issuer = await startTlsIssuer()
    const callers = await callersWith(issuer, issuer.authority.issue('reports-api'))
    await expectGranted(callers, 'opaque')
    issuer.reply = reply
    expect(await callers.ask('opaque')).toEqual(unavailable(reason))
    expect(issuer.asked.length).toBe(6)
  })

  test.each(['everything', 'end'] as const)('an endpoint that holds back %s is 503 at the deadline', async hold => {
    const issuer = await startTlsIssuer()
    const callers = await callersWith(issuer, issuer.authority.issue('reports-api'), {}, undefined, 0.6)
    await expectGranted(callers, 'opaque')
    const honest = issuer.reply
    issuer.reply = { ...honest, hold }
    expect(await callers.ask('opaque')).toEqual(unavailable('no complete answer within 0.6 s'))
    issuer.reply = honest
    await expectGranted(callers, 'opaque')
  })

  test('the endpoint for certificates is found in the metadata, and asked instead (RFC 8705 section 5)', async () => {
    const [tls, plain] = await Promise.all([startTlsIssuer(), startEndpoint()])
    const aliases = { introspection_endpoint: `${tls.issuer}/mtls/introspect` }
    const metadata = { issuer: plain.issuer, introspection_endpoint: plain.url, mtls_endpoint_aliases: aliases }
    plain.reply = ({ path }) => json(path.startsWith('/.well-known/') ? metadata : active())
    const { issuer } = plain
    const certificateAuthority = tls.authority.certificate
    const certificate = tls.authority.issue('reports-api')
    const withCertificate = { method: 'tls_client_auth', ...certificate, certificateAuthority } as const
    const startWith = (clientAuthentication: ClientAuthentication) =>
      startCallers({
        allowHttpOnLoopback: true,
        issuer: introspection({ issuer, clientId: 'reports-api', clientAuthentication }),
      })
    await expectGranted(await startWith(withCertificate), 'opaque', { issuer })
    expect(tls.asked.map(({ path }) => path)).toEqual(Array(3).fill('/mtls/introspect'))
    expect(plain.asked.filter(({ method }) => method === 'POST')).toEqual([])
    await expectGranted(await startWith(BASIC), 'opaque', { issuer })
    expect(tls.asked.length).toBe(3)
    expect(plain.asked.filter(({ method }) => method === 'POST').length).toBe(3)
  })

  test('a server without TLS is 503', async () => {
    const issuer = await startTlsIssuer()
    const certificate = issuer.authority.issue('reports-api')
    await expectGranted(await callersWith(issuer, certificate), 'opaque')
    const port = await listenWithoutTls()
    const callers = await callersWith(issuer, certificate, {
      introspectionEndpoint: `https://127.0.0.1:${port}/introspect`,
    })
    const answer = await callers.ask('opaque')
    expect([answer.status, answer.code]).toEqual([503, 'introspection_unavailable'])
    expect(answer.detail?.reason).toMatch(/^the request failed \(E[A-Z_]+\)$/)
  })
})
