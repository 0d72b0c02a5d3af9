import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createGuard } from '@scopeward/express'
import scopeward from '@scopeward/fastify'
import express from 'express'
import Fastify from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { AUDIENCE, type Options, SCOPES } from '../attacks/apis.ts'
import { withClaims } from '../attacks/mint.ts'
import { answersTo, bearer, useBench } from '../attacks/support.ts'
import { ACCEPTED, holder, honestRequest } from '../sender/support.ts'
import { type RawRequest, send, valuesOf } from '../support/raw-http.ts'
import { challengesIn } from './challenge-grammar.ts'

const NONCES = { dpop: { mode: 'accepted', nonces: { secrets: ['a secret of the servers, 32 bytes+'] } } } as const
const bench = useBench(['ES256'], { ...ACCEPTED, ...NONCES })

test('a refusal is never stored, and a granted answer gets no word about caches (RFC 9111 section 3.5)', async () => {
  const { token } = await bench.honest()
  for (const answer of await answersTo(bench, bearer(token))) {
    expect([answer.status, valuesOf(answer, 'cache-control'), valuesOf(answer, 'expires')]).toEqual([200, [], []])
  }
  const refused = [
    { path: '/guarded' },
    { path: '/guarded', headers: ['Authorization: Bearer'] },
    { path: '/guarded', headers: ['Authorization: Bearer x'] },
    { path: '/admin', headers: [`Authorization: Bearer ${token}`] },
  ]
  for (const [index, status] of [401, 400, 401, 403].entries()) {
    for (const answer of await answersTo(bench, refused[index] as { path: string })) {
      expect([answer.status, valuesOf(answer, 'cache-control')]).toEqual([status, ['no-store']])
      expect([valuesOf(answer, 'expires'), valuesOf(answer, 'etag')]).toEqual([[], []])
    }
  }
})

test('over HTTP, every refusal has its challenge on the wire, in Express and in Fastify', async () => {
  const honest = await bench.honest()
  const expired = withClaims({ exp: 1 })(honest)
  const requests: readonly (readonly [status: number, error: string | undefined, RawRequest])[] = [
    [401, undefined, { headers: [] }],
    [401, undefined, { headers: ['Authorization: Basic dTpw'] }],
    [400, 'invalid_request', { headers: ['Authorization: Bearer'] }],
    [400, 'invalid_request', { headers: ['Authorization: Bearer x', 'Authorization: DPoP y'] }],
    [401, 'invalid_token', { headers: ['Authorization: Bearer x'] }],
    [401, 'invalid_token', { headers: [`Authorization: Bearer ${expired}`] }],
    [401, 'invalid_token', { headers: [`Authorization: DPoP ${honest.token}`] }],
    [403, 'insufficient_scope', { headers: [`Authorization: Bearer ${honest.token}`], path: '/admin' }],
  ]
  for (const [status, error, request] of requests) {
    for (const answer of await answersTo(bench, { path: '/guarded', ...request })) {
      const [line = '', ...others] = valuesOf(answer, 'www-authenticate')
      const found = challengesIn(line)
      expect([answer.status, others, found.map(({ scheme }) => scheme)]).toEqual([status, [], ['Bearer', 'DPoP']])
      const errors = found.flatMap(({ parameters }) => parameters.filter(([name]) => name === 'error'))
      expect(new Set(errors.map(([, value]) => value))).toEqual(new Set(error === undefined ? [] : [`"${error}"`]))
    }
  }
})

const EXPOSED = ['Access-Control-Expose-Headers', 'WWW-Authenticate, DPoP-Nonce'] as const

/** Ports of two apps that answer CORS for themselves, before the guard. */
async function startExposing(options: Options): Promise<readonly number[]> {
  const guard = createGuard(options)
  const app = express()
  app.use((_request, response, next) => {
    response.set(...EXPOSED)
    next()
  })
  app.get('/guarded', guard('items:read'), (_request, response) => void response.json({}))
  const server = createServer(app)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const fastify = Fastify()
  onTestFinished(() => fastify.close())
  fastify.addHook('onRequest', async (_request, reply) => void reply.header(...EXPOSED))
  await fastify.register(scopeward, options)
  fastify.get('/guarded', { config: { access: 'items:read' } }, async () => ({}))
  await fastify.listen({ port: 0, host: '127.0.0.1' })
  return [server, fastify.server].map(each => (each.address() as AddressInfo).port)
}

test('what CORS exposes by the word of the application is exposed on refusals too (RFC 9449 sections 7.1 and 8)', async () => {
  const ports = await startExposing({
    ...bench.issuer.options,
    ...ACCEPTED,
    ...NONCES,
    audience: AUDIENCE,
    scopes: SCOPES,
  })
  const from = await holder(bench)
  for (const port of ports) {
    const asked = await send(port, await honestRequest(from))
    const [nonce = ''] = valuesOf(asked, 'dpop-nonce')
    expect([asked.status, valuesOf(asked, 'access-control-expose-headers')]).toEqual([401, [EXPOSED[1]]])
    expect(valuesOf(asked, 'www-authenticate')[0]).toContain('error="use_dpop_nonce"')
    const answer = await send(port, await honestRequest(from, { nonce }))
    expect([answer.status, valuesOf(answer, 'access-control-expose-headers')]).toEqual([200, [EXPOSED[1]]])
  }
})
