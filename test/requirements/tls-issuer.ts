import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { createAuthority, type TestIssuer } from '@scopeward/testing'
import { active } from '../issuers/support/endpoint.ts'

/** An authority that no process trusts unless it is told to. */
export const AUTHORITY = createAuthority('test authority')

/** A server over TLS with metadata, keys and an introspection endpoint, certified for 127.0.0.1. */
export interface TlsIssuer {
  readonly port: number
  /** What arrived, by method and path. */
  readonly asked: readonly string[]
  stop(): void
}

export async function startTlsIssuer(keysOf: TestIssuer, options: ServerOptions = {}): Promise<TlsIssuer> {
  const { certificate: cert, privateKey: key } = AUTHORITY.issue('server')
  const asked: string[] = []
  const server = createServer({ key, cert, ...options }, (request, response) => {
    asked.push(`${request.method} ${request.url}`)
    const origin = `https://${request.headers.host}`
    const documents: Readonly<Record<string, object>> = {
      '/.well-known/oauth-authorization-server': { issuer: origin, jwks_uri: `${origin}/jwks` },
      '/jwks': { keys: keysOf.keys.map(({ publicJwk }) => publicJwk) },
      '/introspect': active(),
    }
    const document = documents[request.url ?? '']
    response.writeHead(document === undefined ? 404 : 200).end(JSON.stringify(document))
  })
  server.on('tlsClientError', () => undefined)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const stop = (): void => {
    server.closeAllConnections()
    server.close()
  }
  return { port: (server.address() as AddressInfo).port, asked, stop }
}

/** A token, and the issuer that it is checked by: under its keys, or by asking. */
export interface Question {
  readonly issuer: string
  readonly token: string
  readonly introspected?: boolean
}

const ASK = `
import { createResourceServer, introspection } from '@scopeward/core'
const clientAuthentication = { method: 'client_secret_basic', clientSecret: 's3cret' }
const verdicts = []
for (const { issuer, token, introspected } of JSON.parse(process.argv[1])) {
  const trusted = introspected
    ? introspection({ issuer, introspectionEndpoint: issuer + '/introspect', clientId: 'api', clientAuthentication })
    : issuer
  const api = createResourceServer({ issuer: trusted, audience: 'https://api.example.com', scopes: {} })
  verdicts.push(await api.verify(token).then(() => 'accepted', ({ code }) => code))
}
process.stdout.write(JSON.stringify(verdicts))
`

/** What a process of its own says, which trusts the authority: Node reads `NODE_EXTRA_CA_CERTS` at its start alone. */
export async function verdictsWithTrust(questions: readonly Question[]): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'scopeward-'))
  try {
    const file = join(folder, 'authority.pem')
    writeFileSync(file, AUTHORITY.certificate)
    const child = spawn(process.execPath, ['--input-type=module', '-e', ASK, JSON.stringify(questions)], {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      env: { ...process.env, NODE_EXTRA_CA_CERTS: file },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [output] = await Promise.all([text(child.stdout), once(child, 'exit')])
    return JSON.parse(output) as string[]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
