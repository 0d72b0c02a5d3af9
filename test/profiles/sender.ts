import type { ResourceRequest, TrustedProxyOptions } from '@scopeward/core'
import { createClientCertificate } from '@scopeward/testing'

const { der, thumbprint } = createClientCertificate('client')

/** `cnf` of tokens whose sender every request of these suites comes from. */
export const BOUND_TO_SENDER = { 'x5t#S256': thumbprint } as const

/** What a proxy in front of the APIs adds to every request (RFC 9440). Nobody looks at it but for bound tokens. */
export const CLIENT_CERT = `:${der.toString('base64')}:`
export const TRUSTED_PROXY: TrustedProxyOptions = { addresses: ['127.0.0.1'], clientCertificate: 'client-cert' }

/** The same without HTTP. */
export function requestWith(token: string): ResourceRequest {
  const headers = { authorization: `Bearer ${token}`, 'client-cert': CLIENT_CERT }
  return { method: 'GET', url: '/', headers, socket: { remoteAddress: '127.0.0.1' } }
}
