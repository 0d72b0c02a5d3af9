import { createServer, request as httpsRequest } from 'node:https'
import type { AddressInfo } from 'node:net'
import { allOf, authenticated, createRevocationList, dpop } from '@scopeward/express'
import {
  type ClientCertificate,
  createClientCertificate,
  createDpopKey,
  createTestIssuer,
  type DpopKey,
  type TestIssuer,
  testClock,
} from '@scopeward/testing'
import type { Application } from 'express'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { clientOf, TLS_SERVER, TlsClient } from '../../core/test/support/tls.ts'
import { recordErrors } from './support/error-handler.ts'
import { guardFor } from './support/guards.ts'
import { type Answer, send, sendRaw, serve, statusOf } from './support/http.ts'
import { VERSIONS } from './support/versions.ts'

const ORIGIN = 'https://api.example.com'
const SECRET = 'a secret of at least thirty-two bytes'
const REALM = 'realm="https://api.example.com"'
const ALGS = 'algs="ES256 Ed25519 PS256"'

let issuer: TestIssuer
let key: DpopKey
let certificate: ClientCertificate
let otherCertificate: ClientCertificate
let boundToKey: string
let boundToCertificate: string

beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
  key = await createDpopKey()
  certificate = createClientCertificate('client')
  otherCertificate = createClientCertificate('other')
  boundToKey = await issuer.token({ scope: 'controls:read', boundTo: key })
  boundToCertificate = await issuer.token({ scope: 'controls:read', boundTo: certificate })
})
afterAll(() => issuer.stop())

/** The headers of a request with a proof for it. */
async function proven(token: string, path: string, more: { nonce?: string; method?: string } = {}) {
  const dpop = await key.proof({ method: 'GET', url: ORIGIN + path, accessToken: token, ...more })
  return { headers: { authorization: `DPoP ${token}`, dpop } }
}

