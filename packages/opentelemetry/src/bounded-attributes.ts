import type { Attributes } from '@opentelemetry/api'

/** What OpenTelemetry calls a value that is not told apart. */
const OTHER = '_OTHER'

/**
 * The attributes of one instrument for one outcome, in a bounded number of combinations. Issuers come and go where a function
 * finds them, and whoever has no token at all can still try every route with every kind of bad one; each combination stays in
 * memory, here and in whatever stores the metrics.
 */
export class BoundedAttributes {
  readonly #max: number
  readonly #made = new Map<string, Attributes>()

  constructor(max: number) {
    this.#max = max
  }

  /** @param fixed is decided by `code`, so that it adds no combination */
  of(fixed: Attributes, code: string, issuer: string | undefined, route: string | undefined): Attributes {
    // Neither a code nor an issuer holds a line break.
    const key = `${code}\n${issuer ?? ''}\n${route ?? ''}`
    const known = this.#made.get(key)
    if (known !== undefined) return known
    if (this.#made.size >= this.#max) return withPlace(fixed, OTHER, route === undefined ? undefined : OTHER)
    const attributes = withPlace(fixed, issuer, route)
    this.#made.set(key, attributes)
    return attributes
  }
}

function withPlace(fixed: Attributes, issuer: string | undefined, route: string | undefined): Attributes {
  return {
    ...fixed,
    ...(issuer !== undefined && { 'scopeward.issuer': issuer }),
    ...(route !== undefined && { 'http.route': route }),
  }
}
