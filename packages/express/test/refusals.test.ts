import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { allOf, anyOf, authenticated, type DenialCode, service } from '@scopeward/express'
import { createTestIssuer, forgeryNames, type TestIssuer } from '@scopeward/testing'
import type { Application } from 'express'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { guardFor } from './support/guards.ts'
import { type Api, send, sendRaw, serve, statusOf } from './support/http.ts'
import { type ExpressModule, VERSIONS } from './support/versions.ts'

const REALM = 'Bearer realm="https://api.example.com"'
const NOT_VALID = 'The access token is not valid'

let issuer: TestIssuer

beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
})
afterAll(() => issuer.stop())

/** The internal codes of all refusals until the test ends, in order. */
function recordCodes(): DenialCode[] {
  const codes: DenialCode[] = []
  const listener = (event: unknown): void => void codes.push((event as { code: DenialCode }).code)
  subscribe('scopeward:denied', listener)
  onTestFinished(() => void unsubscribe('scopeward:denied', listener))
  return codes
}

function controls(express: ExpressModule): { readonly app: Application; readonly reached: () => number } {
  const app = express()
  let count = 0
  app.get('/controls', guardFor(issuer)('controls:read'), (_request, response) => {
    count++
    response.json({ controls: [] })
  })
  return { app, reached: () => count }
}

