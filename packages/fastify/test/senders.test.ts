import { once } from 'node:events'
import { connect } from 'node:http2'
import { request as httpsRequest } from 'node:https'
import type { AddressInfo } from 'node:net'
import { allOf, createRevocationList, dpop, type ScopewardOptions, scopeward } from '@scopeward/fastify'
import {
  type ClientCertificate,
  createClientCertificate,
  createDpopKey,
  createTestIssuer,
  type DpopKey,
  type TestIssuer,
  testClock,
} from '@scopeward/testing'
import fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { clientOf, TLS_SERVER, TlsClient } from '../../core/test/support/tls.ts'
import { listen, optionsFor, read } from './support/api.ts'
import { call, callRaw } from './support/http.ts'

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

const rotate = { config: { access: allOf('controls:read', dpop) } } as const

/** Two routes of a server that accepts proofs; `server` is for `fastify()`. */
async function api(options: Partial<ScopewardOptions> = {}, server: object = {}): Promise<FastifyInstance> {
  const app = fastify(server) as FastifyInstance
  onTestFinished(() => app.close())
  await app.register(scopeward, { ...optionsFor(issuer), dpop: 'accepted', publicOrigin: ORIGIN, ...options })
  app.get('/controls', read, async request => request.auth.senderConstraints)
  app.get('/keys', rotate, async () => 'rotated')
  app.register(
    async child => {
      child.get('/controls', read, async () => [])
    },
    { prefix: '/v1' },
  )
  return app
}

async function proven(token: string, path: string, more: { nonce?: string; method?: string } = {}) {
  const proof = await key.proof({ method: 'GET', url: ORIGIN + path, accessToken: token, ...more })
  return { headers: { authorization: `DPoP ${token}`, dpop: proof } }
}

describe('DPoP (RFC 9449)', () => {
  test('a bound token with its proof reaches the handler, once', async () => {
    const origin = await listen(await api())
    const sent = await proven(boundToKey, '/controls')
    expect(await call(`${origin}/controls?limit=5`, sent)).toMatchObject({ status: 200, body: '["dpop"]' })
    const again = await call(`${origin}/controls?limit=5`, sent)
    expect([again.status, again.headers['www-authenticate']]).toEqual([
      401,
      `Bearer ${REALM}, DPoP ${REALM}, error="invalid_dpop_proof", error_description="The DPoP proof is not valid", ${ALGS}`,
    ])
  })

  test('one header line offers both schemes', async () => {
    const answer = await callRaw(await listen(await api()), 'GET /controls HTTP/1.1')
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([
      401,
      `Bearer ${REALM}, scope="controls:read", DPoP ${REALM}, scope="controls:read", ${ALGS}`,
    ])
  })

  test('two proofs in two header lines are refused, and the target is the one that the client wrote', async () => {
    const origin = await listen(await api())
    const linesOf = async () => {
      const { headers } = await proven(boundToKey, '/controls')
      return [`Authorization: ${headers.authorization}`, `DPoP: ${headers.dpop}`, `dPoP: ${headers.dpop}`]
    }
    const lines = await linesOf()
    expect((await callRaw(origin, 'GET /controls HTTP/1.1', lines)).status).toBe(401)
    expect((await callRaw(origin, 'GET /%63ontrols?a HTTP/1.1', lines.slice(0, 2))).status).toBe(200)
  })

  test('under a prefix the whole path counts', async () => {
    const origin = await listen(await api())
    expect((await call(`${origin}/v1/controls`, await proven(boundToKey, '/v1/controls'))).status).toBe(200)
    expect((await call(`${origin}/v1/controls`, await proven(boundToKey, '/controls'))).status).toBe(401)
  })

  test('a URL that the server rewrites for itself is proven as the client wrote it', async () => {
    const app = await api(
      {},
      { rewriteUrl: (request: { url?: string }) => request.url?.replace('/old', '/controls') ?? '/' },
    )
    const origin = await listen(app)
    expect((await call(`${origin}/old`, await proven(boundToKey, '/old'))).status).toBe(200)
    expect((await call(`${origin}/old`, await proven(boundToKey, '/controls'))).status).toBe(401)
  })

  test('a route that demands dpop answers a bearer token 401 and offers DPoP alone', async () => {
    const origin = await listen(await api())
    expect((await call(`${origin}/keys`, await proven(boundToKey, '/keys'))).status).toBe(200)
    const token = await issuer.token({ scope: 'controls:read' })
    const bearer = await call(`${origin}/keys`, { headers: { authorization: `Bearer ${token}` } })
    expect([bearer.status, bearer.headers['www-authenticate']]).toEqual([
      401,
      `DPoP ${REALM}, error="invalid_token", error_description="This resource needs an access token that is bound to its sender", scope="controls:read", ${ALGS}`,
    ])
  })

  test('a proof in the header of a bearer token does not make it one that is bound: downgrade', async () => {
    const { headers } = await proven(boundToKey, '/controls')
    const downgraded = { headers: { ...headers, authorization: `Bearer ${boundToKey}` } }
    expect((await call(`${await listen(await api())}/controls`, downgraded)).status).toBe(401)
  })

  test('a HEAD request needs a proof for HEAD', async () => {
    const origin = await listen(await api())
    const head = await proven(boundToKey, '/controls', { method: 'HEAD' })
    expect((await call(`${origin}/controls`, { method: 'HEAD', ...head })).status).toBe(200)
    const get = await proven(boundToKey, '/controls')
    expect((await call(`${origin}/controls`, { method: 'HEAD', ...get })).status).toBe(401)
  })
})

