import { readFileSync } from 'node:fs'
import { createResourceServer, type ResourceServerOptions } from '@scopeward/core'
import {
  createDpopKey,
  createTestIssuer,
  type DpopKey,
  type TestClock,
  type TestIssuer,
  testClock,
} from '@scopeward/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { recordEvents } from '../support/events.ts'
import { type RawRequest, type RawResponse, send, valuesOf } from '../support/raw-http.ts'
import { type Refusal, refusalFor } from '../support/refusals.ts'

export type Overrides = Partial<ResourceServerOptions<'controls:read' | 'controls:write'>>

/** An app of a guide, started. */
export interface Running {
  readonly port: number
  stop(): Promise<unknown>
}

const PATH = '/v1/controls/7'

/** What belongs to the connection and not to the refusal. */
const OF_THE_CONNECTION = ['date', 'connection', 'keep-alive', 'content-length', 'x-powered-by']

/** What the app of each guide has to do, whatever its framework is. */
export function describeGuide(framework: string, start: (overrides: Overrides) => Promise<Running>): void {
  describe(`the guide to ${framework}: bearer tokens`, () => {
    let issuer: TestIssuer
    let api: Running
    beforeAll(async () => {
      issuer = await createTestIssuer({ algorithm: 'ES256' })
      api = await start(issuer.options)
    })
    afterAll(async () => {
      await api.stop()
      await issuer.stop()
    })

    const ask = (request: RawRequest): Promise<RawResponse> => send(api.port, { path: PATH, ...request })
    const bearer = async (scope: string): Promise<string> =>
      `Authorization: Bearer ${await issuer.token({ scope, clientId: 'reports' })}`

    test('a caller with the scope gets in, and the handler knows who it is', async () => {
      const { status, body } = await ask({ headers: [await bearer('controls:read')] })
      expect([status, JSON.parse(body)]).toEqual([200, { id: '7', caller: 'reports' }])
    })

    test('a request without a token is answered 401 with the challenge of the route (RFC 6750 section 3)', async () => {
      expect(refusalOf(await ask({}))).toEqual(refusalFor('credentials_missing', 'controls:read'))
      expect(refusalOf(await ask({ method: 'PUT' }))).toEqual(refusalFor('credentials_missing', 'controls:write'))
    })

    test('a token without the scope is answered 403 with the scope (RFC 6750 section 3.1)', async () => {
      const log = recordEvents()
      const response = await ask({ method: 'PUT', headers: [await bearer('controls:read')] })
      log.stop()
      expect(refusalOf(response)).toEqual(refusalFor('insufficient_scope', 'controls:write'))
      expect(log.denied.map(({ route }) => route)).toEqual(['/v1/controls/:id'])
    })

    test('a token that expired is answered 401', async () => {
      const token = await issuer.token({ scope: 'controls:read', expiresInSeconds: -600 })
      const response = await ask({ headers: [`Authorization: Bearer ${token}`] })
      expect(refusalOf(response)).toEqual(refusalFor('token_expired', ''))
    })

    test('two Authorization headers are answered 400, though each has a good token (RFC 9110 section 5.3)', async () => {
      const headers = [await bearer('controls:read'), await bearer('controls:read')]
      expect(refusalOf(await ask({ headers }))).toEqual(refusalFor('authorization_duplicated', ''))
    })

    test('a refusal has the headers of the denial, to the letter, and no others', async () => {
      const core = createResourceServer({
        ...issuer.options,
        audience: 'https://api.example.com',
        scopes: { 'controls:read': 'Read controls' },
      })
      const outcome = await core.check({ method: 'GET', url: PATH, headers: [] }, 'controls:read')
      if (outcome.granted) throw new Error('a request without a token was let in')
      const { headers } = await ask({})
      const own = headers.filter(([name]) => !OF_THE_CONNECTION.includes(name))
      const expected = Object.entries(outcome.denial.headers).map(([name, value]) => [name.toLowerCase(), value])
      expect(Object.fromEntries(own)).toEqual(Object.fromEntries(expected))
      expect(own).toHaveLength(expected.length)
    })

    test('the public route is open, and what is no route is not found', async () => {
      expect((await ask({ path: '/health' })).status).toBe(200)
      expect((await ask({ path: '/nowhere' })).status).toBe(404)
    })
  })

  describe(`the guide to ${framework}: tokens bound to a key, behind a proxy`, () => {
    let clock: TestClock
    let issuer: TestIssuer
    let api: Running
    let key: DpopKey
    beforeAll(async () => {
      clock = testClock()
      issuer = await createTestIssuer({ algorithm: 'ES256', clock, accessTokenLifetimeSeconds: 3600 })
      key = await createDpopKey('ES256', { clock })
      api = await start({
        ...issuer.options,
        dpop: { mode: 'accepted', nonces: { secrets: ['a secret of this test, of 32 bytes'] } },
        trustedProxy: { addresses: ['127.0.0.1'], origin: 'x-forwarded' },
      })
    })
    afterAll(async () => {
      await api.stop()
      await issuer.stop()
    })

    /** As the proxy of https://api.example.com hands it on. */
    const prove = async (nonce: string | undefined, path: string = PATH): Promise<RawRequest> => {
      const accessToken = await issuer.token({ scope: 'controls:read', boundTo: key })
      const of = { method: 'GET', url: `https://api.example.com${path}`, accessToken }
      const proof = await key.proof(nonce === undefined ? of : { ...of, nonce })
      const proxied = ['X-Forwarded-Proto: https', 'X-Forwarded-Host: api.example.com']
      return { path: PATH, headers: [`Authorization: DPoP ${accessToken}`, `DPoP: ${proof}`, ...proxied] }
    }
    const ask = (request: RawRequest): Promise<RawResponse> => send(api.port, request)

    test('the proof of this method, origin and path gets in once, with the nonce (RFC 9449 sections 4.3, 9)', async () => {
      const asked = await ask(await prove(undefined))
      const [nonce] = valuesOf(asked, 'dpop-nonce')
      expect([asked.status, nonce]).toEqual([401, expect.any(String)])
      const proven = await prove(nonce)
      expect((await ask(proven)).status).toBe(200)
      expect((await ask(proven)).status).toBe(401)
      expect((await ask(await prove(nonce, '/v1/controls/8'))).status).toBe(401)
    })

    test('a granted response hands out the newer nonce (RFC 9449 section 8.2)', async () => {
      const [nonce] = valuesOf(await ask(await prove(undefined)), 'dpop-nonce')
      clock.advance({ minutes: 5 })
      const response = await ask(await prove(nonce))
      const [newer] = valuesOf(response, 'dpop-nonce')
      expect([response.status, newer]).toEqual([200, expect.any(String)])
      expect(newer).not.toBe(nonce)
      expect(valuesOf(response, 'cache-control')).toEqual(['no-store'])
    })
  })
}

function refusalOf(response: RawResponse): Refusal {
  const { status, body } = response
  return { status: status as Refusal['status'], challenge: valuesOf(response, 'www-authenticate'), body }
}

export function sourcesIn(folder: string, files: readonly string[]): readonly string[] {
  return files.map(file => readFileSync(new URL(file, folder), 'utf8'))
}
