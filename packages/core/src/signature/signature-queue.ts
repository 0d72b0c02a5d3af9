import { Rejection } from '../errors/rejection.ts'

const RETRY_AFTER_SECONDS = 1

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

  get isEmpty(): boolean {
    return this.#entries === 0
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
