import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestIssuer, type TestIssuer } from '../../src/index.ts'
import { AUDIENCE, claimsOf, verifyByJose } from '../support.ts'

const ORDERS = 'https://orders.example'
const BILLING = 'https://billing.example'
let issuer: TestIssuer

beforeAll(async () => {
  issuer = await createTestIssuer({
    algorithm: 'ES256',
    accessTokenLifetimeSeconds: 120,
    clients: [
      { clientId: 'importer', clientSecret: 's3cret', scopes: ['controls:read', 'controls:write'] },
      { clientId: 'orders', clientSecret: 's', scopes: ['orders:read'], audiences: [ORDERS, BILLING] },
      { clientId: 'a:b c%ü', clientSecret: 'p:w+d &=%', scopes: [] },
    ],
  })
})
afterAll(() => issuer.stop())

interface Result {
  readonly status: number
  readonly headers: Headers
  readonly body: Record<string, unknown>
}

async function post(body: string | URLSearchParams, headers: Record<string, string> = {}): Promise<Result> {
  const response = await fetch(issuer.tokenEndpoint, { method: 'POST', body, headers })
  return { status: response.status, headers: response.headers, body: (await response.json()) as Result['body'] }
}

function form(parameters: Record<string, string> | [string, string][]): URLSearchParams {
  return new URLSearchParams(parameters)
}

const GRANT = { grant_type: 'client_credentials' }
const IMPORTER = { client_id: 'importer', client_secret: 's3cret' }
const ORDERS_CLIENT = { client_id: 'orders', client_secret: 's' }
const JSON_TYPE = { 'content-type': 'application/json' }

function basic(id: string, secret: string): Record<string, string> {
  const encode = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1)
  return { authorization: `Basic ${Buffer.from(`${encode(id)}:${encode(secret)}`).toString('base64')}` }
}

async function expectError(
  result: Promise<Result>,
  status: number,
  error: string,
  description?: string,
): Promise<void> {
  const { status: actual, headers, body } = await result
  expect(body).toEqual({ error, error_description: description ?? expect.any(String) })
  expect(actual).toBe(status)
  expect(headers.get('content-type')).toBe('application/json')
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('www-authenticate')).toBe(status === 401 ? 'Basic realm="token"' : null)
}

describe('a token (RFC 6749 section 5.1)', () => {
  test('is granted with all scopes of the client where it asks for none', async () => {
    const { status, headers, body } = await post(form({ ...GRANT, ...IMPORTER }))
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('application/json')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('pragma')).toBe('no-cache')
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 120,
      scope: 'controls:read controls:write',
    })
    const { payload } = await verifyByJose(issuer, body.access_token as string)
    expect(payload).toMatchObject({
      sub: 'importer',
      client_id: 'importer',
      aud: AUDIENCE,
      scope: 'controls:read controls:write',
    })
    expect(payload.exp! - payload.iat!).toBe(120)
  })

  test('holds only the scopes that were asked for, each once', async () => {
    const { body } = await post(form({ ...GRANT, ...IMPORTER, scope: 'controls:write controls:write' }))
    expect(body.scope).toBe('controls:write')
    expect(claimsOf(body.access_token as string).scope).toBe('controls:write')
  })

  test('has no scope for a client without scopes', async () => {
    const { body } = await post(form(GRANT), basic('a:b c%ü', 'p:w+d &=%'))
    expect(body).toEqual({ access_token: expect.any(String), token_type: 'Bearer', expires_in: 120 })
    expect(claimsOf(body.access_token as string)).not.toHaveProperty('scope')
  })

  test('is for the first audience of the client, or for those that it asks for (RFC 8707 section 2)', async () => {
    const audience = async (parameters: [string, string][]): Promise<unknown> => {
      const { body } = await post(form([...Object.entries({ ...GRANT, ...ORDERS_CLIENT }), ...parameters]))
      return claimsOf(body.access_token as string).aud
    }
    expect(await audience([])).toBe(ORDERS)
    expect(await audience([['resource', BILLING]])).toBe(BILLING)
    expect(await audience([['audience', BILLING]])).toBe(BILLING)
    expect(
      await audience([
        ['resource', BILLING],
        ['resource', ORDERS],
      ]),
    ).toEqual([BILLING, ORDERS])
  })

  test('is granted to a client that was added or replaced later', async () => {
    issuer.addClient({ clientId: 'late', clientSecret: 'one', scopes: [] })
    const withSecret = (secret: string): Promise<Result> => post(form(GRANT), basic('late', secret))
    expect((await withSecret('one')).status).toBe(200)
    issuer.addClient({ clientId: 'late', clientSecret: 'two', scopes: [] })
    expect((await withSecret('one')).status).toBe(401)
    expect((await withSecret('two')).status).toBe(200)
  })
})

