import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createResourceServer, type Guard, type KeySetEvent, type Outcome, type ResourceServer } from '@scopeward/core'
import { createTestIssuer, type TestClock, type TestIssuer, testClock } from '@scopeward/testing'
import { FETCH_TIMEOUT_SECONDS, type Settings } from './settings.ts'

const AUDIENCE = 'https://api.example.com'
const SCOPE = 'items:read'

/** An issuer and an API that trusts it, over real HTTP, on one clock that only commands move. */
export class Rig {
  readonly issuer: TestIssuer
  readonly clock: TestClock
  readonly api: ResourceServer<typeof SCOPE>
  readonly #guard: Guard
  readonly #start: number
  /** Paths that the issuer was asked for. */
  #fetched: string[] = []
  #keySetsAskedFor = 0
  #isUnderWay = false
  /** Whether what is under way has come to the keys themselves. */
  #awaitsKeys = false
  #lastOutcome: KeySetEvent['outcome'] | undefined

  private constructor(issuer: TestIssuer, clock: TestClock, settings: Settings) {
    this.issuer = issuer
    this.clock = clock
    this.#start = clock()
    this.api = createResourceServer({
      ...issuer.options,
      ...optionsFrom(settings, issuer),
      fetch: (url, init) => this.#fetch(String(url), init),
    })
    this.#guard = this.api.guard(SCOPE)
    subscribe('scopeward:key-set', this.#onEvent)
  }

  static async start(settings: Settings): Promise<Rig> {
    const clock = testClock()
    const { keySetMaxAgeSeconds } = settings
    return new Rig(await createTestIssuer({ algorithm: 'ES256', clock, keySetMaxAgeSeconds }), clock, settings)
  }

  /** Seconds since the start. */
  get now(): number {
    return (this.clock() - this.#start) / 1000
  }

  /** Whether a fetch of the keys has begun that has not ended. */
  get isUnderWay(): boolean {
    return this.#isUnderWay
  }

  /** Of the last fetch that ended. */
  get lastOutcome(): KeySetEvent['outcome'] | undefined {
    return this.#lastOutcome
  }

  ask(token: string): Promise<Outcome> {
    const headers = ['Authorization', `Bearer ${token}`]
    return Promise.resolve(this.#guard.check({ method: 'GET', url: '/items', headers }))
  }

  token(input: Parameters<TestIssuer['token']>[0]): Promise<string> {
    return this.issuer.token({ scope: SCOPE, ...input })
  }

  /** Paths that were asked for since the last call. */
  takeFetches(): readonly string[] {
    const fetched = this.#fetched
    this.#fetched = []
    return fetched
  }

  /**
   * Resolves when the requests are answered and no fetch is under way; with `held`, when the one that is has come to the
   * issuer.
   */
  async settled(held: boolean, requests: readonly Promise<unknown>[] = []): Promise<void> {
    let unanswered = requests.length
    const count = (): void => {
      unanswered--
    }
    for (const each of requests) each.then(count, count)
    const isHeld = () => held && this.#awaitsKeys && this.issuer.requests.jwks === this.#keySetsAskedFor
    await within('a request or a fetch does not end', async isLate => {
      while ((this.#isUnderWay || unanswered > 0) && !isHeld() && !isLate()) await nextTurn()
    })
  }

  async stop(): Promise<void> {
    unsubscribe('scopeward:key-set', this.#onEvent)
    await this.issuer.stop()
  }

  #fetch(url: string, init: RequestInit | undefined): Promise<Response> {
    this.#isUnderWay = true
    this.#fetched.push(new URL(url).pathname)
    if (url === this.issuer.jwksUri) {
      this.#keySetsAskedFor++
      this.#awaitsKeys = true
    }
    return globalThis.fetch(url, init)
  }

  readonly #onEvent = (message: unknown): void => {
    const { issuer, outcome } = message as KeySetEvent
    if (issuer !== this.issuer.issuer) return
    this.#isUnderWay = false
    this.#awaitsKeys = false
    this.#lastOutcome = outcome
  }
}

function optionsFrom({ discovery, keySetMaxAgeSeconds, ...settings }: Settings, { issuer, jwksUri }: TestIssuer) {
  return {
    ...settings,
    issuer,
    ...(!discovery && { jwksUri }),
    audience: AUDIENCE,
    scopes: { [SCOPE]: 'Read items' },
    fetchTimeoutSeconds: FETCH_TIMEOUT_SECONDS,
  } as const
}

/** Far longer than a request to this machine takes, however busy it is. */
const DEADLINE_MILLISECONDS = 15_000

/** Fails where the work takes longer than anything here should: what waits forever is a finding, not a hang. */
export async function within<T>(what: string, work: (isLate: () => boolean) => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  let isLate = false
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      isLate = true
      reject(new Error(what))
    }, DEADLINE_MILLISECONDS)
  })
  try {
    return await Promise.race([work(() => isLate), late])
  } finally {
    clearTimeout(timer)
  }
}
