import { isIPv6 } from 'node:net'
import type { TrustedProxy } from '../options/parse-trusted-proxy.ts'
import type { PeerSocket, ResourceRequest } from './resource-request.ts'

/**
 * Whether the other end of the connection is the declared proxy. A connection without an address, such as a Unix socket or
 * one that is closed already, is nobody's.
 */
export function comesFromProxy({ socket }: ResourceRequest, { addresses }: TrustedProxy): boolean {
  const address = asked(socket, ({ remoteAddress }) => remoteAddress)
  return typeof address === 'string' && addresses.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}

/** DER of the certificate that the client proved to have in the TLS handshake of this very connection. */
export function peerCertificateOf({ socket }: ResourceRequest): Uint8Array | undefined {
  return asked(socket, peer => peer.getPeerX509Certificate?.()?.raw)
}

/** A connection that has ended meanwhile says nothing; under HTTP/2 Node throws where it is asked. */
function asked<T>(socket: PeerSocket | null | undefined, question: (socket: PeerSocket) => T): T | undefined {
  if (socket === undefined || socket === null) return undefined
  try {
    return question(socket)
  } catch {
    return undefined
  }
}
