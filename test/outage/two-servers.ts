import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createResourceServer, type Guard, type KeySetEvent } from '@scopeward/core'
import { createTestIssuer, type Fault, type TestClock, type TestIssuer, testClock } from '@scopeward/testing'
import { AUDIENCE, bearer, SCOPE, verdictOf } from './support.ts'

export interface Settings {
  readonly cacheEntries: number
  readonly staleIfErrorSeconds: number
  readonly refreshCooldownSeconds: number
  readonly keySetMaxAgeSeconds: number
}

/** What the two servers made of one request. */
export interface Answers {
  readonly remembering: unknown
  readonly forgetful: unknown
}

/**
 * One server with a cache of verified tokens and one without, with the same options, clock and issuer. Each fetches for
 * itself; after every step both have come to rest, so that neither the network nor the thread pool decides who is first.
 */
export class TwoServers {
  readonly clock: TestClock
  readonly issuer: TestIssuer
  readonly #remembering: Server
  readonly #forgetful: Server
  readonly #start: number
  #held = false
  #unanswered: readonly Pair[] = []
  #refreshesEnded = 0

  private constructor(issuer: TestIssuer, clock: TestClock, settings: Settings) {
    this.issuer = issuer
    this.clock = clock
    this.#start = clock()
    this.#remembering = startServer(issuer, settings, settings.cacheEntries, this.now)
    this.#forgetful = startServer(issuer, settings, 0, this.now)
    subscribe('scopeward:key-set', this.#countRefresh)
  }

  static async start(settings: Settings): Promise<TwoServers> {
    const clock = testClock()
    const { keySetMaxAgeSeconds } = settings
    return new TwoServers(await createTestIssuer({ algorithm: 'ES256', clock, keySetMaxAgeSeconds }), clock, settings)
  }

  /** Seconds since the start. */
  readonly now = (): number => (this.clock() - this.#start) / 1000

  /** When each fetched the key set. */
  get fetches(): { readonly remembering: readonly number[]; readonly forgetful: readonly number[] } {
    return { remembering: this.#remembering.fetches, forgetful: this.#forgetful.fetches }
  }

  /**
   * Sends the tokens to both at once; while fetches are held, the first token only. Answers also requests from before
   * that still wait for a held fetch: `'waiting'` where they do, a promise never.
   */
  ask(tokens: readonly string[]): Promise<readonly Answers[]> {
    const sent = this.#held ? tokens.slice(0, 1) : tokens
    const remembering = sent.map(token => ask(this.#remembering, token))
    const forgetful = sent.map(token => ask(this.#forgetful, token))
    const pairs = remembering.map((request, index) => ({
      remembering: request,
      forgetful: forgetful[index] as Request,
    }))
    return this.#answers([...this.#unanswered, ...pairs])
  }

  /** On the key set. `slow` holds every fetch until there is another fault or none. Answers what had to wait. */
  setFault(fault: Fault | undefined): Promise<readonly Answers[]> {
    const wasHeld = this.#held
    this.#held = fault === 'slow'
    if (!wasHeld || !this.#held) this.issuer.setFault(fault, 'jwks') // setting it anew would release what it holds
    return this.#answers(this.#unanswered)
  }

  async stop(): Promise<void> {
    unsubscribe('scopeward:key-set', this.#countRefresh)
    await this.issuer.stop()
  }

  readonly #countRefresh = (message: unknown): void => {
    if ((message as KeySetEvent).issuer === this.issuer.issuer) this.#refreshesEnded++
  }

  async #answers(pairs: readonly Pair[]): Promise<readonly Answers[]> {
    if (!this.#held) await Promise.all(pairs.flatMap(pair => [pair.remembering.done, pair.forgetful.done]))
    const started = this.#remembering.fetches.length + this.#forgetful.fetches.length
    while (this.issuer.requests.jwks < started) await nextTurn()
    while (!this.#held && this.#refreshesEnded < started) await nextTurn()
    // A lone signature is checked within its turn, so that now only those wait that wait for a held fetch.
    for (let turn = 0; turn < 3; turn++) await nextTurn()
    this.#unanswered = pairs.filter(
      pair => pair.remembering.answer === 'waiting' || pair.forgetful.answer === 'waiting',
    )
    return pairs.map(pair => ({ remembering: pair.remembering.answer, forgetful: pair.forgetful.answer }))
  }
}

interface Server {
  readonly guard: Guard
  readonly fetches: readonly number[]
}

function startServer(
  { issuer, jwksUri, options }: TestIssuer,
  { staleIfErrorSeconds, refreshCooldownSeconds }: Settings,
  tokenCacheMaxEntries: number,
  now: () => number,
): Server {
  const fetches: number[] = []
  const api = createResourceServer({
    ...options,
    issuer,
    jwksUri, // no metadata, so that one fetch is one refresh
    audience: AUDIENCE,
    scopes: { [SCOPE]: 'Read controls' },
    staleIfErrorSeconds,
    refreshCooldownSeconds,
    tokenCacheMaxEntries,
    fetchTimeoutSeconds: 60,
    fetch: (url, init) => {
      fetches.push(now())
      return globalThis.fetch(url, init)
    },
  })
  return { guard: api.guard(SCOPE), fetches }
}

interface Request {
  readonly answer: unknown
  readonly done: Promise<unknown>
}

interface Pair {
  readonly remembering: Request
  readonly forgetful: Request
}

function ask({ guard }: Server, token: string): Request {
  const verdict = Promise.resolve(verdictOf(guard.check(bearer(token))))
  const request = { answer: 'waiting' as unknown, done: verdict as Promise<unknown> }
  request.done = verdict.then(answer => {
    request.answer = answer
  })
  return request
}