test('the refusal hands out a nonce, and a granted response the next, not to be stored (RFC 9449 sections 8 and 9)', async () => {
  const clock = testClock(new Date(Math.floor(Date.now() / 300_000) * 300_000))
  const [timed, client] = [
    await createTestIssuer({ algorithm: 'ES256', clock }),
    await createDpopKey('ES256', { clock }),
  ]
  onTestFinished(() => timed.stop())
  const nonces = { secrets: [SECRET] }
  const app = await api({ ...timed.options, clock, dpop: { mode: 'accepted', nonces } })
  const url = `${await listen(app)}/controls`
  const token = await timed.token({ scope: 'controls:read', boundTo: client, expiresInSeconds: 3600 })
  const callWith = async (nonce?: string) => {
    const own = nonce === undefined ? {} : { nonce }
    const proof = await client.proof({ method: 'GET', url: `${ORIGIN}/controls`, accessToken: token, ...own })
    return call(url, { headers: { authorization: `DPoP ${token}`, dpop: proof } })
  }
  const refused = await callWith()
  const nonce = refused.headers['dpop-nonce'] as string
  expect([refused.status, refused.headers['www-authenticate']]).toEqual([
    401,
    `DPoP ${REALM}, error="use_dpop_nonce", error_description="The DPoP proof needs the nonce of the header DPoP-Nonce", ${ALGS}`,
  ])
  const granted = await callWith(nonce)
  expect([granted.status, granted.headers['dpop-nonce'], granted.headers['cache-control']]).toEqual([
    200,
    undefined,
    undefined,
  ])
  clock.advance({ seconds: 300 })
  const renewed = await callWith(nonce)
  const next = renewed.headers['dpop-nonce'] as string
  expect([renewed.status, renewed.headers['cache-control'], next.length]).toEqual([200, 'no-store', 43])
  expect(next).not.toBe(nonce)
  expect((await callWith(next)).headers).not.toHaveProperty('dpop-nonce')
})

test('revocation reaches tokens that are remembered', async () => {
  const revocation = createRevocationList()
  const origin = await listen(await api({ revocation }))
  const authorization = `Bearer ${await issuer.token({ scope: 'controls:read', clientId: 'leaked' })}`
  const other = `Bearer ${await issuer.token({ scope: 'controls:read', clientId: 'other' })}`
  expect((await call(`${origin}/controls`, { headers: { authorization } })).status).toBe(200)
  revocation.revoke({ clientId: 'leaked' })
  expect((await call(`${origin}/controls`, { headers: { authorization } })).status).toBe(401)
  expect((await call(`${origin}/controls`, { headers: { authorization: other } })).status).toBe(200)
})

test('app.inject has no connection that could prove anything: a token that is bound to a certificate is refused', async () => {
  const app = await api()
  const inject = (token: string) => app.inject({ url: '/controls', headers: { authorization: `Bearer ${token}` } })
  expect((await inject(await issuer.token({ scope: 'controls:read' }))).statusCode).toBe(200)
  expect((await inject(boundToCertificate)).statusCode).toBe(401)
})