function refusal(status: string, headers: readonly string[], body: string): string {
  return [
    `HTTP/1.1 ${status}`,
    'X-Powered-By: Express',
    ...headers,
    'Cache-Control: no-store',
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n')
}

const MISSING = refusal(
  '401 Unauthorized',
  [`WWW-Authenticate: ${REALM}, scope="controls:read"`],
  '{"title":"Unauthorized","status":401,"detail":"This resource needs an access token"}',
)

const invalidToken = (text: string): string =>
  refusal(
    '401 Unauthorized',
    [`WWW-Authenticate: ${REALM}, error="invalid_token", error_description="${text}"`],
    `{"title":"Unauthorized","status":401,"detail":"${text}","error":"invalid_token"}`,
  )

const invalidRequest = (text: string): string =>
  refusal(
    '400 Bad Request',
    [`WWW-Authenticate: ${REALM}, error="invalid_request", error_description="${text}"`],
    `{"title":"Bad Request","status":400,"detail":"${text}","error":"invalid_request"}`,
  )

const MALFORMED = invalidRequest('The Authorization header is malformed')
const DUPLICATED = invalidRequest('The request has more than one Authorization header')

describe.each(VERSIONS)('%s', (_version, express) => {
  async function honestTwin(): Promise<{ readonly api: Api; readonly token: string; readonly reached: () => number }> {
    const { app, reached } = controls(express)
    const api = await serve(app)
    const token = await issuer.token({ scope: 'controls:read' })
    expect(statusOf(await sendRaw(api, 'GET /controls HTTP/1.1', `Authorization: Bearer ${token}`))).toBe(200)
    return { api, token, reached }
  }

  test('answers a request without credentials with a challenge and no error (RFC 6750 section 3.1)', async () => {
    const { api, reached } = await honestTwin()
    const codes = recordCodes()
    expect(await sendRaw(api, 'GET /controls HTTP/1.1')).toBe(MISSING)
    expect(codes).toEqual(['credentials_missing'])
    expect(reached()).toBe(1)
  })

  test('answers another scheme like no credentials (RFC 6750 section 3.1)', async () => {
    const { api, token, reached } = await honestTwin()
    const codes = recordCodes()
    const values = ['Basic dXNlcjpwYXNz', `Token ${token}`, `Bearerx ${token}`, `DPoP ${token}`, 'Basic']
    for (const value of values) {
      expect(await sendRaw(api, 'GET /controls HTTP/1.1', `Authorization: ${value}`), value).toBe(MISSING)
    }
    expect(codes).toEqual(values.map(() => 'scheme_unsupported'))
    expect(reached()).toBe(1)
  })

  test('refuses a malformed Authorization header with 400 (RFC 6750 section 3.1)', async () => {
    const { api, token, reached } = await honestTwin()
    const codes = recordCodes()
    const values = [
      'Bearer',
      'Bearer ',
      '',
      `Bearer\t${token}`,
      `Bearer ${token} ${token}`,
      `Bearer ${token}, Bearer ${token}`,
      `Bearer "${token}"`,
      `Bearer token=${token}`,
      `Bearer \xa0${token}`,
      `Bearer ${token}\xa0`,
      'Bearer ====',
      `{} ${token}`,
    ]
    for (const value of values) {
      expect(await sendRaw(api, 'GET /controls HTTP/1.1', `Authorization: ${value}`), value).toBe(MALFORMED)
    }
    expect(codes).toEqual(values.map(() => 'authorization_malformed'))
    expect(reached()).toBe(1)
  })

  test('refuses two Authorization headers, in any order, case and place (RFC 9110 section 5.3)', async () => {
    const { api, token, reached } = await honestTwin()
    const codes = recordCodes()
    const pairs = [
      [`Authorization: Bearer ${token}`, `Authorization: Bearer ${token}`],
      [`Authorization: Bearer ${token}`, 'Authorization: Bearer forged'],
      ['authorization: Basic dXNlcjpwYXNz', `AUTHORIZATION: Bearer ${token}`],
      [`Authorization: Bearer ${token}`, 'Accept: */*', 'aUtHoRiZaTiOn:'],
    ]
    for (const pair of pairs) expect(await sendRaw(api, 'GET /controls HTTP/1.1', ...pair)).toBe(DUPLICATED)
    expect(codes).toEqual(pairs.map(() => 'authorization_duplicated'))
    expect(reached()).toBe(1)
  })

  test('takes the scheme in any case and with more than one space (RFC 9110 section 11.1)', async () => {
    const { api, token, reached } = await honestTwin()
    for (const scheme of ['bearer', 'BEARER', 'bEaReR', 'Bearer  ']) {
      const wire = await sendRaw(api, 'GET /controls HTTP/1.1', `Authorization: ${scheme} ${token}`)
      expect(statusOf(wire), scheme).toBe(200)
    }
    expect(reached()).toBe(5)
  })

  test('says no more about a bad token than what RFC 6750 section 3.1 asks for', async () => {
    const { api, reached } = await honestTwin()
    const codes = recordCodes()
    const claims = { scope: 'controls:read' }
    const bad: readonly (readonly [DenialCode, string, string])[] = [
      ['token_malformed', NOT_VALID, 'opaque'],
      ['token_expired', 'The access token expired', await issuer.token({ ...claims, expiresInSeconds: -10 })],
      [
        'audience_mismatch',
        'The access token is meant for another audience',
        await issuer.token({ ...claims, audience: 'x' }),
      ],
      ['issuer_not_trusted', NOT_VALID, await issuer.token({ ...claims, claims: { iss: 'https://evil.example' } })],
      ['type_not_accepted', NOT_VALID, await issuer.token({ ...claims, header: { typ: 'JWT' } })],
      ['key_unknown', NOT_VALID, await issuer.token({ ...claims, header: { kid: 'other' } })],
      ['signature_invalid', NOT_VALID, await withBrokenSignature(claims)],
      ['claim_missing', NOT_VALID, await issuer.token({ ...claims, claims: { jti: undefined } })],
    ]
    for (const [code, text, token] of bad) {
      const wire = await sendRaw(api, 'GET /controls HTTP/1.1', `Authorization: Bearer ${token}`)
      expect(wire, code).toBe(invalidToken(text))
    }
    expect(codes).toEqual(bad.map(([code]) => code))
    expect(reached()).toBe(1)
  })

  test('lets no forged token through to the route', async () => {
    const { api, reached } = await honestTwin()
    for (const name of forgeryNames('ES256')) {
      const token = await issuer.forge(name, { scope: 'controls:read' })
      const { status, headers } = await send(api, '/controls', { token })
      expect({ name, status, challenge: headers['www-authenticate'] }).toMatchObject({
        status: 401,
        challenge: expect.stringMatching(/^Bearer realm="https:\/\/api\.example\.com", error="invalid_token", /),
      })
    }
    expect(reached()).toBe(1)
  })

  test('refuses a good token without the privilege with 403, naming what the route needs', async () => {
    const { api, reached } = await honestTwin()
    const codes = recordCodes()
    const token = await issuer.token({ scope: 'imports:write' })
    const text = 'The access token does not carry the privilege that this resource requires'
    expect(await sendRaw(api, 'GET /controls HTTP/1.1', `Authorization: Bearer ${token}`)).toBe(
      refusal(
        '403 Forbidden',
        [`WWW-Authenticate: ${REALM}, error="insufficient_scope", error_description="${text}", scope="controls:read"`],
        `{"title":"Forbidden","status":403,"detail":"${text}","error":"insufficient_scope"}`,
      ),
    )
    expect(codes).toEqual(['insufficient_scope'])
    expect(reached()).toBe(1)
  })

  test('names in the challenge the scopes of the route alone', async () => {
    const app = express()
    const guard = guardFor(issuer)
    const requirements = [allOf('controls:read', 'imports:write'), anyOf('imports:write', service), authenticated]
    for (const [index, requirement] of requirements.entries()) {
      app.get(`/${index}`, guard(requirement), (_request, response) => void response.end())
    }
    const api = await serve(app)
    const challenges = requirements.map(async (_, index) => (await send(api, `/${index}`)).headers['www-authenticate'])
    expect(await Promise.all(challenges)).toEqual([
      `${REALM}, scope="controls:read imports:write"`,
      `${REALM}, scope="imports:write"`,
      REALM,
    ])
  })

  test('answers 503 with Retry-After while the keys cannot be fetched, never 401 (RFC 9110 section 15.6.4)', async () => {
    await using broken = await createTestIssuer({ algorithm: 'ES256' })
    broken.setFault('error')
    const app = express()
    app.get('/controls', guardFor(broken)('controls:read'), (_request, response) => void response.json([]))
    const api = await serve(app)
    const codes = recordCodes()
    const token = await broken.token({ scope: 'controls:read' })
    expect(await sendRaw(api, 'GET /controls HTTP/1.1', `Authorization: Bearer ${token}`)).toBe(
      refusal(
        '503 Service Unavailable',
        ['Retry-After: 5'],
        '{"title":"Service Unavailable","status":503,"detail":"The access token cannot be checked right now"}',
      ),
    )
    expect(codes).toEqual(['keys_unavailable'])
  })

  test('answers HEAD with the headers of the refusal and no body (RFC 9110 section 9.3.2)', async () => {
    const { api, reached } = await honestTwin()
    const [head] = MISSING.split('{')
    expect(await sendRaw(api, 'HEAD /controls HTTP/1.1')).toBe(head)
    expect(reached()).toBe(1)
  })

  test('sends neither ETag nor a cacheable answer, whatever the app is set to', async () => {
    const { app } = controls(express)
    app.set('etag', 'strong')
    const api = await serve(app)
    const { headers } = await send(api, '/controls', { headers: { 'if-none-match': '*' } })
    expect(headers.etag).toBeUndefined()
    expect(headers['cache-control']).toBe('no-store')
    const token = await issuer.token({ scope: 'controls:read' })
    expect((await send(api, '/controls', { token })).headers.etag).toMatch(/^"/)
  })
})

async function withBrokenSignature(input: { scope: string }): Promise<string> {
  const [header, payload, signature] = (await issuer.token(input)).split('.')
  const bytes = Buffer.from(signature as string, 'base64url')
  bytes[10] = (bytes[10] as number) ^ 1
  return `${header}.${payload}.${bytes.toString('base64url')}`
}
