import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type TestClock, testClock } from '@scopeward/testing'
import { onTestFinished } from 'vitest'
import type { DeniedEvent } from '../../src/observe/channels.ts'
import type { IssuerResolver } from '../../src/options/issuer-definition.ts'
import type { ResourceServerOptions } from '../../src/options/resource-server-options.ts'
import { createResourceServer } from '../../src/resource-server.ts'
import type { ResourceServer } from '../../src/resource-server-contract.ts'
import { requestWith } from './requests.ts'
import { AUDIENCE } from './tokens.ts'

export interface Tenants {
  readonly clock: TestClock
  readonly api: ResourceServer<'items:read'>
  /** The names that the function was asked for, in order. */
  readonly asked: readonly string[]
  readonly fetched: readonly string[]
  /** `granted`, or the code of the refusal. */
  ask(token: string): Promise<string>
  /** All refusals so far, as operators see them. */
  readonly denied: readonly DeniedEvent[]
  /** The last of them. */
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
  const denied: DeniedEvent[] = []
  const record = (event: unknown): void => void denied.push(event as DeniedEvent)
  subscribe('scopeward:denied', record)
  onTestFinished(() => void unsubscribe('scopeward:denied', record))
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
    denied,
    async ask(token) {
      const outcome = await api.check(requestWith(token), 'items:read')
      return outcome.granted ? 'granted' : outcome.denial.code
    },
    lastDenied() {
      const { code, status, issuer, detail } = denied.at(-1) as DeniedEvent
      return { code, status, issuer, detail }
    },
  }
}