describe.each(VERSIONS)('%s', (_version, express) => {
  const api = (guard = guardFor(issuer, { dpop: 'accepted', publicOrigin: ORIGIN })): Application => {
    const app = express()
    app.get('/controls', guard('controls:read'), (request, response) => {
      response.json(request.auth.senderConstraints)
    })
    app.get('/keys', guard(allOf('controls:read', dpop)), (_request, response) => {
      response.json('rotated')
    })
    return app
  }

  describe('DPoP (RFC 9449)', () => {
    test('two guards on the way of one request use its proof up once, and another request with it is refused', async () => {
      const guard = guardFor(issuer, { dpop: 'accepted', publicOrigin: ORIGIN })
      const app = express()
      app.use(guard(authenticated))
      app.get('/controls', guard('controls:read'), (request, response) => {
        response.json(request.auth.senderConstraints)
      })
      const server = await serve(app)
      const call = await proven(boundToKey, '/controls')
      expect(await send(server, '/controls', call)).toMatchObject({ status: 200, body: '["dpop"]' })
      expect((await send(server, '/controls', call)).status).toBe(401)
    })

    test('a bound token with its proof reaches the handler, once', async () => {
      const server = await serve(api())
      const call = await proven(boundToKey, '/controls')
      expect(await send(server, '/controls?limit=5', call)).toMatchObject({ status: 200, body: '["dpop"]' })
      const again = await send(server, '/controls?limit=5', call)
      expect([again.status, again.headers['www-authenticate']]).toEqual([
        401,
        `Bearer ${REALM}, DPoP ${REALM}, error="invalid_dpop_proof", error_description="The DPoP proof is not valid", ${ALGS}`,
      ])
    })

    test('one header line offers both schemes', async () => {
      const wire = await sendRaw(await serve(api()), 'GET /controls HTTP/1.1')
      expect(statusOf(wire)).toBe(401)
      expect(wire.match(/^www-authenticate: .*$/gim)).toEqual([
        `WWW-Authenticate: Bearer ${REALM}, scope="controls:read", DPoP ${REALM}, scope="controls:read", ${ALGS}`,
      ])
    })

    test('two proofs in two header lines are refused, and the target is the one that the client wrote', async () => {
      const server = await serve(api())
      const { headers } = await proven(boundToKey, '/controls')
      const twice = [`Authorization: ${headers.authorization}`, `DPoP: ${headers.dpop}`, `dPoP: ${headers.dpop}`]
      expect(statusOf(await sendRaw(server, 'GET /controls HTTP/1.1', ...twice))).toBe(401)
      const once = twice.slice(0, 2)
      expect(statusOf(await sendRaw(server, 'GET /controls?limit=5 HTTP/1.1', ...once))).toBe(200)
      const absolute = await proven(boundToKey, '/controls')
      const lines = [`Authorization: ${absolute.headers.authorization}`, `DPoP: ${absolute.headers.dpop}`]
      expect(statusOf(await sendRaw(server, 'GET http://attacker.example/controls HTTP/1.1', ...lines))).toBe(200)
    })

    test('behind a mounted router the whole path counts', async () => {
      const app = express()
      const router = express.Router()
      const guard = guardFor(issuer, { dpop: 'accepted', publicOrigin: ORIGIN })
      router.get('/controls', guard('controls:read'), (_request, response) => {
        response.json([])
      })
      app.use('/v1', router)
      const server = await serve(app)
      expect((await send(server, '/v1/controls', await proven(boundToKey, '/v1/controls'))).status).toBe(200)
      expect((await send(server, '/v1/controls', await proven(boundToKey, '/controls'))).status).toBe(401)
    })

    test('two guards, one after the other, take one proof for one request', async () => {
      const app = express()
      const guard = guardFor(issuer, { dpop: 'accepted', publicOrigin: ORIGIN })
      app.use('/v1', guard('controls:read'))
      app.get('/v1/keys', guard(allOf('controls:read', dpop)), (_request, response) => {
        response.json([])
      })
      const server = await serve(app)
      const call = await proven(boundToKey, '/v1/keys')
      expect((await send(server, '/v1/keys', call)).status).toBe(200)
      expect((await send(server, '/v1/keys', call)).status).toBe(401)
    })

    test('a route that demands dpop answers a bearer token 401 and offers DPoP alone', async () => {
      const server = await serve(api())
      expect((await send(server, '/keys', await proven(boundToKey, '/keys'))).status).toBe(200)
      const bearer = await send(server, '/keys', { token: await issuer.token({ scope: 'controls:read' }) })
      expect([bearer.status, bearer.headers['www-authenticate']]).toEqual([
        401,
        `DPoP ${REALM}, error="invalid_token", error_description="This resource needs an access token that is bound to its sender", scope="controls:read", ${ALGS}`,
      ])
    })

    test('a proof in the header of a bearer token does not make it one that is bound: downgrade', async () => {
      const { headers } = await proven(boundToKey, '/controls')
      const downgraded = { ...headers, authorization: `Bearer ${boundToKey}` }
      expect((await send(await serve(api()), '/controls', { headers: downgraded })).status).toBe(401)
    })
  })

  describe('nonces (RFC 9449 sections 8 and 9)', () => {
    /** A server with nonces at the beginning of a span, and a key and a token of that time. */
    async function withNonces() {
      const clock = testClock(new Date(Math.floor(Date.now() / 300_000) * 300_000))
      const [timed, client] = [
        await createTestIssuer({ algorithm: 'ES256', clock }),
        await createDpopKey('ES256', { clock }),
      ]
      onTestFinished(() => timed.stop())
      const guard = guardFor(timed, {
        clock,
        dpop: { mode: 'accepted', nonces: { secrets: [SECRET] } },
        publicOrigin: ORIGIN,
      })
      const token = await timed.token({ scope: 'controls:read', boundTo: client, expiresInSeconds: 3600 })
      const call = async (nonce?: string) => {
        const own = nonce === undefined ? {} : { nonce }
        const dpop = await client.proof({ method: 'GET', url: `${ORIGIN}/controls`, accessToken: token, ...own })
        return { headers: { authorization: `DPoP ${token}`, dpop } }
      }
      return { clock, guard, call }
    }

    test('the refusal hands one out, and a granted response the next, not to be stored', async () => {
      const { clock, guard, call } = await withNonces()
      const server = await serve(api(guard))
      const refused = await send(server, '/controls', await call())
      const nonce = refused.headers['dpop-nonce'] as string
      expect([refused.status, refused.headers['www-authenticate']]).toEqual([
        401,
        `DPoP ${REALM}, error="use_dpop_nonce", error_description="The DPoP proof needs the nonce of the header DPoP-Nonce", ${ALGS}`,
      ])
      const granted = await send(server, '/controls', await call(nonce))
      expect([granted.status, granted.headers['dpop-nonce'], granted.headers['cache-control']]).toEqual([
        200,
        undefined,
        undefined,
      ])
      clock.advance({ seconds: 300 })
      const renewed = await send(server, '/controls', await call(nonce))
      const next = renewed.headers['dpop-nonce'] as string
      expect([renewed.status, renewed.headers['cache-control']]).toEqual([200, 'no-store'])
      expect(next).toMatch(/^[\w-]{43}$/)
      expect(next).not.toBe(nonce)
      expect((await send(server, '/controls', await call(next))).headers).not.toHaveProperty('dpop-nonce')
    })

    test('nothing is added to a response that somebody has sent meanwhile, and nothing thrown', async () => {
      const { clock, guard, call } = await withNonces()
      const nonce = (await send(await serve(api(guard)), '/controls', await call())).headers['dpop-nonce'] as string
      clock.advance({ seconds: 300 })
      const app = express()
      app.use((_request, response, next) => {
        response.status(504).end('too late')
        next()
      })
      app.get('/controls', guard('controls:read'), () => undefined)
      const errors = recordErrors(app)
      expect(await send(await serve(app), '/controls', await call(nonce))).toMatchObject({ status: 504 })
      expect(errors).toEqual([])
    })
  })

  test('revocation reaches tokens that are remembered', async () => {
    const revocation = createRevocationList()
    const server = await serve(api(guardFor(issuer, { revocation, dpop: 'accepted', publicOrigin: ORIGIN })))
    const token = await issuer.token({ scope: 'controls:read', clientId: 'leaked' })
    expect((await send(server, '/controls', { token })).status).toBe(200)
    revocation.revoke({ clientId: 'leaked' })
    expect(await send(server, '/controls', { token })).toMatchObject({ status: 401 })
    const other = await issuer.token({ scope: 'controls:read', clientId: 'other' })
    expect((await send(server, '/controls', { token: other })).status).toBe(200)
  })

  describe('client certificates over real TLS (RFC 8705 section 3)', () => {
    async function serveTls(app: Application): Promise<number> {
      const server = createServer(TLS_SERVER, app)
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
      onTestFinished(() => {
        server.closeAllConnections()
        server.close()
      })
      return (server.address() as AddressInfo).port
    }

    function get(port: number, token: string, client?: ClientCertificate, headers = {}): Promise<Partial<Answer>> {
      return new Promise((resolve, reject) => {
        const authorization = `Bearer ${token}`
        const options = { host: '127.0.0.1', port, path: '/controls', agent: false, ...clientOf(client) } as const
        const sent = httpsRequest({ ...options, headers: { authorization, ...headers } }, response => {
          response.resume()
          response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers }))
        })
        sent.on('error', reject).end()
      })
    }

    test('the one of the token lets the request through; another one, or none, does not', async () => {
      const port = await serveTls(api())
      expect(await get(port, boundToCertificate, certificate)).toMatchObject({ status: 200 })
      const missing = {
        status: 401,
        headers: {
          'www-authenticate': `Bearer ${REALM}, error="invalid_token", error_description="The access token is bound to a client certificate", DPoP ${REALM}, ${ALGS}`,
        },
      }
      expect(await get(port, boundToCertificate)).toMatchObject(missing)
      expect(await get(port, boundToCertificate, otherCertificate)).toMatchObject(missing)
    })

    test('a header with the certificate is not looked at where no proxy is declared', async () => {
      const port = await serveTls(api())
      const spoofed = { 'client-cert': `:${certificate.der.toString('base64')}:` }
      expect(await get(port, boundToCertificate, undefined, spoofed)).toMatchObject({ status: 401 })
      expect(await get(port, boundToCertificate, otherCertificate, spoofed)).toMatchObject({ status: 401 })
    })

    test('a header of the declared proxy, which connects from 127.0.0.1 here', async () => {
      const behind = (address: string) =>
        guardFor(issuer, {
          dpop: 'accepted',
          publicOrigin: ORIGIN,
          trustedProxy: { addresses: [address], clientCertificate: 'client-cert' },
        })
      const client = { 'client-cert': `:${certificate.der.toString('base64')}:` }
      const trusting = await serveTls(api(behind('127.0.0.1')))
      expect(await get(trusting, boundToCertificate, otherCertificate, client)).toMatchObject({ status: 200 })
      expect(await get(trusting, boundToCertificate, certificate)).toMatchObject({ status: 401 })
      const elsewhere = await serveTls(api(behind('192.0.2.1')))
      expect(await get(elsewhere, boundToCertificate, otherCertificate, client)).toMatchObject({ status: 401 })
    })

    test.each(['TLSv1.2', 'TLSv1.3'] as const)('%s: all requests of a connection, and resumed ones', async version => {
      const port = await serveTls(api())
      const lines = ['GET /controls HTTP/1.1', `Authorization: Bearer ${boundToCertificate}`]
      const first = await TlsClient.open(port, { version, certificate })
      expect([(await first.send(...lines)).status, (await first.send(...lines)).status]).toEqual([200, 200])
      const { session } = first
      first.close()
      const resumed = await TlsClient.open(port, { version, certificate, session })
      expect(resumed.isResumed).toBe(true)
      expect([(await resumed.send(...lines)).status, (await resumed.send(...lines)).status]).toEqual([200, 200])
      resumed.close()
      const stranger = await TlsClient.open(port, { version, certificate: otherCertificate })
      expect((await stranger.send(...lines)).status).toBe(401)
      const strangers = stranger.session
      stranger.close()
      const strangerResumed = await TlsClient.open(port, { version, certificate: otherCertificate, session: strangers })
      expect([strangerResumed.isResumed, (await strangerResumed.send(...lines)).status]).toEqual([true, 401])
      strangerResumed.close()
    })
  })
})
