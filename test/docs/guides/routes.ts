import { describe, expect, onTestFinished, test } from 'vitest'
import { generatedFolder } from '../generated.ts'
import {
  bearer,
  blockOf,
  codes,
  LISTENING,
  runBlock,
  serveBlock,
  serveGuarded,
  startIssuer,
  trusting,
} from './run-block.ts'

const folder = generatedFolder()

describe('scopes-and-requirements', () => {
  const ORDERS = { find: () => ({}), all: () => [], ofTenant: (tenant: string) => [tenant] }

  test('the table of who gets where is what the example answers', async () => {
    Object.assign(globalThis, { orders: ORDERS })
    const issuer = await startIssuer()
    const origin = await serveBlock(folder, blockOf('scopes-and-requirements', 'ownTenant'), trusting(issuer.options))
    const user = { claims: { sub: 'user-1' } }
    const rows: readonly (readonly [string | undefined, readonly number[]])[] = [
      [undefined, [401, 401, 401]],
      [await issuer.token({ scope: 'orders:read' }), [200, 403, 403]],
      [await issuer.token({ scope: 'orders:write' }), [200, 204, 403]],
      [await issuer.token({ scope: 'orders:export' }), [403, 403, 200]],
      [await issuer.token({ scope: 'orders:export', ...user }), [403, 403, 403]],
    ]
    for (const [token, expected] of rows) {
      const headers = token === undefined ? {} : bearer(token)
      const call = async (method: string, path: string) => (await fetch(origin + path, { method, headers })).status
      const statuses = [await call('GET', '/orders/1'), await call('PUT', '/orders/1'), await call('GET', '/exports')]
      expect(statuses).toEqual(expected)
    }
    const poor = await fetch(`${origin}/orders/1`, { method: 'PUT', headers: bearer(rows[1]?.[0] as string) })
    expect(poor.headers.get('www-authenticate')).toMatch(/^Bearer .*error="insufficient_scope".* scope="orders:write"/)
  })

  test('a caller gets to the data of its own tenant and to no other', async () => {
    Object.assign(globalThis, { orders: ORDERS })
    const issuer = await startIssuer()
    const origin = await serveBlock(folder, blockOf('scopes-and-requirements', 'ownTenant'), trusting(issuer.options))
    const token = await issuer.token({ scope: 'orders:read', claims: { tenant: 'a' } })
    const call = (tenant: string) => fetch(`${origin}/tenants/${tenant}/orders`, { headers: bearer(token) })
    expect([(await call('a')).status, (await call('b')).status]).toEqual([200, 403])
  })
})

describe('several-issuers', () => {
  test('both issuers are trusted, each with its own rules, and a rule keeps a route for one of them', async () => {
    const [ours, partner, stranger] = [await startIssuer(), await startIssuer(), await startIssuer()]
    const origin = await serveBlock(folder, blockOf('several-issuers', 'ownLogin'), {
      ...LISTENING,
      "'https://login.example.com'": `'${ours.issuer}'`,
      "'https://example.eu.auth0.com/'": `'${partner.issuer}'`,
      "audience: 'https://api.example.com',": "audience: 'https://api.example.com', allowHttpOnLoopback: true,",
    })
    const refused = codes()
    const call = async (method: string, token: string) =>
      (await fetch(`${origin}/orders${method === 'DELETE' ? '/1' : ''}`, { method, headers: bearer(token) })).status
    const scope = 'orders:read orders:delete'
    const own = await ours.token({ scope })
    const claims = { aud: 'https://partners.example.com', azp: 'partner', client_id: undefined }
    const foreign = await partner.token({ scope, header: { typ: 'JWT' }, claims })
    expect([await call('GET', own), await call('DELETE', own)]).toEqual([200, 204])
    expect([await call('GET', foreign), await call('DELETE', foreign)]).toEqual([200, 403])
    expect(refused()).toEqual(['insufficient_scope'])
    const misdirected = { header: { typ: 'JWT' }, claims: { ...claims, aud: 'https://api.example.com' } }
    expect(await call('GET', await partner.token({ scope, ...misdirected }))).toBe(401)
    expect(await call('GET', await stranger.token({ scope }))).toBe(401)
    expect(refused()).toEqual(['audience_mismatch', 'issuer_not_trusted'])
  })

  test('a tenant is found by its name, and one that nobody knows is refused', async () => {
    const [tenant, stranger] = [await startIssuer(), await startIssuer()]
    const findByIssuer = async (iss: string) => (iss === tenant.issuer ? { profile: 'rfc9068' } : undefined)
    Object.assign(globalThis, { tenants: { findByIssuer } })
    const { guard } = await runBlock(folder, blockOf('several-issuers', 'tenants.findByIssuer'), {
      "audience: 'https://api.example.com',": "audience: 'https://api.example.com', allowHttpOnLoopback: true,",
      'const guard': 'export const guard',
    })
    const origin = await serveGuarded(guard, 'orders:read')
    const call = async (token: string) => (await fetch(origin, { headers: bearer(token) })).status
    const scope = 'orders:read'
    expect(await call(await tenant.token({ scope }))).toBe(200)
    const refused = codes()
    expect(await call(await stranger.token({ scope }))).toBe(401)
    expect(refused()).toEqual(['issuer_not_trusted'])
  })
})

