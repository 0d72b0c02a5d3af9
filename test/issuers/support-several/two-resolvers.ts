import { createResourceServer, type IssuerResolver, type ResourceServer } from '@scopeward/core'
import { createTestIssuer, type Fault, type TestClock, type TestIssuer, testClock } from '@scopeward/testing'
import { AUDIENCE } from './three.ts'

export interface Settings {
  readonly cacheEntries: number
  readonly issuerCacheSeconds: number
  readonly issuerCacheMaxEntries: number
  readonly staleIfErrorSeconds: number
  readonly refreshCooldownSeconds: number
}

/** What the application answers for a tenant from now on. */
export const ANSWERS = [
  'itself',
  'the same again',
  'another audience',
  'the keys of the other',
  'unknown',
  'garbage',
  'fails',
] as const
export type TenantAnswer = (typeof ANSWERS)[number]

interface Server {
  readonly api: ResourceServer<'items:read'>
  /** Names asked for and URLs fetched, with their second. */
  readonly log: string[]
}

/** Two servers that find the same two tenants by a function, one with a cache of verified tokens and one without. */
export class TwoResolvers {
  readonly clock: TestClock
  readonly issuers: readonly [TestIssuer, TestIssuer]
  readonly #answers: [TenantAnswer, TenantAnswer] = ['itself', 'itself']
  readonly #servers: readonly [Server, Server]
  readonly #start: number

  private constructor(issuers: readonly [TestIssuer, TestIssuer], clock: TestClock, settings: Settings) {
    this.issuers = issuers
    this.clock = clock
    this.#start = clock()
    this.#servers = [this.#startServer(settings, settings.cacheEntries), this.#startServer(settings, 0)]
  }

  static async start(settings: Settings): Promise<TwoResolvers> {
    const clock = testClock()
    const create = () => createTestIssuer({ algorithm: 'ES256', clock })
    return new TwoResolvers([await create(), await create()], clock, settings)
  }

  answer(tenant: number, answer: TenantAnswer): void {
    this.#answers[tenant % 2] = answer
  }

  setFault(tenant: number, fault: Fault | undefined): void {
    this.issuers[tenant % 2]?.setFault(fault, 'jwks')
  }

  /**
   * What both made of the tokens, and what both asked and fetched so far. One after the other, and both come to rest in
   * between: a remembered token is answered sooner, so that it could overtake a question asked beside requests.
   */
  async ask(tokens: readonly string[]): Promise<readonly [unknown, unknown]> {
    const seen = this.#servers.map(({ log }) => ({ codes: [] as string[], log }))
    for (const token of tokens) {
      const codes = await Promise.all(this.#servers.map(({ api }) => codeOf(api, token)))
      for (const [index, code] of codes.entries()) seen[index]?.codes.push(code)
      await this.#rest()
    }
    return [seen[0], seen[1]]
  }

  async stop(): Promise<void> {
    await Promise.all(this.issuers.map(issuer => issuer.stop()))
  }

  /** Refreshes in the background end with the event of their fetch; those that began are awaited, and what follows them. */
  async #rest(): Promise<void> {
    do {
      await Promise.all(this.#underWay)
      await new Promise(resolve => setImmediate(() => setImmediate(resolve)))
    } while (this.#underWay.size > 0)
  }

  readonly #underWay = new Set<Promise<unknown>>()

  #startServer(settings: Settings, tokenCacheMaxEntries: number): Server {
    const { cacheEntries: _, ...rest } = settings
    const log: string[] = []
    const note = (what: string): void => void log.push(`${(this.clock() - this.#start) / 1000} ${what}`)
    const resolve = async (iss: string) => {
      note(`asked for ${iss}`)
      return this.#definitionOf(iss)
    }
    const api = createResourceServer({
      ...rest,
      issuer: resolve as IssuerResolver,
      audience: AUDIENCE,
      scopes: { 'items:read': 'Read items' },
      allowHttpOnLoopback: true,
      clock: this.clock,
      tokenCacheMaxEntries,
      fetchTimeoutSeconds: 60,
      fetch: async (url, init) => {
        note(`fetched ${String(url)}`)
        const fetching = globalThis.fetch(url, init).then(async response => {
          const body = await response.arrayBuffer()
          return new Response(body, { status: response.status, headers: response.headers })
        })
        const settled = fetching.then(
          () => undefined,
          () => undefined,
        )
        this.#underWay.add(settled)
        void settled.then(() => this.#underWay.delete(settled))
        return fetching
      },
    })
    return { api, log }
  }

  #definitionOf(iss: string): unknown {
    const tenant = this.issuers.findIndex(({ issuer }) => issuer === iss)
    if (tenant === -1) return undefined
    const [own, other] = tenant === 0 ? this.issuers : ([this.issuers[1], this.issuers[0]] as const)
    switch (this.#answers[tenant]) {
      case 'another audience':
        return { issuer: iss, jwksUri: own.jwksUri, audience: 'elsewhere' }
      case 'the keys of the other':
        return { issuer: iss, jwksUri: other.jwksUri }
      case 'unknown':
        return undefined
      case 'garbage':
        return { issuer: other.issuer }
      case 'fails':
        throw new Error('down')
      default:
        return { issuer: iss, jwksUri: own.jwksUri }
    }
  }
}

async function codeOf(api: ResourceServer<'items:read'>, token: string): Promise<string> {
  const headers = { authorization: `Bearer ${token}` }
  const outcome = await api.check({ method: 'GET', url: '/guarded', headers }, 'items:read')
  if (outcome.granted) return `granted ${outcome.access.issuer}`
  return `${outcome.denial.code} ${outcome.denial.headers['Retry-After'] ?? ''}`
}
