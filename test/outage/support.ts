import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  createResourceServer,
  DENIALS,
  type Denial,
  type DenialCode,
  type KeySetEvent,
  type MaybePromise,
  type Outcome,
  type ResourceServer,
  type ResourceServerOptions,
} from '@scopeward/core'
import {
  createTestIssuer,
  type TestClock,
  type TestIssuer,
  type TestIssuerOptions,
  testClock,
} from '@scopeward/testing'
import { onTestFinished } from 'vitest'

export const AUDIENCE = 'https://api.example.com'
export const SCOPE = 'controls:read'

/** `granted`, or the whole answer to the refusal. */
export type Verdict = 'granted' | Denial

export interface Fetched {
  readonly url: string
  /** Seconds on the test clock since the start. */
  readonly at: number
}

/** An issuer and an API that trusts it, on one clock that only the test moves. Ends with the test. */
export interface Rig {
  readonly clock: TestClock
  readonly issuer: TestIssuer
  readonly api: ResourceServer<typeof SCOPE>
  /** Every request of the API to the issuer, recorded on its way into the real `fetch`. */
  readonly fetches: readonly Fetched[]
  readonly events: readonly KeySetEvent[]
  /** Seconds since the start. */
  readonly now: () => number
  /** A token that outlives every outage here. */
  readonly token: TestIssuer['token']
  readonly ask: (token: string) => MaybePromise<Verdict>
  /** When the key set was fetched, in seconds since the start. */
  readonly keySetFetches: () => readonly number[]
  /** Resolves when no refresh is under way. */
  readonly settled: () => Promise<void>
}

export interface RigOptions {
  readonly issuer?: TestIssuerOptions
  readonly api?: Partial<ResourceServerOptions<typeof SCOPE>> & { readonly issuer?: string }
  /** What the requests of the API go into. Default: the real `fetch`. */
  readonly fetch?: typeof globalThis.fetch
}

export async function createRig(options: RigOptions = {}): Promise<Rig> {
  const clock = testClock()
  const start = clock()
  const now = (): number => (clock() - start) / 1000
  const issuer = await createTestIssuer({ algorithm: 'ES256', clock, ...options.issuer })
  onTestFinished(() => issuer.stop())
  const settings = { ...issuer.options, audience: AUDIENCE, ...options.api }
  const refreshes = watchRefreshes(settings.issuer, now, options.fetch ?? globalThis.fetch)
  const api = createResourceServer({ scopes: { [SCOPE]: 'Read controls' }, ...settings, fetch: refreshes.fetch })
  const { fetches, events, settled } = refreshes
  return {
    clock,
    issuer,
    api,
    fetches,
    events,
    now,
    settled,
    token: input => issuer.token({ scope: SCOPE, expiresInSeconds: 1_000_000, ...input }),
    ask: token => verdictOf(api.check(bearer(token), SCOPE)),
    keySetFetches: () => fetches.filter(({ url }) => url.endsWith('/jwks')).map(({ at }) => at),
  }
}

/** A refresh begins with a call of `fetch`, made before the call that causes it returns, and ends with an event. */
function watchRefreshes(
  issuer: string,
  now: () => number,
  send: typeof globalThis.fetch,
): Pick<Rig, 'fetches' | 'events' | 'settled'> & { fetch: typeof fetch } {
  const fetches: Fetched[] = []
  const events: KeySetEvent[] = []
  let underWay = false
  onEvent<KeySetEvent>('scopeward:key-set', event => {
    if (event.issuer !== issuer) return
    events.push(event)
    underWay = false
  })
  return {
    fetches,
    events,
    fetch: (url, init) => {
      underWay = true
      fetches.push({ url: String(url), at: now() })
      return send(url, init)
    },
    settled: async () => {
      while (underWay) await nextTurn()
      await nextTurn()
    },
  }
}

export function onEvent<Event>(name: string, listener: (event: Event) => void): void {
  const receive = (message: unknown): void => listener(message as Event)
  subscribe(name, receive)
  onTestFinished(() => void unsubscribe(name, receive))
}

export function bearer(token: string): { method: string; url: string; headers: Record<string, string> } {
  return { method: 'GET', url: '/v1/controls', headers: { authorization: `Bearer ${token}` } }
}

export function verdictOf(outcome: MaybePromise<Outcome>): MaybePromise<Verdict> {
  if (outcome instanceof Promise) return outcome.then(verdictOf)
  return outcome.granted ? 'granted' : outcome.denial
}

/** The exact answer with 401 to a token that is not valid. The wire does not tell the codes apart. */
export function refused(code: DenialCode): Denial {
  const detail = DENIALS[code].text
  return {
    code,
    status: 401,
    headers: {
      'WWW-Authenticate': `Bearer realm="${AUDIENCE}", error="invalid_token", error_description="${detail}"`,
      'Cache-Control': 'no-store',
      'Content-Type': 'application/problem+json',
    },
    body: `{"title":"Unauthorized","status":401,"detail":"${detail}","error":"invalid_token"}`,
  }
}

/** The exact answer where nobody knows whether the token is valid. */
export function unavailable(retryAfterSeconds: number): Denial {
  return {
    code: 'keys_unavailable',
    status: 503,
    headers: {
      'Retry-After': String(retryAfterSeconds),
      'Cache-Control': 'no-store',
      'Content-Type': 'application/problem+json',
    },
    body: '{"title":"Service Unavailable","status":503,"detail":"The access token cannot be checked right now"}',
  }
}
