import { ConfigurationError, type ScopewardOptions, scopeward } from '@scopeward/fastify'
import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'

const PATH = '/.well-known/oauth-protected-resource'

let issuer: TestIssuer

beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
})
afterAll(() => issuer.stop())

function options(resource = 'https://api.example.com'): ScopewardOptions {
  return {
    ...issuer.options,
    audience: 'https://api.example.com',
    scopes: { 'items:read': 'Read items' },
    resourceMetadata: { resource },
  }
}

function fastify(): FastifyInstance {
  const app = Fastify()
  onTestFinished(() => app.close())
  return app
}

const get = async (app: FastifyInstance, url: string) => (await app.inject({ url })).statusCode

test('the metadata is served without a route of the application', async () => {
  const app = fastify()
  await app.register(scopeward, options())
  app.get('/items', { config: { access: 'items:read' } }, async () => [])
  await app.ready()
  expect([await get(app, PATH), await get(app, '/items')]).toEqual([200, 401])
})

test('a context with a prefix cannot serve it, and says so', async () => {
  const inContext = async (prefix: string) => {
    const app = fastify()
    app.register(
      async context => {
        await context.register(scopeward, options())
      },
      { prefix },
    )
    await app.ready()
    return get(app, PATH)
  }
  expect(await inContext('')).toBe(200)
  const error = await inContext('/v1').catch(error => error)
  expect(error).toBeInstanceOf(ConfigurationError)
  expect([error.code, error.message]).toEqual([
    'option_conflict',
    `Option "resourceMetadata": the document has to be served at ${PATH}, and this context puts "/v1" before it. Register scopeward in a context without a prefix, and write the prefix into the routes.`,
  ])
})

test('contexts with resources of their own each serve their document', async () => {
  const app = fastify()
  for (const name of ['orders', 'items']) {
    app.register(async context => {
      await context.register(scopeward, options(`https://api.example.com/${name}`))
      context.get(`/${name}`, { config: { access: 'items:read' } }, async () => [])
    })
  }
  await app.ready()
  for (const name of ['orders', 'items']) {
    const document = (await app.inject({ url: `${PATH}/${name}` })).json()
    expect(document.resource).toBe(`https://api.example.com/${name}`)
    const challenge = (await app.inject({ url: `/${name}` })).headers['www-authenticate']
    expect(challenge).toContain(`resource_metadata="https://api.example.com${PATH}/${name}"`)
  }
})

test('hooks, parsers and error handlers of the application leave the document as it is', async () => {
  const app = fastify()
  app.setErrorHandler((_error, _request, reply) => reply.code(500).send('error'))
  app.addContentTypeParser('*', (_request, _payload, done) => done(new Error('not read')))
  await app.register(scopeward, options())
  await app.ready()
  const post = await app.inject({ method: 'POST', url: PATH, headers: { 'content-type': 'x/y' }, payload: 'x' })
  expect([await get(app, PATH), post.statusCode, post.body]).toEqual([200, 405, ''])
})
