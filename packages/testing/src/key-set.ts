import type { TestAlgorithm } from './algorithms.ts'
import { generateTestKey, type TestKey } from './keys.ts'

/** The issuer's keys: which are published, which one signs, and all that ever were. */
export class KeySet {
  #published: readonly TestKey[]
  #signing: TestKey
  readonly #known = new Map<string, TestKey>()
  #override: { readonly body: unknown } | undefined

  constructor(first: TestKey) {
    this.#published = Object.freeze([first])
    this.#signing = first
    this.#known.set(first.kid, first)
  }

  static async create(algorithm: TestAlgorithm): Promise<KeySet> {
    return new KeySet(await generateTestKey(algorithm, 'key-1'))
  }

  get published(): readonly TestKey[] {
    return this.#published
  }

  get signing(): TestKey {
    return this.#signing
  }

  find(kid: string): TestKey {
    const key = this.#known.get(kid)
    if (key !== undefined) return key
    throw new TypeError(`the issuer has no key "${kid}"; it has ${[...this.#known.keys()].join(', ')}`)
  }

  /** Whether the key was made here and has not been replaced; a withdrawn one is still the issuer's. */
  has(key: TestKey): boolean {
    return this.#known.get(key.kid) === key
  }

  async rotate(algorithm: TestAlgorithm, keepOld: boolean): Promise<TestKey> {
    const key = await generateTestKey(algorithm, `key-${this.#known.size + 1}`)
    this.#published = Object.freeze(keepOld ? [...this.#published, key] : [key])
    this.#known.set(key.kid, key)
    this.#signing = key
    return key
  }

  withdraw(kid: string | undefined): void {
    const withdrawn = kid === undefined ? this.#published[0] : this.find(kid)
    this.#published = Object.freeze(this.#published.filter(key => key.kid !== withdrawn?.kid))
  }

  async replace(kid: string): Promise<TestKey> {
    const old = this.find(kid)
    const key = await generateTestKey(old.algorithm, kid)
    this.#published = Object.freeze(this.#published.map(each => (each.kid === kid ? key : each)))
    this.#known.set(kid, key)
    if (this.#signing.kid === kid) this.#signing = key
    return key
  }

  publish(body: unknown): void {
    this.#override = body === undefined ? undefined : { body }
  }

  /** What the key set endpoint answers: text and bytes given to `publish` go out untouched. */
  document(): string | Uint8Array {
    const body =
      this.#override === undefined ? { keys: this.#published.map(key => key.publicJwk) } : this.#override.body
    return typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
  }
}