describe('introspection', () => {
  async function start() {
    const issuer = await startIssuer()
    issuer.addClient({ clientId: 'orders-api', clientSecret: 'the secret of the API', scopes: [] })
    process.env.CLIENT_SECRET = 'the secret of the API'
    onTestFinished(() => void delete process.env.CLIENT_SECRET)
    const origin = await serveBlock(folder, blockOf('introspection', 'app.listen'), {
      ...LISTENING,
      "issuer: 'https://login.example.com'": `issuer: '${issuer.issuer}'`,
      "audience: 'https://api.example.com',": "audience: 'https://api.example.com', allowHttpOnLoopback: true,",
    })
    return {
      issuer,
      call: async (token: string) => (await fetch(`${origin}/orders`, { headers: bearer(token) })).status,
    }
  }

  test('opaque tokens are asked about, and the table of answers holds (RFC 7662 section 2.2)', async () => {
    const { issuer, call } = await start()
    const refused = codes()
    const scope = 'orders:read'
    expect(await call(issuer.opaqueToken({ scope }))).toBe(200)
    expect(issuer.lastIntrospection).toMatchObject({ clientId: 'orders-api', method: 'client_secret_basic' })
    const revoked = issuer.opaqueToken({ scope })
    issuer.revoke(revoked)
    expect(await call(revoked)).toBe(401)
    expect(await call(issuer.opaqueToken({ scope, introspection: { aud: 'https://other.example.com' } }))).toBe(401)
    expect(await call(issuer.opaqueToken({ scope, introspection: { aud: undefined } }))).toBe(401)
    issuer.setFault('wrong-json', 'introspection')
    expect(await call(issuer.opaqueToken({ scope }))).toBe(503)
    issuer.setFault(undefined)
    issuer.addClient({ clientId: 'orders-api', clientSecret: 'another secret', scopes: [] })
    expect(await call(issuer.opaqueToken({ scope }))).toBe(503)
    const unavailable = 'introspection_unavailable'
    expect(refused()).toEqual(['token_inactive', 'audience_mismatch', 'claim_missing', unavailable, unavailable])
  })
})

describe('introspection beside JWTs', () => {
  test('JWTs are checked here, and the rest is asked about', async () => {
    const issuer = await startIssuer()
    issuer.addClient({ clientId: 'orders-api', clientSecret: 'the secret of the API', scopes: [] })
    process.env.CLIENT_SECRET = 'the secret of the API'
    onTestFinished(() => void delete process.env.CLIENT_SECRET)
    const { guard } = await runBlock(folder, blockOf('introspection', 'its JWTs'), {
      "'https://login.example.com'": `'${issuer.issuer}'`,
      "audience: 'https://api.example.com',": "audience: 'https://api.example.com', allowHttpOnLoopback: true,",
      'const guard': 'export const guard',
    })
    const origin = await serveGuarded(guard, 'orders:read')
    const call = async (token: string) => (await fetch(origin, { headers: bearer(token) })).status
    expect([await call(await issuer.token({ scope: 'orders:read' })), issuer.requests.introspection]).toEqual([200, 0])
    expect([await call(issuer.opaqueToken({ scope: 'orders:read' })), issuer.requests.introspection]).toEqual([200, 1])
  })
})

describe('revocation', () => {
  test('a revoked client is refused from the next request on, with a token that was known already', async () => {
    const issuer = await startIssuer()
    const origin = await serveBlock(folder, blockOf('revocation', '/revocation'), trusting(issuer.options))
    const call = (token: string, path = '/orders', method = 'GET') =>
      fetch(origin + path, { method, headers: bearer(token) })
    const leaked = await issuer.token({ scope: 'orders:read', clientId: 'nightly-import' })
    const other = await issuer.token({ scope: 'orders:read', clientId: 'report' })
    const admin = await issuer.token({ scope: 'clients:revoke', clientId: 'admin' })
    expect([(await call(leaked)).status, (await call(other)).status]).toEqual([200, 200])
    const refused = codes()
    expect((await call(admin, '/clients/nightly-import/revocation', 'POST')).status).toBe(204)
    const answer = await call(leaked)
    expect([answer.status, refused()]).toEqual([401, ['token_revoked']])
    expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"')
    expect((await call(other)).status).toBe(200)
    const lasting = await issuer.token({ scope: 'orders:read', clientId: 'report', expiresInSeconds: 3700 })
    expect([(await call(lasting)).status, refused()]).toEqual([401, ['token_revoked']])
  })
})
