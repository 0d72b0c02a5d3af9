import type { Access } from '@scopeward/fastify'
import { createTestIssuer, type TestIssuer, type TokenInput } from '@scopeward/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bearer, createGuardedApp, listen, read, write } from './support/api.ts'
import { insufficientScope, invalidRequest, invalidToken, missingCredentials } from './support/denials.ts'
import { collect } from './support/events.ts'
import { type Answer, call } from './support/http.ts'

let issuer: TestIssuer
beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
})
afterAll(() => issuer.stop())

async function start(): Promise<{ url: string; seen: (Access | null)[]; handled: () => number }> {
  const app = await createGuardedApp(issuer)
  const seen: (Access | null)[] = []
  app.get('/v1/controls/:id', read, async request => {
    seen.push(request.auth)
    return { caller: request.auth.clientId }
  })
  app.put('/v1/controls/:id', write, async request => {
    seen.push(request.auth)
    return { changed: true }
  })
  return { url: `${await listen(app)}/v1/controls/7`, seen, handled: () => seen.length }
}

describe('a granted request', () => {
  test('reaches the handler, which sees who calls and what they may do', async () => {
    const { url, seen } = await start()
    const token = await issuer.token({ clientId: 'report', scope: 'controls:write other', claims: { jti: 'one' } })
    const { status, body } = await call(url, { headers: bearer(token) })
    expect([status, body]).toEqual([200, '{"caller":"report"}'])
    const auth = seen[0] as Access
    expect(auth).toMatchObject({ issuer: issuer.issuer, subject: 'report', clientId: 'report', kind: 'service' })
    expect([...auth.scopes]).toEqual(['controls:write', 'controls:read', 'other'])
    expect([auth.has('controls:read'), auth.claims.jti]).toEqual([true, 'one'])
    expect(auth.expiresAt).toBe(auth.claims.exp)
  })

  test('sees a user where the subject is not the client (RFC 9068 section 2.2)', async () => {
    const { url, seen } = await start()
    const token = await issuer.token({ clientId: 'report', subject: 'alice', scope: 'controls:read' })
    expect((await call(url, { headers: bearer(token) })).status).toBe(200)
    expect(seen[0]).toMatchObject({ kind: 'user', subject: 'alice', clientId: 'report' })
  })

  test('shares one deeply frozen access with the other requests of its token', async () => {
    const { url, seen } = await start()
    const token = await issuer.token({ scope: 'controls:read', claims: { tenant: { id: 'a' } } })
    await call(url, { headers: bearer(token) })
    await call(url, { headers: bearer(token) })
    const [first, second] = seen as [Access, Access]
    expect(second).toBe(first)
    expect([first, first.scopes, first.claims, first.claims.tenant].map(Object.isFrozen)).toEqual(Array(4).fill(true))
  })

  test('holds no token, whole or in parts', async () => {
    const { url, seen } = await start()
    const token = await issuer.token({ scope: 'controls:read' })
    await call(url, { headers: bearer(token) })
    const text = JSON.stringify(seen[0])
    expect(text).toContain('test-client')
    for (const part of token.split('.')) expect(text).not.toContain(part)
  })

  test('takes the scheme in any case and more than one space (RFC 9110 section 11.1)', async () => {
    const { url } = await start()
    const token = await issuer.token({ scope: 'controls:read' })
    for (const authorization of [`bearer ${token}`, `BEARER   ${token}`]) {
      expect((await call(url, { headers: { authorization } })).status).toBe(200)
    }
  })

  test('works through app.inject, cold and warm', async () => {
    const app = await createGuardedApp(issuer)
    app.get('/', read, async request => request.auth.clientId)
    const headers = bearer(await issuer.token({ scope: 'controls:read' }))
    for (const _ of ['cold', 'warm']) {
      const { statusCode, body } = await app.inject({ url: '/', headers })
      expect([statusCode, body]).toEqual([200, 'test-client'])
    }
    const { statusCode, headers: refused } = await app.inject('/')
    expect([statusCode, refused['www-authenticate']]).toEqual([
      401,
      missingCredentials('controls:read').headers['www-authenticate'],
    ])
  })
})

const good: TokenInput = { scope: 'controls:write' }