describe('client certificates over real TLS (RFC 8705 section 3)', () => {
  const serveTls = async (options: Partial<ScopewardOptions> = {}): Promise<number> => {
    const app = await api(options, { https: TLS_SERVER })
    await listen(app)
    return (app.server.address() as AddressInfo).port
  }

  function get(port: number, client?: ClientCertificate, headers = {}): Promise<readonly [number, string | undefined]> {
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port, path: '/controls', agent: false, ...clientOf(client) } as const
      const authorization = `Bearer ${boundToCertificate}`
      const sent = httpsRequest({ ...options, headers: { authorization, ...headers } }, response => {
        response.resume()
        response.on('end', () => resolve([response.statusCode ?? 0, response.headers['www-authenticate']]))
      })
      sent.on('error', reject).end()
    })
  }

  const REFUSED = [
    401,
    `Bearer ${REALM}, error="invalid_token", error_description="The access token is bound to a client certificate", DPoP ${REALM}, ${ALGS}`,
  ]

  test('the one of the token lets the request through; another one, or none, does not', async () => {
    const port = await serveTls()
    expect(await get(port, certificate)).toEqual([200, undefined])
    expect(await get(port)).toEqual(REFUSED)
    expect(await get(port, otherCertificate)).toEqual(REFUSED)
  })

  test('a header with the certificate counts only from the declared proxy, which connects from 127.0.0.1 here', async () => {
    const header = { 'client-cert': `:${certificate.der.toString('base64')}:` }
    const behind = (address: string) =>
      ({ trustedProxy: { addresses: [address], clientCertificate: 'client-cert' } }) as const
    const trusting = await serveTls(behind('127.0.0.1'))
    expect(await get(trusting, otherCertificate, header)).toEqual([200, undefined])
    expect(await get(trusting, certificate)).toEqual(REFUSED)
    for (const port of [await serveTls(), await serveTls(behind('192.0.2.1'))]) {
      expect(await get(port, certificate, header)).toEqual([200, undefined])
      expect(await get(port, otherCertificate, header)).toEqual(REFUSED)
      expect(await get(port, undefined, header)).toEqual(REFUSED)
    }
  })

  test('trustProxy of Fastify declares nothing to the guard', async () => {
    const app = await api(
      { trustedProxy: { addresses: ['192.0.2.1'], clientCertificate: 'client-cert' } },
      { https: TLS_SERVER, trustProxy: true },
    )
    await listen(app)
    const header = { 'client-cert': `:${certificate.der.toString('base64')}:`, 'x-forwarded-for': '192.0.2.1' }
    expect(await get((app.server.address() as AddressInfo).port, otherCertificate, header)).toEqual(REFUSED)
  })

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('%s: all requests of a connection, and resumed ones', async version => {
    const port = await serveTls()
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
    stranger.close()
  })

  describe('HTTP/2', () => {
    async function serveHttp2(): Promise<string> {
      const app = await api({}, { http2: true, https: TLS_SERVER })
      await listen(app)
      return `https://127.0.0.1:${(app.server.address() as AddressInfo).port}`
    }

    /** The statuses of two requests on one connection, one after the other. */
    async function statuses(origin: string, headers: object, client?: ClientCertificate): Promise<readonly unknown[]> {
      const session = connect(origin, clientOf(client))
      const found: unknown[] = []
      for (let i = 0; i < 2; i++) {
        const stream = session.request({ ':path': '/controls', ...headers })
        const [answer] = await once(stream, 'response')
        stream.resume()
        await once(stream, 'close')
        found.push(answer[':status'])
      }
      session.destroy()
      return found
    }

    test('the certificate of the connection counts', async () => {
      const origin = await serveHttp2()
      const headers = { authorization: `Bearer ${boundToCertificate}` }
      expect(await statuses(origin, headers, certificate)).toEqual([200, 200])
      expect(await statuses(origin, headers, otherCertificate)).toEqual([401, 401])
      expect(await statuses(origin, headers)).toEqual([401, 401])
    })

    test('a proof works once, in a header of lower case', async () => {
      const { headers } = await proven(boundToKey, '/controls')
      expect(await statuses(await serveHttp2(), headers)).toEqual([200, 401])
    })
  })
})
