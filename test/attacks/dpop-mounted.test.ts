import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createGuard } from '@scopeward/express'
import scopeward from '@scopeward/fastify'
import express from 'express'
import Fastify from 'fastify'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ACCEPTED, type Holder, holder, ORIGIN, proofOf, withProof } from '../sender/support.ts'
import { send } from '../support/raw-http.ts'
import { AUDIENCE, type Options, SCOPES } from './apis.ts'
import { holdRows } from './hold-rows.ts'
import { useBench } from './support.ts'

holdRows()

const bench = useBench(['ES256'], ACCEPTED)
const options = (): Options => ({ ...bench.issuer.options, ...ACCEPTED, audience: AUDIENCE, scopes: SCOPES })

async function listen(listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** `/a` and, in a part of its own, `/v1/a`; what is asked for as `/renamed` is served by `/a`. */
async function expressPort(): Promise<number> {
  const guard = createGuard(options())
  const app = express()
  app.use((request, _response, next) => {
    if (request.url === '/renamed') request.url = '/a'
    next()
  })
  const part = express.Router()
  part.get('/a', guard('items:read'), (_request, response) => void response.json('/v1/a'))
  app.use('/v1', part)
  app.get('/a', guard('items:read'), (_request, response) => void response.json('/a'))
  return listen(app)
}

async function fastifyPort(): Promise<number> {
  const app = Fastify({ rewriteUrl: ({ url = '' }) => (url === '/renamed' ? '/a' : url) })
  onTestFinished(() => app.close())
  await app.register(scopeward, options())
  app.get('/a', { config: { access: 'items:read' } }, async () => JSON.stringify('/a'))
  const access = { config: { access: 'items:read' } } as const
  app.register(async part => void part.get('/a', access, async () => JSON.stringify('/v1/a')), { prefix: '/v1' })
  await app.ready()
  return listen(app.routing)
}

async function bodyOf(port: number, from: Holder, target: string, called: string): Promise<string | number> {
  const { status, body } = await send(
    port,
    withProof(from.token, await proofOf(from, { url: ORIGIN + called }), target),
  )
  return status === 200 ? JSON.parse(body) : status
}

describe.each([
  ['Express', expressPort],
  ['Fastify', fastifyPort],
] as const)('DP9: in %s a proof is for the URL that the client called', (_, start) => {
  test('in parts that are mounted under a prefix', async () => {
    const port = await start()
    const from = await holder(bench)
    expect(await bodyOf(port, from, '/v1/a', '/v1/a')).toBe('/v1/a')
    expect(await bodyOf(port, from, '/a', '/a')).toBe('/a')
    expect(await bodyOf(port, from, '/v1/a', '/a')).toBe(401)
    expect(await bodyOf(port, from, '/a', '/v1/a')).toBe(401)
  })

  test('whatever the app makes of it', async () => {
    const port = await start()
    const from = await holder(bench)
    expect(await bodyOf(port, from, '/renamed', '/renamed')).toBe('/a')
    expect(await bodyOf(port, from, '/renamed', '/a')).toBe(401)
    expect(await bodyOf(port, from, '/a', '/renamed')).toBe(401)
  })
})

describe('the access that handlers share', () => {
  test('says what was proven, and cannot be made to say more', async () => {
    const from = await holder(bench)
    const { token } = await bench.honest()
    for (const { core } of bench.apis) {
      const ask = async (authorization: string, dpop = '') => {
        const headers = { authorization, ...(dpop && { dpop }) }
        const outcome = await core.check({ method: 'GET', url: '/guarded', headers }, 'items:read')
        if (!outcome.granted) throw new Error(outcome.denial.code)
        return outcome.access
      }
      const bound = await ask(`DPoP ${from.token}`, await proofOf(from))
      expect(bound.senderConstraints).toEqual(['dpop'])
      for (let round = 0; round < 2; round++) {
        const { senderConstraints } = await ask(`Bearer ${token}`)
        expect(senderConstraints).toEqual([])
        expect(() => (senderConstraints as string[]).push('dpop')).toThrow(TypeError)
      }
    }
  })
})
