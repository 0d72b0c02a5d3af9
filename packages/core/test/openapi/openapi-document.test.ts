import { describe, expect, test } from 'vitest'
import { allOf, anyOf, dpop, service } from '../../src/access/expression.ts'
import { isInOpenApi, openApiDocument } from '../../src/openapi/openapi-document.ts'
import {
  describeRequirement,
  NOTHING_REQUIRED,
  type RouteDescription,
  withoutMirroredHeads,
} from '../../src/openapi/route-description.ts'
import { securityOf, securitySchemes } from '../../src/openapi/security.ts'

const SCOPES = { 'orders:read': 'Read orders', 'orders:write': 'Change orders' }

const route = (changes: Partial<RouteDescription> = {}): RouteDescription => ({
  method: 'GET',
  path: '/orders/:id',
  kind: 'guarded',
  requirement: 'orders:read',
  alternatives: [['orders:read']],
  dpop: false,
  ...changes,
})
const documentOf = (...routes: readonly RouteDescription[]) =>
  openApiDocument({ info: { title: 'Orders', version: '1' }, routes, scopes: SCOPES })

describe('the document (OpenAPI 3.1)', () => {
  test('says of a guarded route what it requires, its parameters and its refusals', () => {
    expect(documentOf(route())).toMatchObject({
      openapi: '3.1.1',
      info: { title: 'Orders', version: '1' },
      paths: {
        '/orders/{id}': {
          parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
          get: {
            description: 'Requires: orders:read',
            security: [{ oauth2: ['orders:read'] }],
            responses: { 401: { $ref: '#/components/responses/Unauthorized' }, 403: {}, 503: {}, '2XX': {} },
          },
        },
      },
      components: { schemas: { Problem: { type: 'object' } }, responses: { Unauthorized: {} } },
    })
  })

  test('has no refusals for a public route, and no security for one that nobody decided about', () => {
    const open = route({ path: '/health', kind: 'public', ...NOTHING_REQUIRED })
    const forgotten = route({ path: '/debug', kind: 'uncovered', ...NOTHING_REQUIRED })
    const responses = { '2XX': { description: 'What the route answers.' } }
    expect(documentOf(open, forgotten).paths).toEqual({
      '/health': { get: { security: [], responses } },
      '/debug': { get: { responses } },
    })
  })

  test('does not say what refusals look like where the application writes them', () => {
    const options = { info: { title: 'a', version: '1' }, routes: [route()], scopes: SCOPES, hasOwnRefusals: true }
    const { components, paths } = openApiDocument(options)
    expect(Object.keys(components as object)).toEqual(['securitySchemes'])
    expect(paths).toMatchObject({
      '/orders/{id}': { get: { responses: { 401: { description: 'No token, or one that is refused.' } } } },
    })
  })

  test('of two routes with one method and path has the first, and joins methods of one path', () => {
    const { paths } = documentOf(
      route(),
      route({ path: '/orders/:number', requirement: 'orders:write' }),
      route({ method: 'PUT', path: '/orders/:id/', requirement: 'orders:write' }),
    )
    expect(paths).toMatchObject({ '/orders/{id}': { get: { description: 'Requires: orders:read' }, put: {} } })
    expect(Object.keys(paths as object)).toEqual(['/orders/{id}'])
  })

  test('writes a route for all methods as each of them', () => {
    const { paths } = documentOf(route({ method: 'ALL', path: '/all' }))
    expect(Object.keys((paths as Record<string, object>)['/all'] ?? {})).toEqual([
      'get',
      'put',
      'post',
      'delete',
      'options',
      'head',
      'patch',
      'trace',
    ])
  })

  test.each<[string, Partial<RouteDescription>]>([
    ['a method that it does not know', { method: 'PROPFIND' }],
    ['a regular expression', { isExpression: true }],
    ['a path that no template can say', { path: '/ab?c' }],
  ])('leaves out %s', (_, changes) => {
    expect(isInOpenApi(route())).toBe(true)
    expect(isInOpenApi(route(changes))).toBe(false)
    expect(documentOf(route(changes)).paths).toEqual({})
  })
})

describe('security', () => {
  test('names the token endpoint and the scopes where the endpoint is known, and lists the scopes where it is not', () => {
    const tokenUrl = 'https://login.example.com/token'
    expect(securitySchemes({ scopes: SCOPES, tokenUrl })).toMatchObject({
      oauth2: { type: 'oauth2', flows: { clientCredentials: { tokenUrl, scopes: SCOPES } } },
    })
    expect(securitySchemes({ scopes: SCOPES }).oauth2).toMatchObject({
      type: 'http',
      scheme: 'bearer',
      description: expect.stringContaining('- `orders:read`: Read orders'),
    })
    expect(securitySchemes({ scopes: {} }).oauth2.description).toBe('An OAuth 2.0 access token.')
  })

  test('has a scheme for proofs where they are checked (RFC 9449)', () => {
    expect(securitySchemes({ scopes: SCOPES, dpop: 'accepted' }).dpop?.description).toContain('other routes')
    const required = securitySchemes({ scopes: SCOPES, dpop: 'required' })
    expect(required).toMatchObject({ oauth2: { scheme: 'dpop' }, dpop: { type: 'http', scheme: 'dpop' } })
  })

  test('has one object for each way through, and an empty one where no credentials will do', () => {
    expect(securityOf(route({ alternatives: [['a'], ['b', 'c']] }))).toEqual([
      { oauth2: ['a'] },
      { oauth2: ['b', 'c'] },
    ])
    expect(securityOf(route({ kind: 'optional' }))).toEqual([{ oauth2: ['orders:read'] }, {}])
    expect(securityOf(route({ kind: 'public' }))).toEqual([])
    expect(securityOf(route({ kind: 'uncovered' }))).toBeUndefined()
    expect(securityOf(route({ dpop: true }), 'accepted')).toEqual([{ oauth2: ['orders:read'], dpop: [] }])
    expect(securityOf(route(), 'required')).toEqual([{ oauth2: ['orders:read'], dpop: [] }])
    expect(securityOf(route(), 'accepted')).toEqual([{ oauth2: ['orders:read'] }])
  })
})

test('a requirement takes a proof where every way through does', () => {
  const guard = { requirement: 'x', alternatives: [] }
  const takes = (requirement: Parameters<typeof describeRequirement>[1]) => describeRequirement(guard, requirement).dpop
  expect([takes('a'), takes(dpop), takes(allOf('a', dpop)), takes(allOf('a', service))]).toEqual([
    false,
    true,
    true,
    false,
  ])
  expect([takes(anyOf('a', dpop)), takes(anyOf(allOf('a', dpop), dpop))]).toEqual([false, true])
})

test('a HEAD that says what its GET says is left out, another one is not', () => {
  const head = route({ method: 'HEAD' })
  expect(withoutMirroredHeads([route(), head])).toEqual([route()])
  expect(withoutMirroredHeads([route({ requirement: 'orders:write' }), head])).toHaveLength(2)
})
