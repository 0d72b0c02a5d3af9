import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault, FaultTarget } from '@scopeward/testing'
import type { Random } from '../random.ts'
import type { Revocations } from '../tokens/revocations.ts'
import { ALGORITHMS } from '../tokens/signing.ts'
import type { Workshop } from '../traffic/workshop.ts'
import type { WatchedIssuer } from './watched-issuer.ts'

const FAULTS: readonly Fault[] = [
  'down',
  'slow',
  'error',
  'unavailable',
  'not-found',
  'slow-body',
  'reset',
  'html',
  'invalid-json',
  'wrong-json',
  'huge',
  'redirect',
]
const TARGETS: readonly (FaultTarget | 'everything')[] = ['everything', 'everything', 'jwks', 'metadata']
const MAX_PUBLISHED_KEYS = 3
const REPLACED_SHARE = 0.2
const WHOLE_CLIENT_SHARE = 0.3
const REVOCATION_SECONDS = 0.7

/** How often what happens. A short run has everything too, in quicker succession. */
export interface Pace {
  readonly rotationSeconds: number
  readonly outageEverySeconds: number
  readonly outageSeconds: number
}

export function paceFor(seconds: number): Pace {
  const within = (value: number, from: number, to: number): number => Math.min(Math.max(value, from), to)
  const outageEverySeconds = within(seconds / 4, 1.2, 15)
  return {
    rotationSeconds: within(seconds / 10, 0.5, 3),
    outageEverySeconds,
    outageSeconds: within(outageEverySeconds / 4, 0.6, 4),
  }
}

export interface Disturbed {
  rotations: number
  replacements: number
  withdrawals: number
  revocations: number
  outages: number
}

/** What happens while the traffic runs: keys come and go, tokens are taken back, issuers fail. */
export class Disturbances {
  readonly counts: Disturbed = { rotations: 0, replacements: 0, withdrawals: 0, revocations: 0, outages: 0 }
  readonly #workshop: Workshop
  readonly #random: Random
  readonly #revocations: Revocations
  readonly #pace: Pace
  readonly #end = new AbortController()

  constructor(workshop: Workshop, random: Random, revocations: Revocations, pace: Pace) {
    this.#workshop = workshop
    this.#random = random
    this.#revocations = revocations
    this.#pace = pace
  }

  /** Resolves when it was stopped; every issuer is in order then. */
  async run(): Promise<void> {
    const { rotationSeconds, outageEverySeconds } = this.#pace
    await Promise.all([
      this.#every(rotationSeconds, () => this.#changeKeys()),
      this.#every(REVOCATION_SECONDS, () => this.#revoke()),
      this.#every(outageEverySeconds, () => this.#breakDown()),
    ])
  }

  stop(): void {
    this.#end.abort()
  }

  async #every(seconds: number, happen: () => Promise<void>): Promise<void> {
    while (await this.#pause(seconds)) await happen()
  }

  /** Whether the time passed; otherwise it is over. */
  async #pause(seconds: number): Promise<boolean> {
    return sleep(seconds * 1000, true, { signal: this.#end.signal }).catch(() => false)
  }

  async #changeKeys(): Promise<void> {
    const issuer = this.#random.pick(this.#workshop.issuers)
    if (this.#random.isTrue(REPLACED_SHARE)) return this.#replaceKey(issuer)
    await issuer.server.rotateKeys({ algorithm: this.#random.pick(ALGORITHMS) })
    this.counts.rotations++
    const [oldest, ...others] = issuer.server.keys
    if (oldest === undefined || others.length < MAX_PUBLISHED_KEYS) return
    issuer.server.withdrawKey(oldest.kid)
    this.counts.withdrawals++
    this.#workshop.putAside(({ key }) => key === oldest)
  }

  /** Other key material under the same name: what an issuer should not do, and does. */
  async #replaceKey(issuer: WatchedIssuer): Promise<void> {
    const old = issuer.signingKey
    await issuer.server.replaceKey()
    this.counts.replacements++
    this.#workshop.putAside(({ key }) => key === old)
  }

  async #revoke(): Promise<void> {
    const token = this.#workshop.pool.pick()
    this.counts.revocations++
    if (this.#random.isTrue(WHOLE_CLIENT_SHARE)) return this.#revocations.revokeClient(token)
    const done = this.#revocations.revokeToken(token)
    this.#workshop.putAsideRevoked(token)
    await done
  }

  async #breakDown(): Promise<void> {
    const issuer = this.#random.pick(this.#workshop.issuers)
    issuer.setFault(this.#random.pick(FAULTS), this.#random.pick(TARGETS))
    this.counts.outages++
    await this.#pause(this.#pace.outageSeconds)
    issuer.setFault(undefined)
  }
}
