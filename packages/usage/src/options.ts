import { ConfigurationError, type ScopeVocabulary } from '@scopeward/core'
import type { UsageSink } from './sinks/usage-sink.ts'
import { type Implications, implicationsOf } from './vocabulary.ts'

/** Where the counts go, and how often. */
export interface UsageRecorderOptions {
  /** Where the counts go. */
  readonly sink: UsageSink
  /**
   * The vocabulary, as the resource server has it. Needed where scopes imply others: it says which scope of a token was used
   * when a route required one that is implied.
   */
  readonly scopes?: ScopeVocabulary<string>
  /**
   * How often they go there. A process that ends without `close()` loses as much. Unit: seconds, 1 to 86,400. Default: 60.
   */
  readonly flushSeconds?: number
  /** How many clients are told apart between two flushes; one that comes with several grants counts as several. 1 to 1,000,000. Default: 10,000. */
  readonly maxClients?: number
  /** How many routes are told apart between two flushes. 1 to 100,000. Default: 5,000. */
  readonly maxRoutes?: number
  /** The time, in milliseconds since the epoch. Default: `Date.now`. */
  readonly clock?: () => number
}

export interface UsageSettings {
  readonly sink: UsageSink
  readonly implications: Implications | undefined
  readonly flushSeconds: number
  readonly maxClients: number
  readonly maxRoutes: number
  readonly clock: () => number
}

/** Kept complete by the compiler. */
const KNOWN: Readonly<Record<keyof UsageRecorderOptions, true>> = {
  sink: true,
  scopes: true,
  flushSeconds: true,
  maxClients: true,
  maxRoutes: true,
  clock: true,
}

/** @throws ConfigurationError `option_missing`, `option_unknown`, `option_invalid` */
export function parseRecorderOptions(options: UsageRecorderOptions): UsageSettings {
  requireKnown('createUsageRecorder()', options, Object.keys(KNOWN))
  const { sink, scopes, flushSeconds, maxClients, maxRoutes, clock = Date.now } = options
  if (sink === undefined) {
    throw new ConfigurationError(
      'option_missing',
      'Option "sink" is missing. Say where the counts go: fileSink({ path: \'usage.ndjson\' }), for example.',
    )
  }
  if (typeof sink?.write !== 'function') throw invalid('sink', 'an object with the method write(records)', sink)
  if (typeof clock !== 'function') throw invalid('clock', 'a function that returns milliseconds', clock)
  return Object.freeze({
    sink,
    implications: scopes === undefined ? undefined : implicationsOf(scopes),
    flushSeconds: numberOption('flushSeconds', flushSeconds, { from: 1, to: 86_400, fallback: 60 }),
    maxClients: integerOption('maxClients', maxClients, { from: 1, to: 1_000_000, fallback: 10_000 }),
    maxRoutes: integerOption('maxRoutes', maxRoutes, { from: 1, to: 100_000, fallback: 5000 }),
    clock,
  })
}

interface Bounds {
  readonly from: number
  readonly to: number
  readonly fallback: number
}

/** @throws ConfigurationError `option_unknown`; `option_missing` where there are no options at all */
export function requireKnown(where: string, options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    throw new ConfigurationError('option_missing', `${where} takes an object of options: ${known.join(', ')}.`)
  }
  const unknown = Object.keys(options).find(name => !known.includes(name))
  if (unknown === undefined) return
  throw new ConfigurationError('option_unknown', `${where} has no option "${unknown}". It takes ${known.join(', ')}.`)
}

/** NaN and strings are refused, not coerced. @throws ConfigurationError `option_invalid` */
export function numberOption(name: string, value: unknown, { from, to, fallback }: Bounds): number {
  if (value === undefined) return fallback
  if (typeof value === 'number' && value >= from && value <= to) return value
  throw invalid(name, `a number from ${from} to ${to} (default ${fallback})`, value)
}

/** @throws ConfigurationError `option_invalid` */
export function integerOption(name: string, value: unknown, bounds: Bounds): number {
  const number = numberOption(name, value, bounds)
  if (Number.isInteger(number)) return number
  throw invalid(name, 'a whole number', value)
}

/** @throws ConfigurationError `option_invalid` */
export function textOption(name: string, value: unknown, fallback?: string): string {
  const text = value === undefined ? fallback : value
  if (typeof text === 'string' && text !== '') return text
  throw invalid(name, 'a non-empty string', value)
}

export function invalid(name: string, expected: string, value: unknown): ConfigurationError {
  return new ConfigurationError('option_invalid', `Option "${name}" must be ${expected}, not ${describe(value)}.`)
}

function describe(value: unknown): string {
  if (typeof value === 'object' && value !== null) return 'an object'
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 80))
  return typeof value === 'function' ? 'a function' : String(value)
}
