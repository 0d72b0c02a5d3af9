import { describe, expect, test } from 'vitest'
import { FRAMEWORKS, type Framework, type Ports, type Reached, startRouted } from '../sender/routed-apis.ts'
import {
  ACCEPTED,
  expectDenied,
  expectGranted,
  type Holder,
  holder,
  honestRequest,
  ORIGIN,
  proofOf,
  testSenderAttacks,
  withProof,
} from '../sender/support.ts'
import { exchange, parseResponse, requestText, send } from '../support/raw-http.ts'
import { AUDIENCE, type Options, SCOPES } from './apis.ts'
import { holdRows } from './hold-rows.ts'
import { useBench } from './support.ts'

holdRows()

const bench = useBench(['ES256'], ACCEPTED)

const options = (): Options => ({ ...bench.issuer.options, ...ACCEPTED, audience: AUDIENCE, scopes: SCOPES })
const PATTERNS = ['/', '/a', '/b', '/a/:x/b', '/:x/a', '/:x/b', '/files/*', '/*'] as const
const startAll = () => startRouted(options(), Object.fromEntries(PATTERNS.map(each => [each, 'items:read'] as const)))

/** Paths that clients call: one for each route, with what may stand in it. */
const CALLED = ['/', '/a', '/b', '/a/x/b', '/x/a', '/files/a', '/a%2Fb'] as const

/** Request targets by which an attacker may want to reach another route with a proof for one of these paths. */
const TARGETS = [
  ...['//a', '///a', '//', '/a/', '/A', '/a;x', '/a;/b', '/;/a', '/.a', '/a.', '/a?/b', '/b#/a', '/a%00', '/a%20'],
  ...['/./a', '/x/../a', '/a/../b', '/a/..', '/a/.', '/..', '/files/../a', '/files/a/../../b', '/files/..', '/a/./b'],
  ...['/%2e/a', '/a/%2e%2e/b', '/a/%2E./b', '/a/%2e', '/files/%2e%2e/b', '/%252e%252e/a', '/a/..;/b', '/a/...%2fb'],
  ...['/a%2fb', '/a%2Fx%2fb', '/a%252Fb', '/%2Fa', '/%5Ca', '/\\a', '/a\\..\\b', '/%3Fa', '/%23a', '/a%3Bx', '/%7ea'],
  ...['http://evil.example/a', 'https://api.example.com/a', 'HTTP://evil.example/a', 'http://evil.example', '//evil/a'],
  ...['http://evil?x=/a', 'http://evil?/b', 'https://api.example.com?x=/files/a', 'http://evil?/../a', 'http://evil?'],
  ...['http://evil.example/x/../a', 'http://evil.example//a', 'http://u@evil/a', 'http://evil:99999/a', 'http:///a'],
  ...['http://evil;x/a', 'http://evil!/a', 'http://e%41/a', 'http://e%2fa/b', 'ftp://evil/a', 'javascript://evil/a'],
  ...['*', 'x://y?z=/a', 'x:/a', 'http:a', '', 'a', '/a HTTP/1.1', '/%', '/a%zz', '/%c0%ae%c0%ae/a', '/a\u00adb'],
] as const

async function reachedBy(port: number, from: Holder, target: string, called: string): Promise<Reached | undefined> {
  const proof = await proofOf(from, { url: `${ORIGIN}${called}` })
  const raw = await exchange(port, requestText(withProof(from.token, proof, target)))
  const { status, body } = raw === '' ? { status: 400, body: '' } : parseResponse(raw)
  expect([200, 301, 400, 401, 404]).toContain(status)
  return status === 200 ? (JSON.parse(body) as Reached) : undefined
}

/** Where a proof got to with each of these targets, other than where the client called. */
async function strayed(framework: Framework, port: number, targets: readonly string[]): Promise<readonly string[]> {
  const from = await holder(bench)
  const found: string[] = []
  for (const called of CALLED) {
    const home = await reachedBy(port, from, called, called)
    expect([called, home?.handled]).toEqual([called, expect.any(String)])
    for (const target of targets) {
      const reached = await reachedBy(port, from, target, called)
      if (reached === undefined || JSON.stringify(reached) === JSON.stringify(home)) continue
      found.push(`${framework}: the proof for ${called} opened ${reached.handled} as ${target}`)
    }
  }
  return found
}

describe('DP9: the proof for one route opens no other, however the request target is spelled', () => {
  const GROUPS: Readonly<Record<string, (target: string) => boolean>> = {
    'absolute targets (RFC 9112 section 3.2.2)': target => !target.startsWith('/'),
    'dot segments, written out or encoded': target => target.startsWith('/') && /(\.|%2e)/i.test(target),
    'slashes, escapes, parameters and case': target => target.startsWith('/') && !/(\.|%2e)/i.test(target),
  }
  test.each(Object.entries(GROUPS))('%s', async (_, belongs) => {
    const ports: Ports = await startAll()
    const targets = TARGETS.filter(belongs)
    const found = await Promise.all(FRAMEWORKS.map(framework => strayed(framework, ports[framework], targets)))
    expect(found.flat()).toEqual([])
  })

  test('every route takes the proof that was made for it, with a query or in the absolute form', async () => {
    const ports = await startAll()
    const from = await holder(bench)
    for (const port of Object.values(ports)) {
      for (const called of CALLED) {
        for (const target of [called, `${called}?limit=5&next=/b`, `http://127.0.0.1:${port}${called}`]) {
          expect(await reachedBy(port, from, target, called)).toMatchObject({ handled: expect.any(String) })
        }
      }
    }
  })

  test('an escape that need not be is the same URI (RFC 3986 section 6.2.2.2), by whichever route it is served', async () => {
    const ports = await startAll()
    const from = await holder(bench)
    for (const port of Object.values(ports)) {
      expect(await reachedBy(port, from, '/files/x/%61', '/files/x/a')).toEqual({
        handled: '/files/*',
        params: expect.anything(),
      })
      expect(await reachedBy(port, from, '/files/x/a', '/files/x/%61')).toEqual({
        handled: '/files/*',
        params: expect.anything(),
      })
    }
  })
})

