import { type Attributes, context, type Span, SpanStatusCode, trace } from '@opentelemetry/api'
import { createResourceServer } from '@scopeward/core'
import { createTestIssuer, type TestIssuer, testClock } from '@scopeward/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AUDIENCE, FRAMEWORKS, openExpress } from '../support/apis.ts'
import { instrumented, tracing } from '../support/telemetry.ts'

let issuer: TestIssuer

beforeAll(async () => {
  issuer = await createTestIssuer({ algorithm: 'ES256' })
})
afterAll(() => issuer.stop())

describe.each(FRAMEWORKS)('%s', (_name, open) => {
  test('the span of a granted request says who called and what was required', async () => {
    instrumented()
    const { spans } = tracing()
    const api = await open(issuer.options)
    const token = await issuer.token({ scope: 'orders:read', clientId: 'shop' })
    expect((await api.ask(token)).status).toBe(200)
    expect((await api.ask(token)).status).toBe(200)
    const common = {
      'scopeward.outcome': 'granted',
      'scopeward.issuer': issuer.issuer,
      'scopeward.client.id': 'shop',
      'scopeward.caller.kind': 'service',
      'scopeward.requirement': 'orders:read',
    }
    expect(spans().map(({ attributes }) => attributes)).toEqual([
      { ...common, 'scopeward.token.remembered': false },
      { ...common, 'scopeward.token.remembered': true },
    ])
  })

  test('the span of a refused request says why, and is no error: the server has not failed', async () => {
    instrumented()
    const { spans } = tracing()
    const api = await open(issuer.options)
    expect((await api.ask(await issuer.token({ scope: 'orders:read' }))).status).toBe(200)
    expect((await api.ask(await issuer.forge('jti-missing', { scope: 'orders:read' }))).status).toBe(401)
    expect((await api.ask(await issuer.token({ scope: 'orders:write', clientId: 'shop' }))).status).toBe(403)
    const common = {
      'scopeward.outcome': 'denied',
      'scopeward.issuer': issuer.issuer,
      'scopeward.requirement': 'orders:read',
    }
    const [, ...refused] = spans()
    const [badToken, lacking] = refused.map(({ attributes }) => attributes)
    expect(badToken).toMatchObject({
      ...common,
      'scopeward.denial.code': 'claim_missing',
      'scopeward.denial.claim': 'jti',
    })
    expect(lacking).toEqual({
      ...common,
      'scopeward.denial.code': 'insufficient_scope',
      'scopeward.client.id': 'shop',
    })
    for (const { attributes, status } of refused) {
      expect(attributes).not.toHaveProperty('error.type')
      expect(status.code).toBe(SpanStatusCode.UNSET)
    }
  })

  test('requests that wait for the same keys each tell it to their own span', async () => {
    const clock = testClock()
    const waiting = await createTestIssuer({ algorithm: 'ES256', clock })
    instrumented()
    const { spans } = tracing()
    const api = await open(waiting.options)
    expect((await api.ask(await waiting.token({ scope: 'orders:read' }))).status).toBe(200)
    clock.advance({ seconds: 10 })
    await waiting.rotateKeys()
    waiting.setFault('slow', 'jwks')
    const asked = waiting.nextRequest('jwks')
    const answers = ['first', 'second', 'third'].map(async clientId =>
      api.ask(await waiting.token({ scope: 'orders:read', clientId })),
    )
    await asked
    waiting.setFault(undefined)
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 200])
    const clients = spans()
      .slice(1)
      .map(({ attributes }) => attributes['scopeward.client.id'])
    expect(clients.sort()).toEqual(['first', 'second', 'third'])
    await waiting.stop()
  })
})

test('the span of a request that could not be checked has error.type: there the server has failed', async () => {
  const down = await createTestIssuer({ algorithm: 'ES256' })
  instrumented()
  const { spans } = tracing()
  const api = await openExpress(down.options)
  const token = await down.token({ scope: 'orders:read' })
  down.setFault('down')
  expect((await api.ask(token)).status).toBe(503)
  expect(spans()[0]?.attributes).toMatchObject({
    'scopeward.denial.code': 'keys_unavailable',
    'error.type': 'keys_unavailable',
  })
  await down.stop()
})

test('no span holds a token, a subject or a claim', async () => {
  instrumented()
  const { spans } = tracing()
  const api = await openExpress(issuer.options)
  const good = await issuer.token({ scope: 'orders:read', subject: 'MARK', claims: { email: 'MARK' } })
  const forged = await issuer.forge('signature-tampered', { clientId: 'MARK', subject: 'MARK' })
  const lacking = await issuer.token({ scope: 'MARK', subject: 'MARK' })
  for (const token of [good, forged, lacking, 'MARK', `${good}MARK`]) await api.ask(token)
  const told: readonly Attributes[] = spans().map(({ attributes }) => attributes)
  expect(told.map(attributes => attributes['scopeward.outcome'])).toEqual([
    'granted',
    ...Array.from({ length: 4 }, () => 'denied'),
  ])
  const text = JSON.stringify(told)
  for (const part of ['MARK', ...good.split('.'), ...forged.split('.')]) expect(text).not.toContain(part)
})

test('with spanAttributes: false, and without any span, requests are counted and nothing else', async () => {
  const metering = instrumented({ spanAttributes: false })
  const api = await openExpress(issuer.options)
  const token = await issuer.token({ scope: 'orders:read' })
  expect(trace.getActiveSpan()).toBeUndefined()
  expect((await api.ask(token)).status).toBe(200)
  const { spans } = tracing()
  expect((await api.ask(token)).status).toBe(200)
  expect(spans()[0]?.attributes).toEqual({})
  expect(await metering.sum('scopeward.requests')).toBe(2)
})

test('a span that is not recorded is not told anything', async () => {
  instrumented()
  tracing()
  const server = createResourceServer({
    ...issuer.options,
    audience: AUDIENCE,
    scopes: { 'orders:read': 'Read orders' },
  })
  const told: Attributes[] = []
  for (const isRecording of [true, false]) {
    const span = { isRecording: () => isRecording, setAttributes: (attributes: Attributes) => told.push(attributes) }
    const request = { method: 'GET', url: '/', headers: {} }
    await context.with(trace.setSpan(context.active(), span as unknown as Span), () =>
      server.check(request, 'orders:read'),
    )
  }
  expect(told.map(attributes => attributes['scopeward.denial.code'])).toEqual(['credentials_missing'])
})
