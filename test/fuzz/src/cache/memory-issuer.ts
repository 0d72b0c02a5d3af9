import type { TestKey } from '@scopeward/testing'
import type { Fault, KeyChange } from './commands.ts'

export const ISSUER = 'https://login.example.com'
export const JWKS_URI = 'https://login.example.com/jwks'
export const OPAQUE_ISSUER = 'https://opaque.example.com'
export const INTROSPECTION_ENDPOINT = 'https://opaque.example.com/introspect'

type Claims = Readonly<Record<string, unknown>>

/** A key under the kid that it is published with. */
export interface PublishedKey {
  readonly kid: string
  readonly key: TestKey
}

/**
 * Two issuers, one that publishes keys and one that is asked about its tokens, behind a `fetch` without a network: so one
 * sequence takes a millisecond, and the order of events is the same each time.
 */
export class MemoryIssuer {
  readonly #pool: readonly TestKey[]
  readonly #keySetMaxAgeSeconds: number
  readonly #opaque = new Map<string, Claims>()
  #used = 0
  #kids = 0
  #published: readonly PublishedKey[] = []
  #signing: PublishedKey
  fault: Fault = 'none'

  constructor(pool: readonly TestKey[], keySetMaxAgeSeconds: number) {
    this.#pool = pool
    this.#keySetMaxAgeSeconds = keySetMaxAgeSeconds
    this.#signing = this.#newKey()
    this.#published = [this.#signing]
  }

  get signing(): PublishedKey {
    return this.#signing
  }

  changeKeys(change: KeyChange): void {
    if (change === 'withdraw') {
      this.#published = this.#published.slice(1)
      return
    }
    const key = this.#newKey(change === 'replace under the same kid' ? this.#signing.kid : undefined)
    const kept = this.#published.filter(({ kid }) => kid !== key.kid)
    this.#published = change === 'rotate, not keeping the old' ? [key] : [...kept, key]
    this.#signing = key
  }

  remember(opaqueToken: string, claims: Claims): void {
    this.#opaque.set(opaqueToken, claims)
  }

  forget(opaqueToken: string): void {
    this.#opaque.delete(opaqueToken)
  }

  async answer(url: string, body: unknown): Promise<Response> {
    if (url === INTROSPECTION_ENDPOINT) return this.#introspect(new URLSearchParams(String(body)).get('token') ?? '')
    switch (this.fault) {
      case 'down':
        throw new TypeError('fetch failed')
      case 'error':
        return new Response('{}', { status: 500 })
      case 'html':
        return new Response('<h1>Welcome</h1>')
      case 'empty':
        return this.#keySet([])
      case 'none':
        return this.#keySet(this.#published)
    }
  }

  #keySet(keys: readonly PublishedKey[]): Response {
    const body = { keys: keys.map(({ kid, key }) => ({ ...key.publicJwk, kid })) }
    return Response.json(body, { headers: { 'cache-control': `max-age=${this.#keySetMaxAgeSeconds}` } })
  }

  /** Active until it is forgotten: an issuer need not look at the time, and the API has to. */
  #introspect(token: string): Response {
    const claims = this.#opaque.get(token)
    return Response.json(claims === undefined ? { active: false } : { ...claims, active: true })
  }

  #newKey(kid?: string): PublishedKey {
    const key = this.#pool[this.#used++ % this.#pool.length] as TestKey
    return { kid: kid ?? `key-${++this.#kids}`, key }
  }
}
