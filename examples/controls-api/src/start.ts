import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createApi } from './api.ts'
import { createAuthorizationServer } from './authorization-server.ts'
import { ControlStore, clients, controls, users } from './store.ts'

export interface Example {
  readonly api: string
  readonly tokenEndpoint: string
  readonly clientSecrets: ReadonlyMap<string, string>
  /** What tokens are signed with now, and what they were signed with before. */
  readonly secrets: { readonly current: Uint8Array; readonly previous: Uint8Array }
  stop(): Promise<void>
}

/** The exact `iss` and `aud` of the tokens. Names, not addresses: with a shared secret nothing is fetched. */
const issuer = 'https://login.example.com'
const audience = 'https://api.example.com'

/** Starts the API and the authorization server on free ports of the loopback interface. */
export async function startExample(): Promise<Example> {
  const secrets = { current: randomBytes(32), previous: randomBytes(32) }
  const clientSecrets = new Map(clients.map(({ clientId }) => [clientId, randomBytes(24).toString('hex')]))
  const { app, ready } = createApi({
    issuer,
    audience,
    secrets: [secrets.current, secrets.previous],
    controls: new ControlStore(controls),
    clients,
  })
  await ready()
  const login = createAuthorizationServer({ issuer, audience, secret: secrets.current, users, clients, clientSecrets })
  const servers = [createServer(app), login] as const
  const [api, loginUrl] = await Promise.all([listen(servers[0]), listen(servers[1])])
  return {
    api,
    tokenEndpoint: `${loginUrl}/token`,
    clientSecrets,
    secrets,
    stop: async () => {
      await Promise.all(servers.map(close))
    },
  }
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
  })
}

function close(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
