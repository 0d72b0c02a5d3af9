import { furthestRevocation, type ParsedRevocation } from '@scopeward/core'
import { nameOf } from './entry.ts'

/** What Redis has yet to hear: revoked while it could not be told, or lost by it. Each once, as far as it reaches. */
export class UntoldRevocations {
  readonly #settings: { readonly maxEntries: number; readonly clock: () => number }
  readonly #byName = new Map<string, ParsedRevocation>()

  constructor(settings: { readonly maxEntries: number; readonly clock: () => number }) {
    this.#settings = settings
  }

  all(): readonly ParsedRevocation[] {
    return [...this.#byName.values()]
  }

  add(revocation: ParsedRevocation): void {
    const name = nameOf(revocation)
    const known = this.#byName.get(name)
    if (known === undefined && this.#byName.size >= this.#settings.maxEntries) this.#forgetExpired()
    this.#byName.set(name, known === undefined ? revocation : furthestRevocation(known, revocation))
  }

  /** Those that were told; not what has come to reach further meanwhile. */
  remove(told: readonly ParsedRevocation[]): void {
    for (const revocation of told) {
      const name = nameOf(revocation)
      if (this.#byName.get(name) === revocation) this.#byName.delete(name)
    }
  }

  #forgetExpired(): void {
    const now = this.#settings.clock()
    for (const [name, { expiresAt }] of this.#byName) if (expiresAt <= now) this.#byName.delete(name)
  }
}
