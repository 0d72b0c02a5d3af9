import { describe, expect, test } from 'vitest'
import { exchange, parseResponse, requestText, valuesOf } from '../support/raw-http.ts'
import { refusalFor } from '../support/refusals.ts'
import { HANDLED } from './apis.ts'
import { holdRows } from './hold-rows.ts'
import { answersTo, expectAccepted, expectNothingOf, useBench } from './support.ts'

holdRows()

const bench = useBench()
const ports = () => bench.apis.flatMap(api => Object.values(api.ports))

describe('HTTP5: spellings of a path (CVE-2026-2880, fastify-express#174, CVE-2026-2293)', () => {
  const targets = [
    '/guarded',
    '/guarded/',
    '//guarded',
    '///guarded',
    '/GUARDED',
    '/Guarded/',
    '/%67uarded',
    '/%67%75arded',
    '/guarde%64',
    '/guarded%2f',
    '/guarded%00',
    '/guarded;x',
    '/guarded;/public',
    '/guarded?x',
    '/guarded?/public',
    '/guarded#x',
    '/./guarded',
    '/x/../guarded',
    '/public/../guarded',
    '/public/%2e%2e/guarded',
    '/public%2f..%2fguarded',
    '/public;/../guarded',
    '\\guarded',
    '/\\guarded',
    '/guarded%',
    '/guarded%zz',
    '/guarded\t',
    '/gu\u0061rded',
    'http://api.example.com/guarded',
    'http://attacker.example/guarded',
    '*',
    'guarded',
    '',
  ]
  test.each(targets)('HTTP5 %j reaches no handler without a token', async path => {
    for (const port of ports()) {
      const raw = await exchange(port, requestText({ path }))
      expect(raw).not.toContain(HANDLED)
      expect(raw).toMatch(/^HTTP\/1\.1 (30[128]|40[0145]) /)
    }
  })
  test.each(['HEAD', 'OPTIONS', 'POST', 'TRACE', 'PURGE', 'QUERY', 'get', 'XGET', 'GET\t'])(
    'HTTP6 %j reaches no handler without a token',
    async method => {
      for (const port of ports()) {
        const raw = await exchange(port, requestText({ method, path: '/guarded' }))
        expect(raw).not.toContain(HANDLED)
        expect(raw).toMatch(/^HTTP\/1\.1 (200 OK[^{]*Allow: GET, ?HEAD|40[0145]) ?/s)
      }
    },
  )
})

describe('HTTP7, HTTP9: what the answer says never comes from the request (CVE-2026-3635, express-oauth2-jwt-bearer#244)', () => {
  const hosts = [
    'attacker.example',
    'a/b',
    'a?x',
    'a#x',
    'a:99999',
    'a,b',
    'user@api.example.com',
    '"x"',
    "a', error=x",
    '[::1',
    '\xe9',
  ] as const
  const forwarded = (host: string) => [
    `X-Forwarded-Host: ${host}`,
    'X-Forwarded-Proto: http',
    `Forwarded: host="${host}";proto=http`,
    `X-Original-URL: /${host}`,
    `X-Rewrite-URL: /public`,
    'X-HTTP-Method-Override: OPTIONS',
  ]
  test.each(hosts)('HTTP7 with Host and X-Forwarded-Host %j', async host => {
    for (const port of ports()) {
      const plain = `GET /guarded HTTP/1.1\r\nConnection: close\r\nHost: ${host}\r\n${forwarded(host).join('\r\n')}\r\n\r\n`
      const answer = parseResponse(await exchange(port, plain))
      expect([answer.status, valuesOf(answer, 'www-authenticate')]).toEqual([
        401,
        refusalFor('credentials_missing', 'items:read').challenge,
      ])
      expect(answer.raw).not.toContain('attacker')
    }
  })

  const values = [
    'x"y',
    'x", error="y',
    'x\\',
    "x'",
    'x; y',
    '<script>alert(1)</script>',
    '%0d%0aX-Injected: 1',
    '\xe5\x98\x8a\xe5\x98\x8dX-Injected: 1',
    '{"a":1}',
  ] as const
  test.each(values)('HTTP9 %j as credentials', async value => {
    for (const scheme of ['Bearer ', 'Bearer', '', 'Basic ', `${value} `]) {
      for (const answer of await answersTo(bench, {
        path: '/guarded',
        headers: [`Authorization: ${scheme}${value}`],
      })) {
        expect([400, 401]).toContain(answer.status)
        expect(answer.raw).not.toContain(value)
        expect(valuesOf(answer, 'x-injected')).toEqual([])
        expect(valuesOf(answer, 'www-authenticate')).toHaveLength(1)
      }
      const request = { method: 'GET', url: '/guarded', headers: ['Authorization', `${scheme}${value}`] }
      for (const { core } of bench.apis) {
        const outcome = await core.check(request, 'items:read')
        expect(outcome.granted ? value : Object.values(outcome.denial.headers).join()).not.toContain(value)
      }
    }
  })
})

describe('HTTP10: bytes that are no HTTP end in 400 or in nothing, never in the route and never in 5xx', () => {
  test.each(['\0', '\x01', '\x0b', '\x7f', '\r', '\n', '\n ', '\r\n ', '\r\n\t'])(
    'HTTP10 %j inside the Authorization header',
    async control => {
      const { token } = await bench.honest()
      await expectAccepted(bench, token)
      for (const port of ports()) {
        const raw = await exchange(
          port,
          requestText({
            path: '/guarded',
            headers: [`Authorization: Bearer ${token.slice(0, 60)}${control}${token.slice(60)}`],
          }),
        )
        expect(raw).not.toContain(HANDLED)
        expect(raw).toMatch(/^HTTP\/1\.1 40[01] /)
        expectNothingOf(token, raw)
      }
    },
  )
  test.each([
    ['a space before the colon', 'Authorization : Bearer '],
    ['no colon', 'Authorization Bearer '],
    ['a name with a NUL', 'Authorization\0: Bearer '],
    ['a name with a space in front', ' Authorization: Bearer '],
  ])('HTTP10 %s', async (_, start) => {
    const { token } = await bench.honest()
    for (const port of ports()) {
      const raw = await exchange(port, requestText({ path: '/guarded', headers: [`${start}${token}`] }))
      expect(raw).not.toContain(HANDLED)
      expect(raw).toMatch(/^HTTP\/1\.1 40[01] /)
    }
  })
  test('HTTP10 a hundred Authorization headers', async () => {
    for (const answer of await answersTo(bench, {
      path: '/guarded',
      headers: Array(100).fill('Authorization: Bearer x'),
    })) {
      expect(answer.status).toBe(400)
    }
  })
})
