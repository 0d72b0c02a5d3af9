import { setTimeout as pause } from 'node:timers/promises'
import { type Call, type CallAnswer, call, requestToken, type TokenAnswer } from '../call.ts'
import type { Decision } from '../decisions.ts'
import type { DpopKey } from '../dpop-key.ts'
import type { Example } from '../start.ts'

/** The running example, and how the parts of the check speak to it. */
export class CheckContext {
  readonly example: Example
  /** What the two processes decided so far. */
  readonly #decisions: readonly (Decision & { readonly apiProcess: 1 | 2 })[]
  readonly #secrets: Map<string, string>

  constructor(example: Example, decisions: readonly (Decision & { readonly apiProcess: 1 | 2 })[]) {
    this.example = example
    this.#decisions = decisions
    this.#secrets = new Map(example.clientSecrets)
  }

  /** A token request with the client's own secret, or the one given. */
  askToken(
    clientId: string,
    options: { scope?: string; proof?: string; clientSecret?: string } = {},
  ): Promise<TokenAnswer> {
    const clientSecret = options.clientSecret ?? this.#secrets.get(clientId) ?? ''
    return requestToken({ tokenEndpoint: this.tokenEndpoint, clientId, clientSecret }, options)
  }

  /** The access token; empty where it is refused. */
  async token(clientId: string, key?: DpopKey): Promise<string> {
    const proof = key && { proof: await key.proof('POST', this.tokenEndpoint) }
    return (await this.askToken(clientId, proof)).access_token ?? ''
  }

  get tokenEndpoint(): string {
    return `${this.example.issuer}/token`
  }

  /** The same request to both processes; their answer, or both where they differ. */
  async both(path: string, request: Call = {}): Promise<string> {
    const answers = await Promise.all(this.example.apis.map(api => call(api + path, request)))
    return [...new Set(answers.map(({ text }) => text))].join(' | ')
  }

  admin(path: string, request: Call): Promise<CallAnswer> {
    return call(`${this.example.issuer}/admin${path}`, request)
  }

  /** Registers an API client; its identifier. */
  async create(administrator: string, name: string, scopes: readonly string[]): Promise<string> {
    const request = { method: 'POST', token: administrator, body: { name, scopes } }
    const { clientId, clientSecret } = (await this.admin('/clients', request)).body
    this.#secrets.set(String(clientId), String(clientSecret))
    return String(clientId)
  }

  /**
   * Sends the request twice to both processes; the second answer, and which of them let it in on a token that they
   * remembered by then.
   */
  async warm(clientId: string, path: string, request: Call): Promise<{ answer: string; rememberedBy: string }> {
    const before = this.#decisions.length
    await this.both(path, request)
    const answer = await this.both(path, request)
    const find = () => {
      const hits = this.#decisions.slice(before).filter(decision => decision.clientId === clientId && decision.cached)
      return new Set(hits.map(({ apiProcess }) => apiProcess))
    }
    await until(() => find().size === 2, 1000) // What they report comes on another way than their answers.
    return { answer, rememberedBy: `by process ${[...find()].sort().join(' and ')}` }
  }
}

/** Whether it came about in time. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  withinMilliseconds: number,
  everyMilliseconds = 5,
): Promise<boolean> {
  const deadline = performance.now() + withinMilliseconds
  while (!(await condition())) {
    if (performance.now() > deadline) return false
    await pause(everyMilliseconds)
  }
  return true
}
