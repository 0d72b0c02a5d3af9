import { channel } from 'node:diagnostics_channel'
import { afterEach, describe, expect, test } from 'vitest'
import { createResourceServer } from '../src/resource-server.ts'
import { requestWith, tampered } from './support/requests.ts'
import { ISSUER, keys, mint, optionsFor } from './support/tokens.ts'

const KEY = await keys()
const TOKEN = await mint(KEY)
const subscriptions: (() => void)[] = []

/** What a channel publishes from now on. */
function eventsOn(name: 'scopeward:granted' | 'scopeward:denied' | 'scopeward:key-set'): unknown[] {
  const events: unknown[] = []
  const listen = (event: unknown) => events.push(event)
  channel(name).subscribe(listen)
  subscriptions.push(() => channel(name).unsubscribe(listen))
  return events
}

afterEach(() => {
  for (const unsubscribe of subscriptions.splice(0)) unsubscribe()
})

/** A request that counts how often its route is asked for, which building an event does. */
function countedRequest(token: string): { request: ReturnType<typeof requestWith>; reads: () => number } {
  let reads = 0
  const request = Object.defineProperty(requestWith(token), 'route', {
    enumerable: true,
    get: () => {
      reads++
      return '/v1/controls/:id'
    },
  })
  return { request, reads: () => reads }
}

test('scopeward:granted says who called, what the route requires and whether the token was known', async () => {
  const api = createResourceServer(optionsFor(KEY))
  const granted = eventsOn('scopeward:granted')
  const request = requestWith(TOKEN, { route: '/v1/controls/:id' })
  await api.check(request, 'controls:read')
  await api.check(request, 'controls:read')
  const event = {
    issuer: ISSUER,
    clientId: 'nightly-import',
    kind: 'service',
    requirement: 'controls:read',
    route: '/v1/controls/:id',
    durationMilliseconds: expect.any(Number),
  }
  expect(granted).toEqual([
    { ...event, cached: false },
    { ...event, cached: true },
  ])
})

describe('scopeward:denied', () => {
  test('names the client where its token was proven genuine', async () => {
    const api = createResourceServer(optionsFor(KEY))
    const denied = eventsOn('scopeward:denied')
    await api.check(requestWith(TOKEN), 'imports:write')
    expect(denied).toEqual([
      {
        issuer: ISSUER,
        code: 'insufficient_scope',
        status: 403,
        detail: undefined,
        clientId: 'nightly-import',
        requirement: 'imports:write',
        route: undefined,
        durationMilliseconds: expect.any(Number),
      },
    ])
  })

  test('names nobody where it was not, and says what was wrong', async () => {
    const api = createResourceServer(optionsFor(KEY))
    const denied = eventsOn('scopeward:denied')
    await api.check(requestWith(tampered(TOKEN)), 'controls:read')
    await api.check(requestWith(await mint(KEY, { sub: undefined })), 'controls:read')
    await api.check(requestWith(), 'controls:read')
    const common = { issuer: ISSUER, status: 401, clientId: undefined, requirement: 'controls:read' }
    expect(denied).toEqual([
      expect.objectContaining({ ...common, code: 'signature_invalid', detail: undefined }),
      expect.objectContaining({ ...common, code: 'claim_missing', detail: { claim: 'sub', fittingProfile: 'ping' } }),
      expect.objectContaining({ ...common, code: 'credentials_missing', detail: undefined }),
    ])
  })

  test('says nothing of a request that was granted, and scopeward:granted nothing of one that was not', async () => {
    const api = createResourceServer(optionsFor(KEY))
    const [granted, denied] = [eventsOn('scopeward:granted'), eventsOn('scopeward:denied')]
    await api.check(requestWith(TOKEN), 'controls:read')
    expect([granted.length, denied.length]).toEqual([1, 0])
    await api.check(requestWith(), 'controls:read')
    expect([granted.length, denied.length]).toEqual([1, 1])
  })
})

test('scopeward:key-set says how many keys are in use', async () => {
  const refreshed = eventsOn('scopeward:key-set')
  await createResourceServer(optionsFor(KEY)).ready()
  expect(refreshed).toEqual([
    { issuer: ISSUER, outcome: 'refreshed', keys: 1, ignored: [], freshSeconds: Number.POSITIVE_INFINITY },
  ])
})

describe('an event is built only while somebody listens', () => {
  const api = createResourceServer(optionsFor(KEY))

  test('nobody', async () => {
    for (const token of [TOKEN, TOKEN, tampered(TOKEN)]) {
      const { request, reads } = countedRequest(token)
      await api.check(request, 'controls:read')
      expect(reads()).toBe(0)
    }
  })

  test('somebody', async () => {
    eventsOn('scopeward:granted')
    const { request, reads } = countedRequest(TOKEN)
    await api.check(request, 'controls:read')
    expect(reads()).toBe(1)
  })

  test('nobody any more', async () => {
    const granted = eventsOn('scopeward:granted')
    for (const unsubscribe of subscriptions.splice(0)) unsubscribe()
    const { request, reads } = countedRequest(TOKEN)
    await api.check(request, 'controls:read')
    expect([reads(), granted.length]).toEqual([0, 0])
  })
})
