import { createServer, type RequestListener } from 'node:http'
import { hushProvider } from './hush.ts'
import { close, listen } from './listen.ts'
import type { Signing } from './provider.ts'

export interface McpProvider {
  readonly issuer: string
  /** What was granted, in order: the client, the resource and the scope of each access token. */
  readonly granted: readonly string[]
  stop(): Promise<void>
}

export const MCP_CLIENT = {
  clientId: 'mcp-agent',
  clientSecret: 'a-secret-that-is-long-enough-for-every-hash',
} as const

/**
 * oidc-provider for MCP: client credentials by HTTP Basic, and access tokens for whatever resource is asked for, because
 * the MCP server gets its port, and so its name, later.
 */
export async function startMcpProvider({ algorithm, key }: Signing): Promise<McpProvider> {
  const granted: string[] = []
  let handle: RequestListener = (_request, response) => void response.writeHead(503).end()
  const server = createServer((request, response) => handle(request, response))
  const issuer = await listen(server)
  const client = {
    client_id: MCP_CLIENT.clientId,
    client_secret: MCP_CLIENT.clientSecret,
    token_endpoint_auth_method: 'client_secret_basic',
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
  }
  const configuration = {
    jwks: { keys: [key] },
    cookies: { keys: ['unused'] },
    clients: [{ ...client, id_token_signed_response_alg: algorithm }],
    ttl: { ClientCredentials: 600 },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => undefined,
        useGrantedResource: () => true,
        getResourceServerInfo: (_context: unknown, resource: string) => ({
          scope: 'tools:call tools:admin',
          audience: resource,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: algorithm } },
        }),
      },
    },
    extraTokenClaims: (_context: unknown, token: { aud: string; clientId: string; scope?: string }) => {
      granted.push(`${token.clientId} ${token.aud} ${token.scope ?? '-'}`)
      return undefined
    },
  }
  await hushProvider(async () => {
    const { Provider } = await import('oidc-provider')
    handle = new Provider(issuer, configuration).callback()
  })
  return { issuer, granted, stop: () => close(server) }
}
