import {
  createResourceServer,
  type DeniedEvent,
  type IssuerResolver,
  type ResourceServer,
  type ResourceServerOptions,
} from '@scopeward/core'
import { type TestClock, testClock } from '@scopeward/testing'
import { onTestFinished } from 'vitest'
import { recordEvents } from '../../support/events.ts'
import { AUDIENCE } from './three.ts'

export interface Tenants {
  readonly clock: TestClock
  readonly api: ResourceServer<'items:read'>
  /** The names that the function was asked for, in order. */
  readonly asked: readonly string[]
  readonly fetched: readonly string[]
  /** `granted`, or the code of the refusal. */
  ask(token: string): Promise<string>
  /** The last refusal, as operators see it. */
  lastDenied(): Pick<DeniedEvent, 'code' | 'status' | 'issuer' | 'detail'> | undefined
}

/** A resource server that finds issuers by `resolve`, on a clock that only the test moves. */
export function findingBy(
  resolve: (iss: string) => unknown,
  options: Partial<ResourceServerOptions<'items:read'>> = {},
): Tenants {
  const clock = testClock()
  const asked: string[] = []
  const fetched: string[] = []
  const events = recordEvents()
  onTestFinished(() => events.stop())
  const issuer = ((iss: string) => {
    asked.push(iss)
    return resolve(iss)
  }) as IssuerResolver
  const api = createResourceServer({
    issuer,
    audience: AUDIENCE,
    scopes: { 'items:read': 'Read items' },
    allowHttpOnLoopback: true,
    clock,
    fetch: (url, init) => {
      fetched.push(String(url))
      return globalThis.fetch(url, init)
    },
    ...options,
  })
  return {
    clock,
    api,
    asked,
    fetched,
    async ask(token) {
      const request = { method: 'GET', url: '/guarded', headers: { authorization: `Bearer ${token}` } }
      const outcome = await api.check(request, 'items:read')
      return outcome.granted ? 'granted' : outcome.denial.code
    },
    lastDenied() {
      const { code, status, issuer, detail } = events.denied.at(-1) as DeniedEvent
      return { code, status, issuer, detail }
    },
  }
}
