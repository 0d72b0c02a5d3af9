import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'

/** An integration's own identity. It belongs to no user account, so no account's end or change of role touches it. */
export interface ApiClient {
  readonly clientId: string
  readonly name: string
  /** All that its tokens can ever carry. */
  readonly scopes: readonly string[]
  /** Gets tokens with a DPoP proof only. RFC 9449 section 5.2. */
  readonly dpopBound: boolean
  /** For the record: nothing follows from it. */
  readonly createdBy: string
}

interface Entry extends ApiClient {
  readonly secretDigest: Buffer
  /** Earliest `iat` of its tokens. Seconds since the epoch. */
  readonly tokensFrom: number
}

/** The API clients that the authorization server knows; yours has them in a database. */
export class ApiClients {
  readonly #entries = new Map<string, Entry>()

  /** The secret is shown this once; only its digest stays. Random, so a plain SHA-256 will do. */
  create(
    client: Omit<ApiClient, 'clientId'>,
    clientId: string = randomUUID(),
  ): { readonly client: ApiClient; readonly clientSecret: string } {
    const clientSecret = randomBytes(32).toString('base64url')
    const entry = { ...client, clientId, secretDigest: digest(clientSecret), tokensFrom: 0 }
    this.#entries.set(clientId, entry)
    return { client: publicPart(entry), clientSecret }
  }

  list(): readonly ApiClient[] {
    return [...this.#entries.values()].map(publicPart)
  }

  authenticate(clientId: string, clientSecret: string): ApiClient | undefined {
    const entry = this.#entries.get(clientId)
    const isEqual = timingSafeEqual(entry?.secretDigest ?? digest(''), digest(clientSecret))
    return entry !== undefined && isEqual ? publicPart(entry) : undefined
  }

  /** What a token of this very moment says, or `undefined` for a client that is gone. */
  issue(clientId: string): { readonly scopes: readonly string[]; readonly issuedAt: number } | undefined {
    const entry = this.#entries.get(clientId)
    return entry && { scopes: entry.scopes, issuedAt: Math.max(nowSeconds(), entry.tokensFrom) }
  }

  /** Yields the moment before which its tokens were issued that still say something else. */
  setScopes(clientId: string, scopes: readonly string[]): Date | undefined {
    const entry = this.#entries.get(clientId)
    if (entry === undefined) return undefined
    const tokensFrom = nextSecond()
    this.#entries.set(clientId, { ...entry, scopes, tokensFrom })
    return new Date(tokensFrom * 1000)
  }

  remove(clientId: string): boolean {
    return this.#entries.delete(clientId)
  }
}

/**
 * `iat` is in whole seconds: of two tokens of this second nobody could say which came before a change. So those of this
 * second count as issued before it, and new ones are dated the next second: up to one ahead, which every API tolerates.
 */
function nextSecond(): number {
  return nowSeconds() + 1
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000)
}

function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

function publicPart({ clientId, name, scopes, dpopBound, createdBy }: Entry): ApiClient {
  return { clientId, name, scopes, dpopBound, createdBy }
}
