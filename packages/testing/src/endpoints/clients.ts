import type { AssertionContext } from './client-assertion.ts'
import type { TestClient } from './client-authentication.ts'

/** The registered clients, and the assertions that they have used up at any endpoint. */
export class Clients {
  readonly #issuer: string
  readonly #clock: () => number
  readonly #clients = new Map<string, TestClient>()
  readonly #usedAssertions = new Set<string>()

  constructor(issuer: string, clock: () => number, clients: readonly TestClient[]) {
    this.#issuer = issuer
    this.#clock = clock
    for (const client of clients) this.add(client)
  }

  add(client: TestClient): void {
    this.#clients.set(client.clientId, client)
  }

  get scopes(): readonly string[] {
    return [...new Set([...this.#clients.values()].flatMap(client => client.scopes))]
  }

  /** What it takes to authenticate a client at the endpoint with this URL. */
  authenticationAt(endpoint: string): AssertionContext {
    return {
      clients: this.#clients,
      audiences: [this.#issuer, endpoint],
      clock: this.#clock,
      usedAssertions: this.#usedAssertions,
    }
  }
}
