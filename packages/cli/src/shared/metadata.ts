import { CommandFailure, EXIT } from './exit.ts'
import { type FetchedJson, fetchJson } from './fetch-json.ts'

export type Metadata = Readonly<Record<string, unknown>>

/** One of the places where metadata can stand, and what was there. */
export interface MetadataPlace {
  readonly url: string
  readonly fetched: FetchedJson
  /** `undefined`: it can be used. */
  readonly problem: string | undefined
}

export interface FoundMetadata {
  readonly places: readonly MetadataPlace[]
  /** The first that can be used. */
  readonly metadata: Metadata | undefined
}

/** As the verifier looks it up: RFC 8414 section 3.1 first, OpenID Connect Discovery section 4 second. */
export async function findMetadata(issuer: string): Promise<FoundMetadata> {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.endsWith('/') ? pathname.slice(0, -1) : pathname
  const urls = [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ]
  const places = await Promise.all(
    urls.map(async url => {
      const fetched = await fetchJson(url)
      return { url, fetched, problem: problemOf(fetched, issuer) }
    }),
  )
  const usable = places.find(({ problem }) => problem === undefined)
  return { places, metadata: usable?.fetched.answer?.document as Metadata | undefined }
}

/** @throws CommandFailure where the issuer cannot be reached, or has no metadata that can be used */
export async function requireMetadata(issuer: string): Promise<Metadata> {
  const { metadata, places } = await findMetadata(issuer)
  if (metadata !== undefined) return metadata
  throw new CommandFailure(`${issuer} has no usable metadata: ${whyNone(places)}.`, EXIT.unavailable)
}

export function whyNone(places: readonly MetadataPlace[]): string {
  const problems = new Set(places.map(({ problem }) => problem))
  if (problems.size === 1) return [...problems][0] as string
  return places.map(({ url, problem }) => `${new URL(url).pathname}: ${problem}`).join('; ')
}

function problemOf({ answer, failure }: FetchedJson, issuer: string): string | undefined {
  if (answer === undefined) return failure
  if (answer.status >= 300 && answer.status < 400) return `it redirects (${answer.status}), which is not followed`
  if (answer.status !== 200) return `the answer has status ${answer.status}`
  const { document } = answer
  if (typeof document !== 'object' || document === null) return 'the answer is not a JSON object'
  const named = (document as Metadata).issuer
  if (named === issuer) return undefined
  const name = typeof named === 'string' ? JSON.stringify(named) : 'no issuer'
  return `it names ${name}, and the issuer to trust is ${JSON.stringify(issuer)}: they must be the same to the letter`
}
