import type { ParsedRevocation } from '@scopeward/core'
import type { Connection } from '../connection.ts'
import { nameOf, revocationOf } from './entry.ts'
import { changesScript, readScript, writeScript } from './scripts.ts'

/** So many entries are read or written by one command, so that nobody else's command waits long. */
const PAGE = 500

/** Clocks of processes may differ, and a view that was away reads what has just expired elsewhere. */
const KEPT_ON_MILLISECONDS = 60_000

export interface Changes {
  /** Where changes are announced. */
  readonly channel: string
  /** Another one where the server may have lost entries. */
  readonly generation: string
  /** For how long the generation has existed, by the server's clock. */
  readonly ageMilliseconds: number
  readonly lastNumber: number
  readonly changed: readonly { readonly name: string; readonly number: number }[]
  /** Whether there may be more. */
  readonly isFullPage: boolean
}

/** The revocations in Redis: an expiring key each, an index by a number that grows, and the state. All in one slot of a cluster. */
export class SharedEntries {
  readonly #connection: Connection
  readonly #state: string
  readonly #index: string
  readonly #entry: string
  readonly #maxEntries: number

  constructor(connection: Connection, keyPrefix: string, maxEntries: number) {
    this.#connection = connection
    this.#state = `${keyPrefix}:{revocations}`
    this.#index = `${this.#state}:index`
    this.#entry = `${this.#state}:entry:`
    this.#maxEntries = maxEntries
  }

  async changesAfter(number: number): Promise<Changes> {
    const reply = await changesScript.run(this.#connection, [this.#state, this.#index], [number, PAGE])
    const [channel, generation, ageMilliseconds, lastNumber, flat] = reply as [string, string, number, number, string[]]
    const changed = []
    for (let i = 0; i < flat.length; i += 2) changed.push({ name: flat[i] as string, number: Number(flat[i + 1]) })
    return { channel, generation, ageMilliseconds, lastNumber, changed, isFullPage: changed.length === PAGE }
  }

  /** Without those that have expired meanwhile. */
  async read(names: readonly string[]): Promise<readonly ParsedRevocation[]> {
    if (names.length === 0) return []
    const keys = [this.#index, ...names.map(name => this.#entry + name)]
    const entries = (await readScript.run(this.#connection, keys, names)) as string[]
    return names.flatMap((name, i) => (entries[i] ? [revocationOf(name, entries[i])] : []))
  }

  async strikeOffExpired(): Promise<void> {
    for (let after = 0; ; ) {
      const { changed, isFullPage } = await this.changesAfter(after)
      await this.read(changed.map(({ name }) => name))
      if (!isFullPage) return
      after = changed.at(-1)?.number ?? after
    }
  }

  /** False: there is no room. */
  async write(revocations: readonly ParsedRevocation[], now: number): Promise<boolean> {
    for (let i = 0; i < revocations.length; i += PAGE) {
      const page = revocations.slice(i, i + PAGE).filter(({ expiresAt }) => expiresAt > now)
      const names = page.map(nameOf)
      const keys = [this.#state, this.#index, ...names.map(name => this.#entry + name)]
      const values = page.flatMap(({ issuedBefore, expiresAt }, n) => [
        names[n] as string,
        issuedBefore,
        expiresAt,
        Math.ceil(expiresAt - now + KEPT_ON_MILLISECONDS),
      ])
      if ((await writeScript.run(this.#connection, keys, [this.#maxEntries, ...values])) !== 1) return false
    }
    return true
  }
}