describe('DP8: a proof is for one method', () => {
  test.each(['GET', 'HEAD', 'POST', 'PUT'])(
    'a proof for another method than %s is refused, its own is let in',
    async method => {
      const ports = await startRouted(options(), { '/a': 'items:read' })
      const from = await holder(bench)
      for (const port of Object.values(ports)) {
        for (const htm of ['GET', 'HEAD', 'POST', 'PUT', method.toLowerCase(), `${method} `, 'OPTIONS', '*']) {
          const proof = await proofOf(from, { method: htm, url: `${ORIGIN}/a` })
          const { status } = await send(port, { ...withProof(from.token, proof, '/a'), method })
          expect([htm, status]).toEqual([htm, htm === method ? 200 : 401])
        }
      }
    },
  )

  test('a method override changes nothing, and OPTIONS reaches no handler with a proof for anything', async () => {
    const ports = await startRouted(options(), { '/a': 'items:read' })
    const from = await holder(bench)
    for (const port of Object.values(ports)) {
      const { headers = [] } = withProof(from.token, await proofOf(from, { method: 'POST', url: `${ORIGIN}/a` }))
      const overridden = {
        path: '/a',
        headers: [...headers, 'X-HTTP-Method-Override: POST', 'X-Method-Override: POST'],
      }
      expect((await send(port, overridden)).status).toBe(401)
      const proof = await proofOf(from, { method: 'OPTIONS', url: `${ORIGIN}/a` })
      const raw = await exchange(port, requestText({ ...withProof(from.token, proof, '/a'), method: 'OPTIONS' }))
      expect(raw).not.toContain('"handled"')
    }
  })
})

/** `htu` that `new URL()` takes for the right one, and that is another URI, or none (RFC 3986 section 3). */
const LOOK_ALIKES = [
  'https:api.example.com://evil.example/guarded',
  'https:/api.example.com://evil.example/guarded',
  'https:user@api.example.com://x/guarded',
  'https:api.example.com/guarded',
  'https:/api.example.com/guarded',
  'https:///api.example.com/guarded',
  'https:\\\\api.example.com/guarded',
  'https://%EF%BD%81pi.example.com/guarded',
  'https://api%C2%AD.example.com/guarded',
  'https://api.example.com:0443/guarded',
  'https://api.example.com:99999/guarded',
  'https://api.example.com:443:443/guarded',
  'https://api.example.com:x/guarded',
  'https://api.example.com,evil.example/guarded',
  'https://evil.example@api.example.com/guarded',
  'https://api.example.com@evil.example/guarded',
  'https://@api.example.com/guarded',
  'https://:@api.example.com/guarded',
  'https://api.example.com\\@evil.example/guarded',
  'https://api.example.com%2Fguarded',
  'https://api.example.com%00/guarded',
  'https://api.example.com%2eevil.example/guarded',
  'https://evil.example/https://api.example.com/guarded',
  'https://evil.example#https://api.example.com/guarded',
  'https://evil.example?https://api.example.com/guarded',
  'https://api.example.com/?/guarded',
  'https://api.example.com#/guarded',
  'https://api.example.com//guarded',
  'https://api.example.com/guarded/',
  'https://api.example.com/guarded%00',
  'https://api.example.com/guarded%2F',
  'https://api.example.com/guarded;x',
  'https://api.example.com/../guarded/..',
  'https://api.example.com',
  'wss://api.example.com/guarded',
  'blob:https://api.example.com/guarded',
  'view-source:https://api.example.com/guarded',
  'x/https://api.example.com/guarded',
  'file:///guarded',
  'https://api.example.com/guarded\n',
  '\u0000https://api.example.com/guarded',
  'ht\ntps://api.example.com/guarded',
  'https://\u0430pi.example.com/guarded',
  'https://api\u3002example.com/guarded',
] as const

describe('DP9: htu that only resembles the URI of the request', () => {
  testSenderAttacks(
    bench,
    LOOK_ALIKES.map(htu => [
      JSON.stringify(htu),
      { code: 'dpop_proof_invalid', check: 'DP9' },
      from => honestRequest(from, { claims: { htu } }),
    ]),
  )

  test('a path of 6,000 characters and of 2,000 dot segments is compared at once', async () => {
    const from = await holder(bench)
    await expectGranted(bench, await honestRequest(from, { claims: { htu: `${ORIGIN}/guarded?${'x'.repeat(5000)}` } }))
    for (const path of [`/${'a/'.repeat(2500)}`, `/${'../'.repeat(1600)}`, `/${'%2e'.repeat(1600)}`]) {
      const startedAt = performance.now()
      const request = await honestRequest(from, { claims: { htu: `${ORIGIN}${path}x` } })
      await expectDenied(bench, request, { code: 'dpop_proof_invalid', check: 'DP9' })
      expect(performance.now() - startedAt).toBeLessThan(2000)
    }
  })
})
