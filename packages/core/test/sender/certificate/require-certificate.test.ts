import { createClientCertificate } from '@scopeward/testing'
import { describe, expect, test } from 'vitest'
import { parseTrustedProxy, type TrustedProxyOptions } from '../../../src/options/parse-trusted-proxy.ts'
import type { PeerSocket, ResourceRequest } from '../../../src/request/resource-request.ts'
import { requireCertificate } from '../../../src/sender/certificate/require-certificate.ts'
import { refusalOf } from '../../support/refusals.ts'
import { peer } from '../../support/senders.ts'

const ONE = createClientCertificate('one')
const TWO = createClientCertificate('two')
const header = (certificate: typeof ONE): readonly string[] => [
  'Client-Cert',
  `:${certificate.der.toString('base64')}:`,
]

function outcome(
  socket: PeerSocket | undefined,
  headers: readonly string[] = [],
  proxy?: Partial<TrustedProxyOptions>,
): string | undefined {
  const trustedProxy =
    proxy && parseTrustedProxy({ addresses: ['10.0.0.7'], clientCertificate: 'client-cert', ...proxy })
  const request: ResourceRequest = { method: 'GET', url: '/', headers, socket }
  try {
    requireCertificate(request, ONE.thumbprint, trustedProxy)
    return undefined
  } catch (error) {
    return refusalOf(() => {
      throw error
    }).code
  }
}

const CLIENT = '192.0.2.1'
const PROXY = '10.0.0.7'
const NO_PROXY = undefined
const BEHIND: Partial<TrustedProxyOptions> = {}

describe('the certificate of the connection counts (RFC 8705 section 3)', () => {
  test.each<[string, PeerSocket | undefined, string | undefined]>([
    ['the one that the token is bound to', peer(CLIENT, ONE.der), undefined],
    ['another one', peer(CLIENT, TWO.der), 'client_certificate_mismatch'],
    ['none', peer(CLIENT), 'client_certificate_missing'],
    ['a connection without TLS', { remoteAddress: CLIENT }, 'client_certificate_missing'],
    ['no connection', undefined, 'client_certificate_missing'],
    ['null, from a host that is not typed', null as never, 'client_certificate_missing'],
    ['an empty certificate', { getPeerX509Certificate: () => ({}) as never }, 'client_certificate_missing'],
    ['null for a certificate', { getPeerX509Certificate: () => null as never }, 'client_certificate_missing'],
    [
      'a connection that has ended and throws',
      {
        getPeerX509Certificate: () => {
          throw new Error('the session has been destroyed')
        },
      },
      'client_certificate_missing',
    ],
  ])('%s', (_name, socket, code) => {
    expect(outcome(socket, [], NO_PROXY)).toBe(code)
    expect(outcome(socket, header(ONE), NO_PROXY)).toBe(code)
  })
})

describe('a header counts from the declared proxy alone (RFC 9440 section 4)', () => {
  test.each<
    [string, PeerSocket | undefined, readonly string[], Partial<TrustedProxyOptions> | undefined, string | undefined]
  >([
    ['of the proxy', peer(PROXY), header(ONE), BEHIND, undefined],
    ['of the proxy, in other case', peer(PROXY), ['CLIENT-CERT', header(ONE)[1] as string], BEHIND, undefined],
    ['of the proxy, with another certificate', peer(PROXY), header(TWO), BEHIND, 'client_certificate_mismatch'],
    ['of the proxy, empty: there was none', peer(PROXY), ['Client-Cert', ''], BEHIND, 'client_certificate_missing'],
    ['of the proxy, a space', peer(PROXY), ['Client-Cert', ' '], BEHIND, 'client_certificate_invalid'],
    ['of the proxy, malformed', peer(PROXY), ['Client-Cert', 'x'], BEHIND, 'client_certificate_invalid'],
    ['of the proxy, twice', peer(PROXY), [...header(ONE), ...header(ONE)], BEHIND, 'client_certificate_invalid'],
    [
      'of the proxy, and one of the client',
      peer(PROXY),
      [...header(TWO), 'client-cert', header(ONE)[1] as string],
      BEHIND,
      'client_certificate_invalid',
    ],
    [
      'of the proxy, joined with one of the client',
      peer(PROXY),
      ['Client-Cert', `${header(TWO)[1]}, ${header(ONE)[1]}`],
      BEHIND,
      'client_certificate_invalid',
    ],
    ['missing from the proxy', peer(PROXY), [], BEHIND, 'client_certificate_missing'],
    [
      'missing from the proxy, whose own certificate does not count',
      peer(PROXY, ONE.der),
      [],
      BEHIND,
      'client_certificate_missing',
    ],
    ['of the proxy, whose own certificate does not count', peer(PROXY, TWO.der), header(ONE), BEHIND, undefined],
    ['of somebody else', peer(CLIENT), header(ONE), BEHIND, 'client_certificate_missing'],
    [
      'of somebody else, who has another certificate',
      peer(CLIENT, TWO.der),
      header(ONE),
      BEHIND,
      'client_certificate_mismatch',
    ],
    ['of somebody else, who has the certificate', peer(CLIENT, ONE.der), header(TWO), BEHIND, undefined],
    [
      'of somebody else, twice: not looked at',
      peer(CLIENT, ONE.der),
      [...header(TWO), ...header(ONE)],
      BEHIND,
      undefined,
    ],
    ['of nobody: a Unix socket', peer(undefined), header(ONE), BEHIND, 'client_certificate_missing'],
    ['of no connection', undefined, header(ONE), BEHIND, 'client_certificate_missing'],
    [
      'where a proxy is trusted for the origin alone',
      peer(PROXY),
      header(ONE),
      { origin: 'forwarded', clientCertificate: undefined as never },
      'client_certificate_missing',
    ],
    [
      'where a proxy is trusted for the origin alone, and has the certificate',
      peer(PROXY, ONE.der),
      [],
      { origin: 'forwarded', clientCertificate: undefined as never },
      undefined,
    ],
    [
      'in the name of another form',
      peer(PROXY),
      header(ONE),
      { clientCertificate: 'nginx' },
      'client_certificate_missing',
    ],
  ])('%s', (_name, socket, headers, proxy, code) => {
    expect(outcome(peer(PROXY), header(ONE), BEHIND)).toBeUndefined()
    expect(outcome(socket, headers, proxy)).toBe(code)
  })

  test('under the name that the option gives it', () => {
    const named: Partial<TrustedProxyOptions> = {
      clientCertificate: 'nginx',
      clientCertificateHeader: 'X-Client-Certificate',
    }
    const value = encodeURIComponent(ONE.certificate)
    expect(outcome(peer(PROXY), ['x-client-certificate', value], named)).toBeUndefined()
    expect(outcome(peer(PROXY), ['ssl-client-cert', value], named)).toBe('client_certificate_missing')
  })

  test('the event says what was wrong and nothing of what was sent', () => {
    const trustedProxy = parseTrustedProxy({ addresses: [PROXY], clientCertificate: 'envoy' })
    const refused = (...headers: string[]) =>
      refusalOf(() =>
        requireCertificate({ method: 'GET', url: '/', headers, socket: peer(PROXY) }, ONE.thumbprint, trustedProxy),
      )
    expect(refused('x-forwarded-client-cert', 'secret')).toEqual({
      code: 'client_certificate_invalid',
      detail: { reason: 'the header is not one certificate as envoy writes it' },
    })
    expect(refused('x-forwarded-client-cert', 'a', 'x-forwarded-client-cert', 'b').detail).toEqual({
      reason: 'the header was sent twice',
    })
  })
})
