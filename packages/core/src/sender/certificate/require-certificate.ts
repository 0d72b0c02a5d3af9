import { Rejection } from '../../errors/rejection.ts'
import type { TrustedProxy } from '../../options/parse-trusted-proxy.ts'
import { DUPLICATED, singleHeaderValue } from '../../request/header-values.ts'
import { comesFromProxy, peerCertificateOf } from '../../request/peer.ts'
import type { ResourceRequest } from '../../request/resource-request.ts'
import { thumbprintInHeader, thumbprintOf } from './certificate-headers.ts'

/**
 * The client proved in the TLS handshake, with us or with the declared proxy, that it holds the certificate of the token.
 * Nothing else is asked of the certificate: its chain, name and dates are the authorization server's matter.
 * @throws Rejection `client_certificate_missing`, `client_certificate_mismatch`, `client_certificate_invalid`
 * @see RFC 8705 sections 3 and 6.2, RFC 9440 section 2
 */
export function requireCertificate(
  request: ResourceRequest,
  x5tS256: string,
  trustedProxy: TrustedProxy | undefined,
): void {
  const header = trustedProxy?.certificate
  const isProxied = header !== undefined && comesFromProxy(request, trustedProxy as TrustedProxy)
  const thumbprint = isProxied ? fromHeader(request, header) : fromConnection(request)
  if (thumbprint === undefined) throw new Rejection('client_certificate_missing')
  if (thumbprint !== x5tS256) throw new Rejection('client_certificate_mismatch')
}

/** The certificate of the connection itself is the proxy's own, and does not count. */
function fromHeader(
  { headers }: ResourceRequest,
  { form, header }: NonNullable<TrustedProxy['certificate']>,
): string | undefined {
  const value = singleHeaderValue(headers, header)
  // Some proxies send an empty one where there is no certificate.
  if (value === undefined || value === '') return undefined
  if (value === DUPLICATED) throw new Rejection('client_certificate_invalid', { reason: 'the header was sent twice' })
  const thumbprint = thumbprintInHeader(value, form)
  if (thumbprint !== undefined) return thumbprint
  throw new Rejection('client_certificate_invalid', {
    reason: `the header is not one certificate as ${form} writes it`,
  })
}

function fromConnection(request: ResourceRequest): string | undefined {
  const der = peerCertificateOf(request)
  return der && thumbprintOf(der)
}
