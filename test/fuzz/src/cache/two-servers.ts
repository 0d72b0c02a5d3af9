import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  createResourceServer,
  createRevocationList,
  introspection,
  type KeySetEvent,
  type MemoryRevocationList,
  type ResourceServer,
} from '@scopeward/core'
import { type TestClock, testClock } from '@scopeward/testing'
import { INTROSPECTION_ENDPOINT, ISSUER, JWKS_URI, type MemoryIssuer, OPAQUE_ISSUER } from './memory-issuer.ts'
import { AUDIENCE } from './mint.ts'
import { SCOPES, type Scope } from './routes.ts'
import type { Settings } from './settings.ts'
import type { Told } from './told.ts'

/** How long what the issuer of opaque tokens says is believed. */
export const INTROSPECTION_CACHE_SECONDS = 10

export type Api = ResourceServer<Scope>

interface Server {
  readonly api: Api
  /** When it fetched the key set, on the clock. */
  readonly fetches: number[]
}

/** One server that remembers tokens and one that does not, with the same options, clock, issuer and revocations. */
export class TwoServers {
  readonly clock: TestClock = testClock()
  readonly issuer: MemoryIssuer
  readonly revocation: MemoryRevocationList
  readonly #remembering: Server
  readonly #forgetful: Server
  #refreshesEnded = 0

  constructor(issuer: MemoryIssuer, settings: Settings) {
    this.issuer = issuer
    this.revocation = createRevocationList({ clock: this.clock })
    this.#remembering = this.#start(settings, settings.tokenCacheMaxEntries)
    this.#forgetful = this.#start(settings, 0)
    subscribe('scopeward:key-set', this.#countRefresh)
  }

  stop(): void {
    unsubscribe('scopeward:key-set', this.#countRefresh)
  }

  /**
   * Asks both the same, all requests at the same time, and waits until no refresh is under way: neither the order of
   * promises nor the thread pool shall decide what the next step meets.
   * @throws Error where they differ
   */
  async ask(ask: (api: Api) => readonly Promise<Told>[]): Promise<readonly Told[]> {
    const both = [this.#remembering, this.#forgetful].map(({ api }) => Promise.all(ask(api)))
    const [remembering = [], forgetful = []] = await Promise.all(both)
    await this.#rest()
    this.#requireEqual(remembering, forgetful)
    return remembering
  }

  #requireEqual(remembering: readonly Told[], forgetful: readonly Told[]): void {
    for (const [index, { text }] of remembering.entries()) {
      const expected = forgetful[index]?.text
      if (text !== expected) throw new Error(`With the cache: ${text}\nWithout: ${expected}`)
    }
    const fetches = [this.#remembering, this.#forgetful].map(server => server.fetches.join(', '))
    if (fetches[0] === fetches[1]) return
    throw new Error(`With the cache keys were fetched at ${fetches[0]}\nWithout at ${fetches[1]}`)
  }

  async #rest(): Promise<void> {
    const started = this.#remembering.fetches.length + this.#forgetful.fetches.length
    while (this.#refreshesEnded < started) await nextTurn()
    // The event comes before the last promise of a refresh.
    await nextTurn()
  }

  readonly #countRefresh = (message: unknown): void => {
    if ((message as KeySetEvent).issuer === ISSUER) this.#refreshesEnded++
  }

  #start({ keySetMaxAgeSeconds: _, ...settings }: Settings, tokenCacheMaxEntries: number): Server {
    const fetches: number[] = []
    const { clock, revocation, issuer } = this
    const start = clock()
    const api = createResourceServer({
      ...settings,
      tokenCacheMaxEntries,
      issuer: [{ issuer: ISSUER, jwksUri: JWKS_URI }, OPAQUE],
      audience: AUDIENCE,
      scopes: SCOPES,
      dpop: 'accepted',
      publicOrigin: AUDIENCE,
      revocation,
      clock,
      fetch: (url, init) => {
        if (url === JWKS_URI) fetches.push((clock() - start) / 1000)
        return issuer.answer(String(url), init?.body)
      },
    })
    return { api, fetches }
  }
}

const OPAQUE = introspection({
  issuer: OPAQUE_ISSUER,
  introspectionEndpoint: INTROSPECTION_ENDPOINT,
  clientId: 'api',
  clientAuthentication: { method: 'client_secret_basic', clientSecret: 'only for this process' },
  cacheSeconds: INTROSPECTION_CACHE_SECONDS,
})
