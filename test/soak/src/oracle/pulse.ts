const REMEMBERED_SECONDS = 4
/** A fetch takes some turns of the server's event loop from the answer of the issuer to its effect. */
const TURNS = 5
const LEAST_MILLISECONDS = 150

/**
 * How busy the server is, by the slowest of the latest answers for which it had to wait for nothing. What the oracle allows
 * for the server to take note of something follows from it: on a busy machine more than on an idle one.
 */
export class Pulse {
  readonly #slowest: { second: number; milliseconds: number }[] = []

  add(now: number, milliseconds: number): void {
    const second = Math.floor(now / 1000)
    const last = this.#slowest.at(-1)
    if (last?.second === second) {
      last.milliseconds = Math.max(last.milliseconds, milliseconds)
      return
    }
    this.#slowest.push({ second, milliseconds })
    while ((this.#slowest[0]?.second ?? second) <= second - REMEMBERED_SECONDS) this.#slowest.shift()
  }

  /** Time within which the server has surely done what it was about to do. */
  get marginMilliseconds(): number {
    return LEAST_MILLISECONDS + TURNS * Math.max(0, ...this.#slowest.map(({ milliseconds }) => milliseconds))
  }
}