describe('clients with other tokens', () => {
  const introspect = async (token: unknown): Promise<Record<string, unknown>> => {
    const body = form({ ...IMPORTER, token: String(token) })
    return (await (await fetch(issuer.introspectionEndpoint, { method: 'POST', body })).json()) as Result['body']
  }

  test('opaque: the access token has no dots and means what the JWT would say', async () => {
    issuer.addClient({ clientId: 'opaque', clientSecret: 's', scopes: ['controls:read'], opaque: true })
    const { body } = await post(form(GRANT), basic('opaque', 's'))
    expect(body).toEqual({
      access_token: expect.stringMatching(/^[\w-]{43}$/),
      token_type: 'Bearer',
      expires_in: 120,
      scope: 'controls:read',
    })
    const answer = await introspect(body.access_token)
    expect(answer).toMatchObject({
      active: true,
      token_type: 'Bearer',
      iss: issuer.issuer,
      aud: AUDIENCE,
      sub: 'opaque',
      client_id: 'opaque',
      scope: 'controls:read',
    })
    expect(Number(answer.exp) - Number(answer.iat)).toBe(120)
  })

  test('refreshToken: there is a refresh token too, active without token_type (RFC 7662 section 2.2)', async () => {
    issuer.addClient({ clientId: 'refresher', clientSecret: 's', scopes: ['controls:read'], refreshToken: true })
    const { body } = await post(form(GRANT), basic('refresher', 's'))
    expect(await introspect(body.access_token)).toMatchObject({ active: true, token_type: 'Bearer' })
    expect(body.refresh_token).toMatch(/^[\w-]{43}$/)
    const answer = await introspect(body.refresh_token)
    expect(answer).toMatchObject({ active: true, client_id: 'refresher', scope: 'controls:read' })
    expect(answer).not.toHaveProperty('token_type')
    expect(Number(answer.exp) - Number(answer.iat)).toBe(30 * 24 * 60 * 60)
    issuer.revoke(body.refresh_token as string)
    expect(await introspect(body.refresh_token)).toEqual({ active: false })
  })

  test.each([false, true])('claims: they are in its tokens, also in the place of others (opaque: %s)', async opaque => {
    const claims = { permissions: ['imports'], sub: 'robot', jti: undefined }
    issuer.addClient({ clientId: 'robot-7', clientSecret: 's', scopes: ['controls:read'], opaque, claims })
    const { body } = await post(form(GRANT), basic('robot-7', 's'))
    const said = await introspect(body.access_token)
    expect(said).toMatchObject({ client_id: 'robot-7', sub: 'robot', permissions: ['imports'], scope: 'controls:read' })
    expect(said).not.toHaveProperty('jti')
    if (!opaque) expect(claimsOf(body.access_token as string)).toMatchObject({ sub: 'robot', permissions: ['imports'] })
    expect(body).not.toHaveProperty('permissions')
  })

  test('a JWT access token of the token endpoint can be introspected and revoked', async () => {
    const { body } = await post(form({ ...GRANT, ...IMPORTER }))
    const token = body.access_token as string
    expect(await introspect(token)).toEqual({ active: true, token_type: 'Bearer', ...claimsOf(token) })
    issuer.revoke(token)
    expect(await introspect(token)).toEqual({ active: false })
  })
})

describe('client authentication (RFC 6749 section 2.3.1)', () => {
  test.each<[string, string | URLSearchParams, Record<string, string>]>([
    ['HTTP Basic', form(GRANT), basic('importer', 's3cret')],
    [
      'HTTP Basic in other letters, with its own client_id',
      form({ ...GRANT, client_id: 'importer' }),
      basicLowerCase(),
    ],
    ['HTTP Basic with characters that need encoding', form(GRANT), basic('a:b c%ü', 'p:w+d &=%')],
    ['a form', form({ ...GRANT, ...IMPORTER }), {}],
    ['JSON', JSON.stringify({ ...GRANT, ...IMPORTER }), JSON_TYPE],
    [
      'JSON with a charset',
      JSON.stringify({ ...GRANT, ...IMPORTER }),
      { 'content-type': 'Application/JSON; charset=utf-8' },
    ],
  ])('works by %s', async (_, body, headers) => {
    expect((await post(body, headers)).status).toBe(200)
  })

  test.each<[string, Record<string, string>, Record<string, string>]>([
    ['no credentials', {}, {}],
    ['a wrong secret in the form', { ...IMPORTER, client_secret: 'wrong' }, {}],
    ['an unknown client in the form', { ...IMPORTER, client_id: 'nobody' }, {}],
    ['a client called __proto__', { ...IMPORTER, client_id: '__proto__' }, {}],
    ['an id without secret', { client_id: 'importer' }, {}],
    ['an empty secret', { client_id: 'importer', client_secret: '' }, {}],
    ['a wrong secret in Basic', {}, basic('importer', 'wrong')],
    ['an unknown client in Basic', {}, basic('nobody', 's3cret')],
    ['Basic without a colon', {}, { authorization: `Basic ${btoa('importer')}` }],
    ['Basic with a broken percent encoding', {}, { authorization: `Basic ${btoa('importer:%zz')}` }],
    ['Basic without credentials', {}, { authorization: 'Basic' }],
    ['another scheme', {}, { authorization: 'Bearer abc' }],
  ])('answers %s with 401 invalid_client', async (_, parameters, headers) => {
    await expectError(post(form({ ...GRANT, ...parameters }), headers), 401, 'invalid_client')
  })

  test('answers two methods at once with invalid_request', async () => {
    const both = post(form({ ...GRANT, ...IMPORTER }), basic('importer', 's3cret'))
    await expectError(both, 400, 'invalid_request', 'the client used two authentication methods')
  })

  test('answers a client_id other than the authenticated one with invalid_request', async () => {
    const other = post(form({ ...GRANT, client_id: 'orders' }), basic('importer', 's3cret'))
    await expectError(other, 400, 'invalid_request', 'client_id is not the client that authenticated')
  })
})

