import { discover, metadataUrl } from '../issuer/discover.ts'
import { FetchFailure, fetcherOf } from '../issuer/fetch-document.ts'
import { RefreshSchedule } from '../issuer/refresh-schedule.ts'
import type { IssuerRules } from '../options/issuer-rules.ts'
import { isJsonObject, type JsonObject } from '../shared/json.ts'

/** How long what the metadata says is not looked up again. */
const FRESH_SECONDS = 600

/**
 * Where to ask about tokens: as configured, or as the issuer's metadata says. Metadata is looked up once while requests
 * wait, later beside them; an endpoint that is known serves on where it cannot be had.
 * @see RFC 8414 section 2 (`introspection_endpoint`), RFC 8705 section 5 (`mtls_endpoint_aliases`)
 */
export class IntrospectionEndpoint {
  readonly #rules: IssuerRules
  readonly #configured: string | undefined
  readonly #mutualTls: boolean
  readonly #schedule: RefreshSchedule
  #url: string | undefined
  #refreshing: Promise<void> | undefined
  #lastFailure = ''

  constructor(rules: IssuerRules, configured: string | undefined, mutualTls: boolean) {
    this.#rules = rules
    this.#configured = configured
    this.#mutualTls = mutualTls
    this.#schedule = new RefreshSchedule(rules)
  }

  /** @throws FetchFailure */
  async find(): Promise<string> {
    if (this.#configured !== undefined) return this.#configured
    const now = this.#rules.clock()
    const isWanted = this.#url === undefined || this.#schedule.isDue(now)
    if (isWanted && this.#refreshing === undefined && this.#schedule.mayFetch(now)) this.#refreshing = this.#refresh()
    if (this.#url === undefined) await this.#refreshing
    if (this.#url === undefined) throw new FetchFailure(this.#lastFailure)
    return this.#url
  }

  async #refresh(): Promise<void> {
    const { issuer, clock } = this.#rules
    try {
      this.#url = await discover(issuer, fetcherOf(this.#rules), document => this.#read(document))
      this.#schedule.succeeded(clock(), FRESH_SECONDS)
    } catch (error) {
      this.#schedule.failed(clock())
      this.#lastFailure = (error as FetchFailure).message
    } finally {
      this.#refreshing = undefined
    }
  }

  #read(metadata: JsonObject): string {
    const aliases = metadata.mtls_endpoint_aliases
    const named = this.#mutualTls && aliases !== undefined && isJsonObject(aliases) ? aliases : metadata
    const endpoint = named.introspection_endpoint ?? metadata.introspection_endpoint
    return metadataUrl(endpoint, 'introspection_endpoint', this.#rules.allowHttpOnLoopback)
  }
}
