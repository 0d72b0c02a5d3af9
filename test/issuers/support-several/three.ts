import type { DenialCode, RejectionDetail } from '@scopeward/core'
import { expect, onTestFinished } from 'vitest'
import { type Api, AUDIENCE, HANDLED, type Options, SCOPES, startApi } from '../../attacks/apis.ts'
import { type EventLog, recordEvents } from '../../support/events.ts'
import { send, valuesOf } from '../../support/raw-http.ts'
import { refusalFor } from '../../support/refusals.ts'

export { AUDIENCE }

/** One configuration three times: behind Express, behind Fastify, and by `check()` alone. */
export interface Three {
  readonly api: Api
  readonly events: EventLog
  /** Every URL that any of the three fetched. */
  readonly fetched: readonly string[]
  stop(): Promise<void>
}

export type ThreeOptions = Pick<Options, 'issuer'> & Partial<Options>

export async function startThree(options: ThreeOptions): Promise<Three> {
  const fetched: string[] = []
  const recording: typeof fetch = (url, init) => {
    fetched.push(String(url))
    return globalThis.fetch(url, init)
  }
  const events = recordEvents()
  const common = { audience: AUDIENCE, scopes: SCOPES, allowHttpOnLoopback: true, fetch: recording }
  const api = await startApi({ ...common, ...options }, 'node')
  const stop = async (): Promise<void> => {
    events.stop()
    await api.close()
  }
  return { api, events, fetched, stop }
}

/** Ends with the test. */
export async function three(options: ThreeOptions): Promise<Three> {
  const started = await startThree(options)
  onTestFinished(() => started.stop())
  return started
}

/** Accepted by all three, and told to operators as a token of this issuer. */
export async function expectGranted({ api, events }: Three, token: string, issuer: string): Promise<void> {
  events.clear()
  for (const { status, body } of await answersOf(api, token)) {
    expect([status, body.includes(HANDLED)]).toEqual([200, true])
  }
  expect((await checkOf(api, token)).granted).toBe(true)
  expect(events.denied).toEqual([])
  expect(events.granted.map(event => event.issuer)).toEqual([issuer, issuer, issuer])
}

export interface Expected {
  readonly code: DenialCode
  /** As events name it; `undefined` where no trusted issuer is concerned. */
  readonly issuer: string | undefined
  readonly detail?: RejectionDetail
  readonly retryAfter?: string
}

/** Refused by all three with the same exact text, and told to operators with this code and issuer. */
export async function expectRefused({ api, events }: Three, token: string, expected: Expected): Promise<void> {
  events.clear()
  const { code, issuer, detail, retryAfter } = expected
  const wire = { ...refusalFor(code, 'items:read'), retryAfter: retryAfter === undefined ? [] : [retryAfter] }
  for (const answer of await answersOf(api, token)) {
    expect({
      status: answer.status,
      challenge: valuesOf(answer, 'www-authenticate'),
      retryAfter: valuesOf(answer, 'retry-after'),
      body: answer.body,
    }).toEqual(wire)
  }
  const outcome = await checkOf(api, token)
  if (outcome.granted) throw new Error('check() granted it')
  expect(outcome.denial).toMatchObject({ code, status: wire.status, body: wire.body })
  expect(events.granted).toEqual([])
  const seen = events.denied.map(event => ({ code: event.code, issuer: event.issuer, detail: event.detail }))
  expect(seen).toEqual(Array(3).fill({ code, issuer, detail }))
}

function answersOf({ ports }: Api, token: string) {
  const request = { path: '/guarded', headers: [`Authorization: Bearer ${token}`] }
  return Promise.all([send(ports.express, request), send(ports.fastify, request)])
}

export function checkOf({ core }: Api, token: string) {
  return core.check({ method: 'GET', url: '/guarded', headers: ['Authorization', `Bearer ${token}`] }, 'items:read')
}
