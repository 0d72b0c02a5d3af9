import { Rejection } from '../errors/rejection.ts'

const RETRY_AFTER_SECONDS = 1
/** Four for each of the four threads that the pool has by default. */
const BURST_ENTRIES = 16

/**
 * How many signature checks wait for the thread pool. Anybody can send tokens that are well-formed and cost a check, so past
 * a depth they are shed: whoever is in gets an answer soon, and files and host names, which the same threads read, do too.
 */
export class SignatureQueue {
  readonly #maxEntries: number
  #entries = 0

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries
  }

  /** Whether many wait, and there is room for more: a full queue refuses, so then whoever can be served beside it is. */
  get isBursting(): boolean {
    return this.#entries >= BURST_ENTRIES && this.#entries < this.#maxEntries
  }

  /** @throws Rejection `signature_queue_full` */
  enter(): void {
    if (this.#entries >= this.#maxEntries) {
      throw new Rejection('signature_queue_full', { limit: this.#maxEntries }, RETRY_AFTER_SECONDS)
    }
    this.#entries++
  }

  leave(): void {
    this.#entries--
  }
}