describe('refusals (RFC 6749 section 5.2)', () => {
  test.each<[string, Record<string, string>, string]>([
    ['no grant type', IMPORTER, 'invalid_request'],
    ['an empty grant type', { ...IMPORTER, grant_type: '' }, 'invalid_request'],
    ['another grant type', { ...IMPORTER, grant_type: 'password' }, 'unsupported_grant_type'],
    ['an unknown scope', { ...GRANT, ...IMPORTER, scope: 'controls:read admin' }, 'invalid_scope'],
    ['two spaces in scope', { ...GRANT, ...IMPORTER, scope: 'controls:read  controls:write' }, 'invalid_scope'],
    ['an audience that the client may not have', { ...GRANT, ...IMPORTER, audience: ORDERS }, 'invalid_target'],
    ['a resource that the client may not have', { ...GRANT, ...ORDERS_CLIENT, resource: AUDIENCE }, 'invalid_target'],
  ])('answers %s with %s', async (_, parameters, error) => {
    await expectError(post(form(parameters)), 400, error)
  })

  test('answers a repeated parameter with invalid_request', async () => {
    const repeated = form([...Object.entries({ ...GRANT, ...IMPORTER }), ['scope', 'a'], ['scope', 'b']])
    await expectError(post(repeated), 400, 'invalid_request', 'scope is given more than once')
  })

  test.each<[string, string, string | undefined]>([
    ['broken JSON', '{"grant_type":', 'application/json'],
    ['a JSON list', '[]', 'application/json'],
    ['JSON null', 'null', 'application/json'],
    ['a number in JSON', '{"grant_type":1}', 'application/json'],
    ['an object in JSON', '{"scope":{}}', 'application/json'],
    ['another media type', 'grant_type=client_credentials', 'text/plain'],
    ['an empty body', '', undefined],
  ])('answers %s with invalid_request', async (_, body, type) => {
    await expectError(post(body, type === undefined ? {} : { 'content-type': type }), 400, 'invalid_request')
  })

  test('keeps error_description in the characters of RFC 6749 section 5.2', async () => {
    const odd = '{"\\"\\\\é\\n":1}'
    await expectError(post(odd, JSON_TYPE), 400, 'invalid_request', '???? is not a string')
  })

  test('answers 413 to more than 64 KiB', async () => {
    const sized = (size: number): URLSearchParams => {
      const parameters = form({ ...GRANT, ...IMPORTER, padding: '' })
      parameters.set('padding', 'x'.repeat(size - parameters.toString().length))
      return parameters
    }
    expect((await post(sized(65_536))).status).toBe(200)
    for (const size of [65_537, 10_000_000]) {
      await expectError(post(sized(size)), 413, 'invalid_request', 'the body is larger than 64 KiB')
    }
  })

  test.each(['GET', 'PUT', 'DELETE'])('answers %s with 405', async method => {
    const response = await fetch(issuer.tokenEndpoint, { method })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
  })

  test('survives a client that hangs up in the middle of the body', async () => {
    const arrived = issuer.nextRequest('token')
    const request = httpRequest(issuer.tokenEndpoint, { method: 'POST', headers: { 'content-length': '100' } })
    request.on('error', () => undefined)
    request.write('grant_type=')
    await arrived
    request.destroy()
    expect((await post(form({ ...GRANT, ...IMPORTER }))).status).toBe(200)
  })
})

function basicLowerCase(): Record<string, string> {
  return { authorization: basic('importer', 's3cret').authorization!.replace('Basic', 'bASIC') }
}
