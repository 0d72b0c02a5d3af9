/** A set that cannot be changed, not even through `Set.prototype`: the access of one token is shared between requests. */
export class NamedSet implements ReadonlySet<string> {
  /** Most tokens name no roles and no permissions. */
  static readonly EMPTY: NamedSet = new NamedSet([])
  readonly #names: ReadonlySet<string>

  constructor(names: Iterable<string>) {
    this.#names = new Set(names)
    Object.freeze(this)
  }

  get size(): number {
    return this.#names.size
  }

  has(name: string): boolean {
    return this.#names.has(name)
  }

  forEach(callback: (name: string, again: string, set: ReadonlySet<string>) => void, self?: unknown): void {
    for (const name of this.#names) callback.call(self, name, name, this)
  }

  keys(): SetIterator<string> {
    return this.#names.keys()
  }

  values(): SetIterator<string> {
    return this.#names.values()
  }

  entries(): SetIterator<[string, string]> {
    return this.#names.entries()
  }

  [Symbol.iterator](): SetIterator<string> {
    return this.#names.values()
  }

  toJSON(): readonly string[] {
    return [...this.#names]
  }
}
