import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { DeniedEvent, GrantedEvent } from '@scopeward/core'
import { type App, type Options, SCOPES, startExpress, startFastify, UNROUTED } from './apps.ts'
import { type Credentials, ORIGIN } from './credentials.ts'
import { send, type WireRequest, type WireResponse } from './wire.ts'

/** What a guard decided, as operators are told. */
type Decision = Omit<GrantedEvent | DeniedEvent, 'durationMilliseconds' | 'cached'>

/** What must be the same, whichever framework answers. */
export interface Seen {
  readonly status: number
  readonly headers: Readonly<Record<string, readonly string[]>>
  readonly body: string
  readonly decisions: readonly Decision[]
}

export interface Answer {
  /** Whether the framework answered by itself, before a guard or in place of a route. */
  readonly isUnrouted: boolean
  readonly seen: Seen
}

/** An Express and a Fastify app with the same routes and options. Each has keys, caches and used proofs of its own. */
export class Pair {
  /** As a client of these servers learns them. */
  readonly nonces: { previous?: string; current?: string } = {}
  readonly #apps: readonly [App, App]
  readonly #decisions: Decision[] = []

  private constructor(apps: readonly [App, App]) {
    this.#apps = apps
    for (const channel of CHANNELS) subscribe(channel, this.#record)
  }

  static async start({ issuer }: Credentials, added: Partial<Options>): Promise<Pair> {
    const options: Options = {
      ...issuer.options,
      audience: ORIGIN,
      scopes: SCOPES,
      resourceMetadata: { resource: `${ORIGIN}/` },
      publicOrigin: ORIGIN,
      revocation: { verdictOn: ({ clientId }) => VERDICTS.get(clientId) ?? 'not_revoked' },
      ...added,
    }
    return new Pair([await startExpress(options), await startFastify(options)])
  }

  async send(request: WireRequest): Promise<readonly [Answer, Answer]> {
    const [express, fastify] = this.#apps
    return [await this.#sendTo(express, request), await this.#sendTo(fastify, request)]
  }

  async close(): Promise<void> {
    for (const channel of CHANNELS) unsubscribe(channel, this.#record)
    for (const app of this.#apps) await app.close()
  }

  async #sendTo({ port }: App, request: WireRequest): Promise<Answer> {
    this.#decisions.length = 0
    const response = await send(port, request)
    const isUnrouted = response.values(UNROUTED).length > 0
    return { isUnrouted, seen: { ...wireOf(response), decisions: [...this.#decisions] } }
  }

  readonly #record = (event: unknown): void => {
    const { durationMilliseconds, cached, ...decision } = event as GrantedEvent & DeniedEvent
    this.#decisions.push(decision)
  }
}

const CHANNELS = ['scopeward:granted', 'scopeward:denied']
const VERDICTS = new Map([
  ['revoked', 'revoked'],
  ['unknown', 'unknown'],
] as const) as ReadonlyMap<string, 'revoked' | 'unknown'>

/** Other headers, such as `ETag` and `Date`, are the framework's. */
const COMPARED = ['www-authenticate', 'cache-control', 'retry-after', 'dpop-nonce', 'content-type', 'content-length']

function wireOf({ status, values, body }: WireResponse): Omit<Seen, 'decisions'> {
  return { status, headers: Object.fromEntries(COMPARED.map(name => [name, values(name)])), body }
}
