export interface PartnerClientOptions {
  readonly tokenEndpoint: string
  readonly clientId: string
  readonly clientSecret: string
  /** The API that the token is for. */
  readonly audience: string
  /** Milliseconds since the epoch. Default: `Date.now`. */
  readonly clock?: () => number
}

interface Token {
  readonly accessToken: string
  /** Milliseconds since the epoch. */
  readonly renewAt: number
}

/** What a partner runs: calls an API with a token that is fetched once and renewed a minute before it expires. */
export class PartnerClient {
  readonly #options: PartnerClientOptions
  #token: Token | undefined
  #renewing: Promise<string> | undefined

  constructor(options: PartnerClientOptions) {
    this.#options = options
  }

  async get(url: string): Promise<Response> {
    return fetch(url, {
      headers: { authorization: `Bearer ${await this.token()}` },
      redirect: 'error', // the token is for this URL
      signal: AbortSignal.timeout(10_000),
    })
  }

  /** @throws Error where the authorization server does not answer with a token; the next call asks again */
  async token(): Promise<string> {
    if (this.#token !== undefined && this.#now() < this.#token.renewAt) return this.#token.accessToken
    this.#renewing ??= this.#renew() // whoever comes meanwhile waits for the same answer
    return this.#renewing
  }

  async #renew(): Promise<string> {
    try {
      this.#token = await this.#fetchToken()
      return this.#token.accessToken
    } finally {
      this.#renewing = undefined
    }
  }

  async #fetchToken(): Promise<Token> {
    const { tokenEndpoint, clientId: client_id, clientSecret: client_secret, audience } = this.#options
    const grant_type = 'client_credentials'
    const askedAt = this.#now()
    const response = await fetch(tokenEndpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ grant_type, client_id, client_secret, audience }),
      redirect: 'error',
      signal: AbortSignal.timeout(10_000),
    })
    if (!response.ok) throw new Error(`No token from ${tokenEndpoint}: ${response.status} ${await response.text()}`)
    const { access_token, expires_in = 0 } = (await response.json()) as { access_token: string; expires_in?: number }
    const marginSeconds = Math.min(60, expires_in / 10)
    return { accessToken: access_token, renewAt: askedAt + (expires_in - marginSeconds) * 1000 }
  }

  #now(): number {
    return (this.#options.clock ?? Date.now)()
  }
}
