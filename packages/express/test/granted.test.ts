import { type Access, allOf, anyOf, authenticated, service, user } from '@scopeward/express'
import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import type { Application } from 'express'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { recordErrors } from './support/error-handler.ts'
import { AUDIENCE, guardFor } from './support/guards.ts'
import { send, serve } from './support/http.ts'
import { VERSIONS } from './support/versions.ts'

let issuer: TestIssuer

beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
})
afterAll(() => issuer.stop())

describe.each(VERSIONS)('%s', (_version, express) => {
  /** An app with one guarded route, and what its handler found in `request.auth`. */
  function recordingApp(): { readonly app: Application; readonly seen: Access[] } {
    const app = express()
    const seen: Access[] = []
    app.get('/controls', guardFor(issuer)('controls:read'), (request, response) => {
      seen.push(request.auth)
      response.json({ caller: request.auth.clientId })
    })
    return { app, seen }
  }

  test('gives the handler who is calling and what they may do (RFC 9068 section 2.2)', async () => {
    const { app, seen } = recordingApp()
    const token = await issuer.token({
      clientId: 'importer',
      scope: 'controls:write other',
      claims: { tenant: 'acme' },
    })
    const answer = await send(await serve(app), '/controls', { token })
    expect(answer).toMatchObject({ status: 200, body: '{"caller":"importer"}' })
    const [auth] = seen
    expect(auth).toMatchObject({
      issuer: issuer.issuer,
      subject: 'importer',
      clientId: 'importer',
      kind: 'service',
      claims: { iss: issuer.issuer, aud: AUDIENCE, scope: 'controls:write other', tenant: 'acme' },
      expiresAt: auth?.claims.exp,
    })
    expect([...(auth?.scopes ?? [])]).toEqual(['controls:write', 'controls:read', 'other'])
    expect(auth?.has(allOf('controls:write', service))).toBe(true)
    expect(auth?.has('imports:write')).toBe(false)
  })

  test('tells a client that acts for a user from one that acts for itself', async () => {
    const { app, seen } = recordingApp()
    const token = await issuer.token({ clientId: 'web', subject: 'alice', scope: 'controls:read' })
    expect((await send(await serve(app), '/controls', { token })).status).toBe(200)
    expect(seen[0]).toMatchObject({ kind: 'user', subject: 'alice', clientId: 'web' })
  })

  test('gives the requests with one token the same object, frozen all the way down', async () => {
    const { app, seen } = recordingApp()
    const api = await serve(app)
    const token = await issuer.token({ scope: 'controls:read', claims: { nested: { list: [{}] } } })
    await send(api, '/controls', { token })
    await send(api, '/controls', { token })
    expect(seen).toHaveLength(2)
    expect(seen[0]).toBe(seen[1])
    const claims = seen[0]?.claims as { nested: { list: object[] } }
    for (const part of [seen[0], seen[0]?.scopes, claims, claims.nested, claims.nested.list, claims.nested.list[0]]) {
      expect(Object.isFrozen(part)).toBe(true)
    }
    expect(() => Object.assign(seen[0] as object, { clientId: 'admin' })).toThrow(TypeError)
    expect(() => Set.prototype.add.call(seen[0]?.scopes, 'imports:write')).toThrow(TypeError)
  })

  test('leaves no trace of the token in what the handler gets', async () => {
    const { app, seen } = recordingApp()
    const token = await issuer.token({ scope: 'controls:read' })
    await send(await serve(app), '/controls', { token })
    const [auth] = seen
    const everything = JSON.stringify(auth) + JSON.stringify(Object.getOwnPropertyDescriptors(auth))
    for (const part of token.split('.')) expect(everything).not.toContain(part)
  })

  test('overwrites what an earlier middleware put into request.auth', async () => {
    const app = express()
    const guard = guardFor(issuer)
    app.use((request, _response, next) => {
      Object.assign(request, { auth: { clientId: 'admin', kind: 'service' } })
      next()
    })
    app.get('/guarded', guard('controls:read'), (request, response) => void response.json(request.auth.clientId))
    app.get('/optional', guard.optional('controls:read'), (request, response) => {
      response.json(request.auth === undefined)
    })
    app.get('/public', guard.public, (request, response) => void response.json(request.auth === undefined))
    const api = await serve(app)
    const token = await issuer.token({ clientId: 'importer', scope: 'controls:read' })
    expect((await send(api, '/guarded', { token })).body).toBe('"importer"')
    expect((await send(api, '/optional')).body).toBe('true')
    expect((await send(api, '/public', { token })).body).toBe('true')
  })

  test('goes to the error handler where request.auth cannot be overwritten', async () => {
    const app = express()
    let reached = false
    app.use((request, _response, next) => {
      Object.defineProperty(request, 'auth', { value: { clientId: 'admin' } })
      next()
    })
    app.get('/controls', guardFor(issuer)('controls:read'), (_request, response) => {
      reached = true
      response.end()
    })
    const errors = recordErrors(app)
    const api = await serve(app)
    const token = await issuer.token({ scope: 'controls:read' })
    for (const round of ['cold', 'warm']) expect((await send(api, '/controls', { token })).status, round).toBe(500)
    expect(errors).toEqual([expect.any(TypeError), expect.any(TypeError)])
    expect(reached).toBe(false)
  })

  test('takes nothing from the request but its Authorization header', async () => {
    const { app, seen } = recordingApp()
    const api = await serve(app)
    const token = await issuer.token({ scope: 'controls:read' })
    expect((await send(api, '/controls', { token })).status).toBe(200)
    const auth = JSON.stringify({ clientId: 'admin' })
    for (const smuggled of [
      send(api, `/controls?access_token=${token}&auth=${encodeURIComponent(auth)}`),
      send(api, '/controls', { headers: { auth, 'x-auth': auth, 'proxy-authorization': `Bearer ${token}` } }),
      send(api, '/controls', { headers: { cookie: `access_token=${token}; auth=${token}` } }),
      send(api, '/controls', {
        headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': `${token.length + 13}` },
        body: `access_token=${token}`,
      }),
    ]) {
      expect((await smuggled).status).toBe(401)
    }
    expect(seen).toHaveLength(1)
  })

  test('reads the header as it was sent, whatever a middleware makes of it', async () => {
    const app = express()
    const good = await issuer.token({ scope: 'controls:read' })
    app.use((request, _response, next) => {
      if (request.headers.authorization === undefined) request.headers.authorization = `Bearer ${good}`
      else delete request.headers.authorization
      next()
    })
    app.get('/controls', guardFor(issuer)('controls:read'), (_request, response) => void response.end())
    const api = await serve(app)
    expect((await send(api, '/controls', { token: good })).status).toBe(200)
    expect((await send(api, '/controls')).status).toBe(401)
  })

  test('lets through exactly those who meet the requirement', async () => {
    const app = express()
    const guard = guardFor(issuer)
    const requirements = {
      all: allOf('controls:read', 'imports:write'),
      any: anyOf('controls:read', 'imports:write'),
      nested: allOf('controls:read', anyOf(user, 'imports:write')),
      service,
      user,
      authenticated,
    }
    for (const [name, requirement] of Object.entries(requirements)) {
      app.get(`/${name}`, guard(requirement), (_request, response) => void response.end())
    }
    const api = await serve(app)
    const callers = {
      reader: await issuer.token({ scope: 'controls:read' }),
      importer: await issuer.token({ scope: 'controls:read imports:write' }),
      alice: await issuer.token({ scope: 'controls:read', subject: 'alice' }),
      nobody: await issuer.token(),
    }
    const verdicts: Record<string, string> = {}
    for (const name of Object.keys(requirements)) {
      const statuses = Object.values(callers).map(async token => (await send(api, `/${name}`, { token })).status)
      verdicts[name] = (await Promise.all(statuses)).join(' ')
    }
    expect(Object.keys(callers).join(' ')).toBe('reader importer alice nobody')
    expect(verdicts).toEqual({
      all: '403 200 403 403',
      any: '200 200 200 403',
      nested: '403 200 200 403',
      service: '200 200 403 200',
      user: '403 403 200 403',
      authenticated: '200 200 200 200',
    })
  })
})
