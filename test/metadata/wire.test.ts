import { createTestIssuer, type TestIssuer, testClock } from '@scopeward/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RawRequest, send } from '../support/raw-http.ts'
import { answerTo, FRAMEWORKS, type Framework, type Options, SCOPES, serve } from './apis.ts'

const WELL_KNOWN = '/.well-known/oauth-protected-resource'

let issuer: TestIssuer

beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256', clock: testClock() })
})
afterAll(() => issuer.stop())

function optionsFor(resource: string): Options {
  return {
    ...issuer.options,
    audience: resource,
    scopes: SCOPES,
    resourceMetadata: { resource, resource_name: 'Prüfungen' },
  }
}

function documentOf(resource: string): string {
  return JSON.stringify({
    resource,
    authorization_servers: [issuer.issuer],
    scopes_supported: ['items:read', 'items:write'],
    bearer_methods_supported: ['header'],
    resource_name: 'Prüfungen',
  })
}

const CORS = { 'access-control-allow-origin': '*' }
const PREFLIGHT = {
  ...CORS,
  'access-control-allow-methods': 'GET, HEAD, OPTIONS',
  'access-control-allow-headers': '*',
  'access-control-max-age': '86400',
}

/** Bodies are compared as they stood on the wire, which is read as latin1. */
function onTheWire(text: string): string {
  return Buffer.from(text).toString('latin1')
}

describe.each([
  ['https://api.example.com', WELL_KNOWN],
  ['https://api.example.com/', WELL_KNOWN],
  ['https://api.example.com/v1/mcp', `${WELL_KNOWN}/v1/mcp`],
  ['https://api.example.com/mcp/', `${WELL_KNOWN}/mcp/`],
  ['https://api.example.com/tenants:all/v1:beta', `${WELL_KNOWN}/tenants:all/v1:beta`],
])('the metadata of %s', (resource, path) => {
  const body = () => documentOf(resource)
  const found = () => ({
    status: 200,
    headers: {
      ...CORS,
      'cache-control': 'public, max-age=3600',
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body())),
    },
  })
  const refused = { status: 405, headers: { ...CORS, allow: 'GET, HEAD, OPTIONS', 'content-length': '0' }, body: '' }

  const REQUESTS: readonly (readonly [string, RawRequest, () => object])[] = [
    ['GET (RFC 9728 section 3.2)', { path }, () => ({ ...found(), body: onTheWire(body()) })],
    ['GET with a query', { path: `${path}?x=1` }, () => ({ ...found(), body: onTheWire(body()) })],
    [
      'GET with a bad token',
      { path, headers: ['Authorization: Bearer x'] },
      () => ({ ...found(), body: onTheWire(body()) }),
    ],
    [
      'GET with two Authorization headers',
      { path, headers: ['Authorization: a', 'Authorization: b'] },
      () => ({ ...found(), body: onTheWire(body()) }),
    ],
    [
      'GET from another origin',
      { path, headers: ['Origin: https://app.example.com'] },
      () => ({ ...found(), body: onTheWire(body()) }),
    ],
    ['HEAD, without a body (RFC 9110 section 9.3.2)', { method: 'HEAD', path }, () => ({ ...found(), body: '' })],
    [
      'the preflight of an MCP client in a browser',
      {
        method: 'OPTIONS',
        path,
        headers: [
          'Origin: https://app.example.com',
          'Access-Control-Request-Method: GET',
          'Access-Control-Request-Headers: mcp-protocol-version',
        ],
      },
      () => ({ status: 204, headers: PREFLIGHT, body: '' }),
    ],
    ['POST', { method: 'POST', path }, () => refused],
    [
      'POST with a body',
      { method: 'POST', path, headers: ['Content-Type: application/json'], body: '{"resource":1}' },
      () => refused,
    ],
    [
      'POST with a body of a type that nobody reads',
      { method: 'POST', path, headers: ['Content-Type: text/unknown'], body: 'x' },
      () => refused,
    ],
    ['PUT', { method: 'PUT', path, body: '{}' }, () => refused],
    ['PATCH', { method: 'PATCH', path, body: '{}' }, () => refused],
    ['DELETE', { method: 'DELETE', path }, () => refused],
  ]

  test.each(REQUESTS)('%s is answered byte for byte alike by all frameworks', async (_, request, expected) => {
    for (const framework of FRAMEWORKS) {
      const answer = await answerTo(await serve(framework, optionsFor(resource)), request)
      expect({ framework, ...answer }).toEqual({ framework, ...expected() })
    }
  })

  test.each(FRAMEWORKS)('%s serves it at that path and at no other', async framework => {
    const port = await serve(framework, optionsFor(resource))
    expect((await send(port, { path })).status).toBe(200)
    const others = [WELL_KNOWN, `${WELL_KNOWN}/`, `${WELL_KNOWN}/v1`, `${path}/x`, `${path}x`, `/x${path}`]
    for (const other of others.filter(other => other !== path)) {
      expect([other, (await send(port, { path: other })).status]).toEqual([other, 404])
    }
    const upperCase = path.toUpperCase()
    expect((await send(port, { path: upperCase })).status).toBe(404)
  })

  test.each(FRAMEWORKS)('%s names its URL in the challenge (RFC 9728 section 5.1)', async framework => {
    const { status, headers } = await answerTo(await serve(framework, optionsFor(resource)), { path: '/items' })
    expect([status, headers['www-authenticate']]).toEqual([
      401,
      `Bearer realm="${resource}", scope="items:read", resource_metadata="https://api.example.com${path}"`,
    ])
  })
})

test.each<Framework>(FRAMEWORKS)('%s serves the metadata though the key server is down', async framework => {
  const broken = await createTestIssuer({ clock: testClock() })
  try {
    broken.setFault('down')
    const resource = 'https://api.example.com'
    const port = await serve(framework, { ...optionsFor(resource), ...broken.options })
    const token = await broken.token({ scope: 'items:read' })
    const guarded = await answerTo(port, { path: '/items', headers: [`Authorization: Bearer ${token}`] })
    expect([guarded.status, guarded.headers['www-authenticate']]).toEqual([503, undefined])
    const { status, body } = await answerTo(port, { path: WELL_KNOWN })
    expect([status, JSON.parse(body)]).toEqual([
      200,
      expect.objectContaining({ authorization_servers: [broken.issuer] }),
    ])
  } finally {
    await broken.stop()
  }
})

test('nothing is served without the option', async () => {
  const options = optionsFor('https://api.example.com')
  expect((await send(await serve('Fastify', options), { path: WELL_KNOWN })).status).toBe(200)
  const { resourceMetadata: _, ...without } = options
  expect((await send(await serve('Fastify', without), { path: WELL_KNOWN })).status).toBe(404)
})
