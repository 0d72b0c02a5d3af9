import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { onTestFinished } from 'vitest'
import { type Authority, createAuthority } from './certificates.ts'
import { active } from './endpoint.ts'

/** A request that arrived over TLS. */
export interface TlsAsked {
  /** The client that the certificate names; `undefined` where there is none that this server trusts. */
  readonly client: string | undefined
  readonly path: string
  readonly body: string
}

/** An issuer over https that wants client certificates of its own authority. It ends with the test. */
export interface TlsIssuer {
  readonly issuer: string
  readonly authority: Authority
  readonly asked: TlsAsked[]
  /** Members of the metadata besides `issuer`. */
  metadata: Readonly<Record<string, unknown>>
  reply: TlsReply
}

export interface TlsReply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
  /** Sends nothing, or the body and never its end. */
  readonly hold?: 'everything' | 'end'
}

/** Answers 401 to clients without a certificate of its authority, as an authorization server does. */
export async function startTlsIssuer(authority: Authority = createAuthority('test authority')): Promise<TlsIssuer> {
  const { certificate: cert, privateKey: key } = authority.issue('server')
  const options = { key, cert, ca: authority.certificate, requestCert: true, rejectUnauthorized: false }
  const asked: TlsAsked[] = []
  const server = createServer(options, async (request, response) => {
    const socket = request.socket as TLSSocket
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const path = request.url ?? ''
    response.setHeader('content-type', 'application/json')
    if (path.startsWith('/.well-known/')) {
      response.end(JSON.stringify({ issuer: issuer.issuer, ...issuer.metadata }))
      return
    }
    const client = socket.authorized ? socket.getPeerCertificate().subject.CN : undefined
    asked.push({ client: client as string | undefined, path, body: Buffer.concat(chunks).toString() })
    const reply: TlsReply = client === undefined ? { status: 401, body: '{}' } : issuer.reply
    if (reply.hold === 'everything') return
    response.writeHead(reply.status ?? 200, reply.headers)
    if (reply.hold === 'end') response.write(reply.body)
    else response.end(reply.body)
  })
  const port = await listen(server)
  const issuer: TlsIssuer = {
    issuer: `https://127.0.0.1:${port}`,
    authority,
    asked,
    metadata: {},
    reply: { body: JSON.stringify(active()) },
  }
  return issuer
}

async function listen(server: Server & { closeAllConnections(): void }): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  })
  return (server.address() as AddressInfo).port
}

/** A port of http where https was meant. */
export function listenWithoutTls(): Promise<number> {
  return listen(createHttpServer((_request, response) => void response.end(JSON.stringify(active()))))
}
