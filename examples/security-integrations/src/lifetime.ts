/** What was started and has to be ended: all of it, in the opposite order, once. */
export class Lifetime {
  readonly #ends: (() => Promise<unknown>)[] = []
  #ended: Promise<void> | undefined

  add(end: () => Promise<unknown>): void {
    this.#ends.push(end)
  }

  get isOver(): boolean {
    return this.#ended !== undefined
  }

  end(): Promise<void> {
    this.#ended ??= this.#endAll()
    return this.#ended
  }

  async #endAll(): Promise<void> {
    for (const end of this.#ends.reverse()) await end()
  }
}
