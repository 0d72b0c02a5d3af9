import { connect } from 'node:http2'
import { allOf, anyOf, dpop, mutualTls, type Requirement } from '@scopeward/core'
import scopeward from '@scopeward/fastify'
import { createDpopKey } from '@scopeward/testing'
import Fastify from 'fastify'
import { describe, expect, test } from 'vitest'
import { CERTIFICATE, headerLine } from '../sender/certificates.ts'
import { type Ports, startRouted } from '../sender/routed-apis.ts'
import { ACCEPTED, expectWire, holder, ORIGIN, proofOf } from '../sender/support.ts'
import { type WireOptions, wireFor } from '../sender/wire.ts'
import { send } from '../support/raw-http.ts'
import { AUDIENCE, HANDLED, type Options, SCOPES, type Scope } from './apis.ts'
import { holdRows } from './hold-rows.ts'
import { useBench } from './support.ts'

holdRows()

const PROOF_ONLY = { schemes: ['DPoP'] } as const

describe('routes that demand more than their server', () => {
  const trustedProxy = { addresses: ['127.0.0.1'], clientCertificate: 'client-cert' } as const
  const bench = useBench(['ES256'], { ...ACCEPTED, trustedProxy })
  const ROUTES: Readonly<Record<string, Requirement<Scope>>> = {
    '/proven': allOf('items:read', dpop),
    '/certified': allOf('items:read', mutualTls),
    '/either': allOf('items:read', anyOf(dpop, mutualTls)),
    '/both': allOf('items:read', dpop, mutualTls),
  }
  const start = (): Promise<Ports> => {
    const options: Options = { ...bench.issuer.options, ...ACCEPTED, trustedProxy, audience: AUDIENCE, scopes: SCOPES }
    return startRouted(options, ROUTES)
  }
  const BOTH = ['Bearer', 'DPoP'] as const

  test('each lets in the tokens that are bound as it demands, and tells the others to get such a token', async () => {
    const ports = await start()
    const key = await createDpopKey('ES256', { clock: bench.clock })
    const certificate = headerLine('client-cert', CERTIFICATE)
    const tokens = {
      unbound: (await bench.honest()).token,
      proven: (await bench.honest({ boundTo: key })).token,
      certified: (await bench.honest({ boundTo: CERTIFICATE })).token,
      both: (await bench.honest({ boundTo: [key, CERTIFICATE] })).token,
    }
    const letsIn: Readonly<Record<string, readonly string[]>> = {
      '/proven': ['proven', 'both'],
      '/certified': ['certified', 'both'],
      '/either': ['proven', 'certified', 'both'],
      '/both': ['both'],
    }
    for (const port of Object.values(ports)) {
      for (const [path, names] of Object.entries(letsIn)) {
        for (const [name, token] of Object.entries(tokens)) {
          const isBound = name === 'proven' || name === 'both'
          const proof = await proofOf({ key, token }, { url: `${ORIGIN}${path}` })
          const headers = isBound
            ? [`Authorization: DPoP ${token}`, `DPoP: ${proof}`]
            : [`Authorization: Bearer ${token}`]
          const answer = await send(port, { path, headers: [...headers, certificate] })
          if (names.includes(name)) {
            expect([path, name, answer.status]).toEqual([path, name, 200])
            continue
          }
          const schemes = path === '/proven' || path === '/both' ? PROOF_ONLY.schemes : BOTH
          const wire: WireOptions = { presented: isBound ? 'DPoP' : 'Bearer', schemes }
          expectWire(answer, wireFor('sender_constraint_required', wire))
        }
      }
    }
  })

  test('a token without the scope is told that, bound or not', async () => {
    const ports = await start()
    const { token } = await bench.honest({ scope: 'other' })
    for (const port of Object.values(ports)) {
      const answer = await send(port, { path: '/proven', headers: [`Authorization: Bearer ${token}`] })
      expectWire(answer, wireFor('insufficient_scope', PROOF_ONLY))
    }
  })
})

describe('HTTP14: over HTTP/2', () => {
  const bench = useBench(['ES256'], ACCEPTED)

  test('a proof is checked, once, and two of them are refused', async () => {
    const app = Fastify({ http2: true })
    await app.register(scopeward, { ...bench.issuer.options, ...ACCEPTED, audience: AUDIENCE, scopes: SCOPES })
    app.get('/guarded', { config: { access: 'items:read' } }, async () => HANDLED)
    const session = connect(await app.listen({ port: 0, host: '127.0.0.1' }))
    const ask = (headers: Record<string, string | string[]>) =>
      new Promise<readonly unknown[]>((resolve, reject) => {
        const stream = session.request({ ':path': '/guarded', ...headers })
        stream.on('response', got => resolve([got[':status'], got['www-authenticate']]))
        stream.on('error', reject).resume()
      })
    const from = await holder(bench)
    const authorization = `DPoP ${from.token}`
    const [first, second] = [await proofOf(from), await proofOf(from)]
    const refusal = (code: Parameters<typeof wireFor>[0]) => [401, wireFor(code, { presented: 'DPoP' }).challenge[0]]
    expect(await ask({ authorization, dpop: [first, second] })).toEqual(refusal('dpop_proof_duplicated'))
    expect((await ask({ authorization, dpop: first }))[0]).toBe(200)
    expect(await ask({ authorization, dpop: first })).toEqual(refusal('dpop_proof_replayed'))
    expect(await ask({ authorization })).toEqual(refusal('dpop_proof_missing'))
    expect(await ask({ authorization: `Bearer ${from.token}` })).toEqual([
      401,
      wireFor('bound_token_as_bearer', { presented: 'Bearer' }).challenge[0],
    ])
    const spoofed = { ':authority': 'evil.example', 'x-forwarded-host': 'evil.example', authorization, dpop: second }
    expect((await ask(spoofed))[0]).toBe(200)
    session.close()
    await app.close()
  })
})
