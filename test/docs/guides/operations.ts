import { testClock } from '@scopeward/testing'
import { describe, expect, test } from 'vitest'
import { generatedFolder } from '../generated.ts'
import { asCode, bearer, blockOf, runBlock, serveBlock, startIssuer, trusting } from './run-block.ts'

const folder = generatedFolder()

describe('operations', () => {
  test('a new process is not ready without keys, and one that has been ready stays so', async () => {
    const clock = testClock()
    const issuer = await startIssuer({ clock })
    issuer.setFault('down')
    const origin = await serveBlock(folder, blockOf('operations', '/ready'), trusting(issuer.options))
    const token = await issuer.token({ scope: 'orders:read', expiresInSeconds: 80_000 })
    const call = (path: string) => fetch(origin + path, { headers: bearer(token) })
    const statuses = async () => [
      (await call('/live')).status,
      (await call('/ready')).status,
      (await call('/orders')).status,
    ]
    expect(await statuses()).toEqual([200, 503, 503])
    expect(Number((await call('/orders')).headers.get('retry-after'))).toBeGreaterThan(0)
    issuer.setFault(undefined)
    clock.advance({ seconds: 6 }) // past the cool-down after a failed fetch
    expect(await statuses()).toEqual([200, 200, 200])
    issuer.setFault('down')
    expect(await statuses()).toEqual([200, 200, 200])
    clock.advance({ minutes: 50 })
    expect(await statuses()).toEqual([200, 200, 200])
    clock.advance({ hours: 2 })
    expect(await statuses()).toEqual([200, 200, 503])
  })

  test('the listeners count what is granted and tell what is refused', async () => {
    const { granted } = await runBlock(folder, blockOf('operations', 'scopeward:granted'), {
      'const granted': 'export const granted',
      'console.error': asCode(() => undefined),
      'console.info': asCode((...line: unknown[]) => void lines.push(line)),
      'console.warn': asCode(() => undefined),
    })
    const lines: unknown[][] = []
    Object.assign(globalThis, { orders: { find: () => ({}) } })
    const issuer = await startIssuer()
    const origin = await serveBlock(folder, blockOf('scopes-and-requirements', 'ownTenant'), trusting(issuer.options))
    const call = (token: string) => fetch(`${origin}/orders/1`, { headers: bearer(token) })
    await call(await issuer.token({ scope: 'orders:read' }))
    await call(await issuer.token({ scope: 'others', clientId: 'poor' }))
    expect((granted as Map<string, number>).get(issuer.issuer)).toBe(1)
    expect(lines).toEqual([['refused', 'insufficient_scope', '/orders/:id', 'poor', undefined]])
  })
})

describe('mcp-servers', () => {
  test('the 401 leads to the metadata, and a tool that needs more is answered with the scope it needs (RFC 9728, RFC 6750)', async () => {
    const reached: unknown[] = []
    const handleMcp = (req: { readonly body: unknown }, res: { end(): void }) => {
      reached.push(req.body)
      res.end()
    }
    Object.assign(globalThis, { handleMcp })
    const issuer = await startIssuer()
    const origin = await serveBlock(folder, blockOf('mcp-servers', 'resourceMetadata'), trusting(issuer.options))
    const aud = 'https://api.example.com/mcp'
    const call = (body: unknown, scope?: string, type = 'application/json') =>
      issuer.token({ ...(scope && { scope }), claims: { aud } }).then(token =>
        fetch(`${origin}/mcp`, {
          method: 'POST',
          headers: { 'content-type': type, ...(scope && bearer(token)) },
          body: JSON.stringify(body),
        }),
      )
    const tool = (name: unknown) => ({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name } })

    const metadata = 'https://api.example.com/.well-known/oauth-protected-resource/mcp'
    const anonymous = await call(tool('list_orders'))
    expect([anonymous.status, anonymous.headers.get('www-authenticate')]).toEqual([
      401,
      `Bearer realm="${aud}", scope="tools:call", resource_metadata="${metadata}"`,
    ])
    const document = await (await fetch(origin + new URL(metadata).pathname)).json()
    expect(document).toMatchObject({
      resource: aud,
      authorization_servers: [issuer.issuer],
      scopes_supported: ['tools:call'],
    })

    expect((await call(tool('list_orders'), 'tools:call')).status).toBe(200)
    expect((await call(tool('delete_order'), 'tools:admin')).status).toBe(200)
    expect(reached.splice(0)).toEqual([tool('list_orders'), tool('delete_order')])
    for (const type of ['application/json', 'text/plain; application/json']) {
      for (const body of [tool('delete_order'), [tool('list_orders'), tool('delete_order')]]) {
        const poor = await call(body, 'tools:call', type)
        expect([poor.status, poor.headers.get('www-authenticate')]).toEqual([
          403,
          expect.stringMatching(/error="insufficient_scope".* scope="tools:admin", resource_metadata=/),
        ])
      }
    }
    expect(reached).toEqual([])
  })
})
