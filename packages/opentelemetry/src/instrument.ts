import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type Meter, metrics, type Span, trace } from '@opentelemetry/api'
import { ConfigurationError, type DeniedEvent, type GrantedEvent, type KeySetEvent } from '@scopeward/core'
import { Measurements, type RedisEvent } from './measurements.ts'
import { type InstrumentOptions, parseOptions } from './options.ts'
import { deniedAttributes, grantedAttributes } from './span-attributes.ts'
import { withoutThrowing } from './without-throwing.ts'

type Listener = readonly [channel: string, listener: (event: unknown) => void]

/** Two on one meter would count every request twice. */
const inUse = new Set<Meter | 'global'>()

/**
 * Counts and times every check of every resource server in this process, the fetches of key sets and whether Redis answers,
 * from the diagnostics channels of `@scopeward/core` and `@scopeward/redis`. No token, no subject and no claim gets into a
 * metric or a span but the client's identifier, and that into spans alone. Never fails a request: what a meter or a span
 * throws goes to `diag` of OpenTelemetry, once.
 *
 * Not seen: `verify()`, and requests without credentials that an optional guard lets through. A request that passes two
 * guards counts twice.
 * @returns a function that ends it; calling that again does nothing. The SDK goes on exporting what it was told last
 * @throws ConfigurationError `option_unknown`, `option_invalid`; `option_conflict` while the same meter is in use
 */
export function instrument(options: InstrumentOptions = {}): () => void {
  const { meter, spanAttributes, maxSeries } = parseOptions(options)
  const release = claim(meter ?? 'global')
  const measurements = new Measurements(() => meter ?? metrics.getMeter('@scopeward/opentelemetry'), maxSeries)
  const listeners = [...measuring(measurements), ...(spanAttributes ? telling : [])].map(
    ([channel, listener]): Listener => [channel, withoutThrowing(listener)],
  )
  for (const [channel, listener] of listeners) subscribe(channel, listener)
  return () => {
    for (const [channel, listener] of listeners) unsubscribe(channel, listener)
    measurements.stop()
    release()
  }
}

/** @returns a function that gives it back, once */
function claim(meter: Meter | 'global'): () => void {
  if (inUse.has(meter)) {
    throw new ConfigurationError(
      'option_conflict',
      'instrument() is at work on this meter already; a second time it would count everything twice. Call what it returned first.',
    )
  }
  inUse.add(meter)
  let isHeld = true
  return () => {
    if (isHeld) inUse.delete(meter)
    isHeld = false
  }
}

function measuring(measurements: Measurements): readonly Listener[] {
  return [
    ['scopeward:granted', event => measurements.granted(event as GrantedEvent)],
    ['scopeward:denied', event => measurements.denied(event as DeniedEvent)],
    ['scopeward:key-set', event => measurements.keySet(event as KeySetEvent)],
    ['scopeward:redis', event => measurements.redis(event as RedisEvent)],
  ]
}

/** Apart from the measuring ones, so that a meter that throws does not leave spans empty. */
const telling: readonly Listener[] = [
  ['scopeward:granted', event => recordingSpan()?.setAttributes(grantedAttributes(event as GrantedEvent))],
  ['scopeward:denied', event => recordingSpan()?.setAttributes(deniedAttributes(event as DeniedEvent))],
]

/** Most spans are not sampled; those are spared the attributes. */
function recordingSpan(): Span | undefined {
  const span = trace.getActiveSpan()
  return span?.isRecording() ? span : undefined
}
