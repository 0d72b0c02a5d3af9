import swagger from '@fastify/swagger'
import { allOf, dpop, optional, publicRoute, scopeward, securitySchemesOf } from '@scopeward/fastify'
import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import { Validator } from '@seriousme/openapi-schema-validator'
import fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'

let issuer: TestIssuer
beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
})
afterAll(() => issuer.stop())

async function createApp(documented: boolean): Promise<FastifyInstance> {
  const app = fastify()
  onTestFinished(() => app.close())
  await app.register(scopeward, {
    ...issuer.options,
    audience: 'https://api.example.com',
    publicOrigin: 'https://api.example.com',
    scopes: { 'orders:read': 'Read orders', 'orders:write': 'Change orders' },
    dpop: 'accepted',
  })
  const openapi = { openapi: '3.1.0', info: { title: 'Orders', version: '1.0.0' } } as const
  await app.register(swagger, {
    openapi: documented ? { ...openapi, components: { securitySchemes: securitySchemesOf(app) } } : openapi,
  })
  app.get('/orders/:id', { config: { access: 'orders:read' } }, async () => 'ok')
  app.put('/orders/:id', { config: { access: allOf('orders:write', dpop) } }, async () => 'ok')
  app.get('/news', { config: { access: optional('orders:read') } }, async () => 'ok')
  app.get('/health', { config: { access: publicRoute } }, async () => 'ok')
  return app
}

test('@fastify/swagger shows what each route requires, the token endpoint and the scopes, after one line', async () => {
  const app = await createApp(true)
  app.get('/own', { config: { access: 'orders:read' }, schema: { security: [{ dpop: [] }] } }, async () => 'ok')
  await app.ready()
  const document = app.swagger()
  expect(document).toMatchObject({
    paths: {
      '/orders/{id}': {
        get: { security: [{ oauth2: ['orders:read'] }] },
        put: { security: [{ oauth2: ['orders:write'], dpop: [] }] },
      },
      '/news': { get: { security: [{ oauth2: ['orders:read'] }, {}] } },
      '/health': { get: { security: [] } },
      '/own': { get: { security: [{ dpop: [] }] } },
    },
    components: {
      securitySchemes: {
        oauth2: {
          type: 'oauth2',
          flows: {
            clientCredentials: {
              tokenUrl: issuer.tokenEndpoint,
              scopes: { 'orders:read': 'Read orders', 'orders:write': 'Change orders' },
            },
          },
        },
        dpop: { type: 'http', scheme: 'dpop' },
      },
    },
  })
  expect(await new Validator().validate(JSON.parse(JSON.stringify(document)))).toEqual({ valid: true })
})

test('an app that documents its routes without that line goes on as before', async () => {
  const app = await createApp(false)
  await app.ready()
  const document = JSON.parse(JSON.stringify(app.swagger()))
  expect(document.paths['/orders/{id}'].get).not.toHaveProperty('security')
  expect(document.components).not.toHaveProperty('securitySchemes')
})
