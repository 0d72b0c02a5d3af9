import type { RevocationOrder } from '../messages.ts'
import type { Token } from './token.ts'

/** Milliseconds since the epoch. Between the two, nobody knows whether it holds already. */
interface Revoked {
  readonly issuedBefore: number
  readonly orderedAt: number
  holdsSince: number
}

export type RevocationState = 'no' | 'maybe' | 'yes'

/** What was revoked, and from when on that surely holds. */
export class Revocations {
  readonly #byToken = new Map<string, Revoked[]>()
  readonly #byClient = new Map<string, Revoked[]>()
  readonly #send: (order: RevocationOrder) => Promise<unknown>

  constructor(send: (order: RevocationOrder) => Promise<unknown>) {
    this.#send = send
  }

  get count(): number {
    return this.#byToken.size + this.#byClient.size
  }

  async revokeToken({ tokenId }: Token): Promise<void> {
    await this.#order(this.#byToken, tokenId, Number.POSITIVE_INFINITY, { tokenId })
  }

  /** What the client has now; what it gets from now on is good. */
  async revokeClient({ clientId }: Token): Promise<void> {
    const issuedBefore = Date.now()
    await this.#order(this.#byClient, clientId, issuedBefore, { clientId, issuedBefore })
  }

  /** For a request that was under way between the two times. */
  stateOf(token: Token, from: number, to: number): RevocationState {
    const byToken = this.#byToken.get(token.tokenId)
    const byClient = this.#byClient.get(token.clientId)
    if (byToken === undefined && byClient === undefined) return 'no'
    // As the claim has it: the division and the multiplication need not cancel out.
    const issuedAt = (token.issuedAt / 1000) * 1000
    const about = [...(byToken ?? []), ...(byClient ?? [])].filter(({ issuedBefore }) => !(issuedAt >= issuedBefore))
    if (about.some(({ holdsSince }) => holdsSince <= from)) return 'yes'
    return about.some(({ orderedAt }) => orderedAt <= to) ? 'maybe' : 'no'
  }

  async #order(
    table: Map<string, Revoked[]>,
    value: string,
    issuedBefore: number,
    order: RevocationOrder,
  ): Promise<void> {
    const revoked: Revoked = { issuedBefore, orderedAt: Date.now(), holdsSince: Number.POSITIVE_INFINITY }
    // The earlier ones say nothing more once this one holds, but until then they do.
    table.set(value, [...(table.get(value) ?? []).slice(-3), revoked])
    await this.#send(order)
    revoked.holdsSince = Date.now()
  }
}
