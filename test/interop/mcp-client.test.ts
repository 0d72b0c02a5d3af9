import {
  Client,
  ClientCredentialsProvider,
  InsufficientScopeError,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type RunningMcp, startExpressMcp, startFastifyMcp } from './support/mcp.ts'
import { MCP_CLIENT, type McpProvider, startMcpProvider } from './support/mcp-provider.ts'
import { createSigning } from './support/provider.ts'

/** The unmodified client of the MCP TypeScript SDK against guarded servers, with oidc-provider between them. */
let provider: McpProvider

beforeAll(async () => {
  provider = await startMcpProvider(await createSigning('ES256', 'first'))
})
afterAll(() => provider.stop())

describe.each([
  ['Express', startExpressMcp],
  ['Fastify', startFastifyMcp],
])('an MCP client and a server in %s', (_framework, start) => {
  let mcp: RunningMcp

  beforeAll(async () => {
    mcp = await start(provider.issuer)
  })
  afterAll(() => mcp.stop())

  const metadataUrl = () => `${mcp.origin}/.well-known/oauth-protected-resource/mcp`

  async function connect(options: ConstructorParameters<typeof StreamableHTTPClientTransport>[1]): Promise<Client> {
    const client = new Client({ name: 'agent', version: '1.0.0' })
    onTestFinished(() => client.close())
    await client.connect(new StreamableHTTPClientTransport(mcp.url, options))
    return client
  }

  /** A token of the provider, without the client's help. */
  async function tokenFor(scope: string, resource = mcp.url.href): Promise<string> {
    const { clientId, clientSecret } = MCP_CLIENT
    const response = await fetch(`${provider.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope, resource }),
    })
    const { access_token } = (await response.json()) as { access_token: string }
    return access_token
  }

  test('it finds the authorization server from the 401, gets a token and calls a tool (RFC 9728 section 5)', async () => {
    const { length: before } = provider.granted
    const authProvider = new ClientCredentialsProvider({ ...MCP_CLIENT, expectedIssuer: provider.issuer })
    const client = await connect({ authProvider })
    expect(await client.callTool({ name: 'whoami', arguments: {} })).toMatchObject({
      content: [{ type: 'text', text: 'service mcp-agent tools:call' }],
    })
    expect(mcp.requested.slice(0, 3)).toEqual([
      'POST /mcp',
      'GET /.well-known/oauth-protected-resource/mcp',
      'POST /mcp',
    ])
    expect(provider.granted.slice(before)).toEqual([`mcp-agent ${mcp.url.href} tools:call`])
  })

  test('a client that asks for nothing by itself asks for the scope of the challenge (MCP authorization)', async () => {
    const authProvider = new ClientCredentialsProvider({ ...MCP_CLIENT, expectedIssuer: provider.issuer })
    await connect({ authProvider })
    expect(authProvider.tokens()).toMatchObject({ scope: 'tools:call', token_type: 'Bearer' })
  })

  test('without the scope it learns which one is needed and where (RFC 6750 section 3.1)', async () => {
    const good = await tokenFor('tools:call')
    await expect(connect({ authProvider: { token: async () => good } })).resolves.toBeInstanceOf(Client)
    const poor = await tokenFor('tools:admin')
    const error = await connect({ authProvider: { token: async () => poor } }).catch(error => error)
    expect(error).toBeInstanceOf(InsufficientScopeError)
    expect({ ...error, resourceMetadataUrl: String(error.resourceMetadataUrl) }).toMatchObject({
      requiredScope: 'tools:call',
      resourceMetadataUrl: metadataUrl(),
      errorDescription: 'The access token does not carry the privilege that this resource requires',
    })
    const response = await fetch(mcp.url, { method: 'POST', headers: { authorization: `Bearer ${poor}` } })
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([
      403,
      `Bearer realm="${mcp.url.href}", error="insufficient_scope", error_description="The access token does not carry the privilege that this resource requires", scope="tools:call", resource_metadata="${metadataUrl()}"`,
    ])
  })

  test('a client whose token lacks the scope gets another one by itself and goes on (MCP authorization)', async () => {
    const { length: before } = provider.granted
    const authProvider = new ClientCredentialsProvider({ ...MCP_CLIENT, expectedIssuer: provider.issuer })
    authProvider.saveTokens({
      access_token: await tokenFor('tools:admin'),
      token_type: 'Bearer',
      scope: 'tools:admin',
      issuer: provider.issuer,
    })
    const client = await connect({ authProvider })
    expect(await client.callTool({ name: 'whoami', arguments: {} })).toMatchObject({
      content: [{ text: 'service mcp-agent tools:admin tools:call' }],
    })
    expect(provider.granted.slice(before)).toEqual([
      `mcp-agent ${mcp.url.href} tools:admin`,
      `mcp-agent ${mcp.url.href} tools:admin tools:call`,
    ])
  })

  test('a token for another MCP server is refused: no token is passed through (RFC 8707 section 2)', async () => {
    const good = await tokenFor('tools:call')
    await expect(connect({ authProvider: { token: async () => good } })).resolves.toBeInstanceOf(Client)
    const misdirected = await tokenFor('tools:call', 'https://other.example/mcp')
    await expect(connect({ authProvider: { token: async () => misdirected } })).rejects.toThrow()
    const response = await fetch(mcp.url, { method: 'POST', headers: { authorization: `Bearer ${misdirected}` } })
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([
      401,
      `Bearer realm="${mcp.url.href}", error="invalid_token", error_description="The access token is meant for another audience", resource_metadata="${metadataUrl()}"`,
    ])
  })
})