const refusals: readonly [string, string, Answer, () => Promise<Record<string, string>>][] = [
  [
    'no credentials (RFC 6750 section 3)',
    'credentials_missing',
    missingCredentials('controls:write'),
    async () => ({}),
  ],
  [
    'a token in the query or in a header of its own (OAuth 2.1 section 5.1)',
    'credentials_missing',
    missingCredentials('controls:write'),
    async () => ({ 'x-access-token': await issuer.token(good) }),
  ],
  [
    'another scheme (RFC 6750 section 3.1)',
    'scheme_unsupported',
    missingCredentials('controls:write'),
    async () => ({ authorization: 'Basic YTpi' }),
  ],
  [
    'a scheme without a token (RFC 6750 section 2.1)',
    'authorization_malformed',
    invalidRequest(),
    async () => ({ authorization: 'Bearer' }),
  ],
  [
    'a second word (RFC 9110 section 11.4)',
    'authorization_malformed',
    invalidRequest(),
    async () => ({ authorization: `Bearer ${await issuer.token(good)} x` }),
  ],
  ['garbage', 'token_malformed', invalidToken(), async () => bearer('garbage')],
  [
    'an expired token (RFC 7519 section 4.1.4)',
    'token_expired',
    invalidToken('The access token expired'),
    async () => bearer(await issuer.token({ ...good, expiresInSeconds: -60 })),
  ],
  [
    'a tampered payload (RFC 7515 section 5.2)',
    'signature_invalid',
    invalidToken(),
    async () => bearer(await issuer.forge('payload-tampered', good)),
  ],
  [
    'a token for another audience (RFC 9068 section 4)',
    'audience_mismatch',
    invalidToken('The access token is meant for another audience'),
    async () => bearer(await issuer.token({ ...good, audience: 'https://billing.example.com' })),
  ],
  [
    'a token without the scope (RFC 6750 section 3.1)',
    'insufficient_scope',
    insufficientScope('controls:write'),
    async () => bearer(await issuer.token({ scope: 'controls:read' })),
  ],
]

describe('a refused request', () => {
  test.each(refusals)('with %s gets the exact answer and never the handler', async (_, code, expected, headers) => {
    const { url, handled } = await start()
    const denied = collect('scopeward:denied')
    const honest = await call(url, { method: 'PUT', headers: bearer(await issuer.token(good)) })
    expect([honest.status, handled()]).toEqual([200, 1])
    const query = `?access_token=${await issuer.token(good)}`
    expect(await call(url + query, { method: 'PUT', headers: await headers() })).toEqual(expected)
    expect([denied.map(event => event.code), handled()]).toEqual([[code], 1])
  })

  test('is not told apart by HEAD, which has the headers and no body (RFC 9110 section 9.3.2)', async () => {
    const { url, handled } = await start()
    const headers = bearer(await issuer.token({ scope: 'controls:read' }))
    expect((await call(url, { method: 'HEAD', headers })).status).toBe(200)
    const expected = missingCredentials('controls:read')
    expect(await call(url, { method: 'HEAD' })).toEqual({ ...expected, body: '' })
    expect(handled()).toBe(1)
  })

  test('is refused before its body is read or validated', async () => {
    const app = await createGuardedApp(issuer)
    const schema = { body: { type: 'object', required: ['name'] } }
    app.post('/', { ...write, schema }, async () => 'done')
    const url = await listen(app)
    const post = (headers: Record<string, string>, body: string) =>
      call(url, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body })
    const headers = bearer(await issuer.token(good))
    expect((await post(headers, '{"name":"a"}')).status).toBe(200)
    expect((await post(headers, '{')).status).toBe(400)
    expect(await post({}, '{')).toEqual(missingCredentials('controls:write'))
  })

  test('does not leave its access on the next request of the connection', async () => {
    const { url } = await start()
    const headers = bearer(await issuer.token({ scope: 'controls:read' }))
    expect((await call(url, { headers })).status).toBe(200)
    expect(await call(url)).toEqual(missingCredentials('controls:read'))
  })
})

describe('an error of the handler', () => {
  test.each(['cold', 'warm'])('reaches the error handler when the token was %s', async temperature => {
    const app = await createGuardedApp(issuer)
    app.setErrorHandler((error: Error, _request, reply) => reply.code(500).send({ handled: error.message }))
    app.get('/async', read, async () => {
      throw new Error('late')
    })
    app.get('/sync', read, () => {
      throw new Error('at once')
    })
    const url = await listen(app)
    for (const [path, message] of [
      ['/async', 'late'],
      ['/sync', 'at once'],
    ]) {
      const headers = bearer(await issuer.token({ scope: 'controls:read' }))
      if (temperature === 'warm') await call(url + path, { headers })
      const { status, body } = await call(url + path, { headers })
      expect([status, body]).toEqual([500, `{"handled":"${message}"}`])
    }
  })
})
