import type { Meter } from '@opentelemetry/api'
import { ConfigurationError } from '@scopeward/core'

/** What is measured with, and how. */
export interface InstrumentOptions {
  /**
   * Default: the meter `@scopeward/opentelemetry` of the global meter provider, asked for when there is something to count,
   * so that the SDK may start later.
   */
  readonly meter?: Meter
  /**
   * Whether the span that is active while a request is checked, usually that of the request, is told the outcome. Default:
   * true.
   */
  readonly spanAttributes?: boolean
  /**
   * How many combinations of issuer, route and code are told apart, for granted and for denied requests each, and of how
   * many issuers key sets are shown. What comes after is counted under the issuer and the route `_OTHER`. Default: 900, with
   * which no metric exceeds the 2,000 attribute sets that the SDK allows unless told otherwise.
   */
  readonly maxSeries?: number
}

/** With everything decided. */
export interface ParsedOptions {
  readonly meter: Meter | undefined
  readonly spanAttributes: boolean
  readonly maxSeries: number
}

const DEFAULT_MAX_SERIES = 900
const LARGEST_MAX_SERIES = 100_000

/** @throws ConfigurationError `option_unknown`, `option_invalid` */
export function parseOptions(options: InstrumentOptions): ParsedOptions {
  if (typeof options !== 'object' || options === null) throw invalid('options', 'an object')
  const { meter, spanAttributes = true, maxSeries = DEFAULT_MAX_SERIES, ...unknown } = options
  const [name] = Object.keys(unknown)
  if (name !== undefined) {
    throw new ConfigurationError(
      'option_unknown',
      `instrument() has no option "${name}". It takes meter, spanAttributes and maxSeries.`,
    )
  }
  if (meter !== undefined && typeof meter?.createCounter !== 'function') throw invalid('meter', 'a Meter')
  if (typeof spanAttributes !== 'boolean') throw invalid('spanAttributes', 'true or false')
  if (!Number.isInteger(maxSeries) || maxSeries < 1 || maxSeries > LARGEST_MAX_SERIES) {
    throw invalid('maxSeries', `a whole number from 1 to ${LARGEST_MAX_SERIES}`)
  }
  return { meter, spanAttributes, maxSeries }
}

function invalid(name: string, accepted: string): ConfigurationError {
  return new ConfigurationError('option_invalid', `instrument(): "${name}" must be ${accepted}.`)
}
