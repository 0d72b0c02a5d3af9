import {
  createReplayStore,
  createRevocationList,
  type MemoryRevocationList,
  type ReplayStore,
  type ResourceServerOptions,
} from '@scopeward/core'
import type { Mistake, ServerSettings } from '../messages.ts'
import {
  AUDIENCE,
  CLOCK_TOLERANCE_SECONDS,
  FETCH_TIMEOUT_SECONDS,
  type Framework,
  ORIGIN,
  PROOF_MAX_AGE_SECONDS,
  READER_HEADER,
  REFRESH_COOLDOWN_SECONDS,
  type Reader,
  SCOPES,
  type Scope,
  SENT_AT_HEADER,
  TOKEN_CACHE_MAX_ENTRIES,
} from '../rules.ts'

export type Options = ResourceServerOptions<Scope>

/** What the four resource servers of the process share, and each one's options. */
export class Settings {
  readonly mistakes: readonly Mistake[]
  readonly revocations: MemoryRevocationList = createRevocationList()
  readonly #issuers: ServerSettings['issuers']
  readonly #replayStore: ReplayStore = createReplayStore()

  constructor({ issuers, mistakes }: ServerSettings) {
    this.#issuers = issuers
    this.mistakes = mistakes
  }

  bearer(framework: Framework): Options {
    return this.#common(`${framework}-bearer`)
  }

  dpop(framework: Framework): Options {
    // Proofs are used up in both frameworks at once, unless that is the mistake to be found.
    const replayStore = this.mistakes.includes('replay') ? createReplayStore() : this.#replayStore
    const dpop = { mode: 'required', proofMaxAgeSeconds: PROOF_MAX_AGE_SECONDS, replayStore } as const
    return { ...this.#common(`${framework}-dpop`), dpop, publicOrigin: ORIGIN }
  }

  #common(reader: Reader): Options {
    return {
      issuer: this.#issuers,
      audience: AUDIENCE,
      scopes: SCOPES,
      allowHttpOnLoopback: true,
      clockToleranceSeconds: CLOCK_TOLERANCE_SECONDS,
      refreshCooldownSeconds: REFRESH_COOLDOWN_SECONDS,
      fetchTimeoutSeconds: FETCH_TIMEOUT_SECONDS,
      tokenCacheMaxEntries: TOKEN_CACHE_MAX_ENTRIES,
      ...(this.mistakes.includes('revocation') ? {} : { revocation: this.revocations }),
      fetch: fetchAs(reader),
    }
  }
}

/** The global `fetch`, with the name of the resource server, so that the oracle knows who knows which keys. */
function fetchAs(reader: Reader): typeof fetch {
  return (url, init) => {
    const headers = new Headers(init?.headers)
    headers.set(READER_HEADER, reader)
    headers.set(SENT_AT_HEADER, String(Date.now()))
    return fetch(url, { ...init, headers })
  }
}
