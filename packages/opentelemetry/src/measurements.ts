import type { Meter } from '@opentelemetry/api'
import type { DeniedEvent, GrantedEvent, KeySetEvent } from '@scopeward/core'
import { BoundedAttributes } from './bounded-attributes.ts'
import { createInstruments, type Instruments } from './instruments.ts'
import { KeySetStates } from './key-set-states.ts'

/** What `@scopeward/redis` publishes. Not imported from there: few have it installed. */
export interface RedisEvent {
  readonly part: 'replay_store' | 'revocation_list'
  readonly problem: string | undefined
}

/** From events to the instruments of one meter. */
export class Measurements {
  readonly #meter: () => Meter
  readonly #granted: BoundedAttributes
  readonly #denied: BoundedAttributes
  readonly #refreshed: BoundedAttributes
  readonly #failed: BoundedAttributes
  readonly #keySets: KeySetStates
  readonly #redisAvailable = new Map<RedisEvent['part'], boolean>()
  #instruments: Instruments | undefined

  constructor(meter: () => Meter, maxSeries: number) {
    this.#meter = meter
    this.#granted = new BoundedAttributes(maxSeries)
    this.#denied = new BoundedAttributes(maxSeries)
    this.#refreshed = new BoundedAttributes(maxSeries)
    this.#failed = new BoundedAttributes(maxSeries)
    this.#keySets = new KeySetStates(maxSeries)
  }

  granted({ issuer, route, cached, durationMilliseconds }: GrantedEvent): void {
    const { requests, duration } = this.#made()
    requests.add(1, this.#granted.of(GRANTED, '', issuer, route))
    duration.record(durationMilliseconds / 1000, cached ? GRANTED_REMEMBERED : GRANTED_NEW)
  }

  denied({ issuer, code, status, route, durationMilliseconds }: DeniedEvent): void {
    const { requests, duration } = this.#made()
    const failed = { 'scopeward.outcome': 'denied', 'error.type': code }
    requests.add(1, this.#denied.of({ ...failed, 'http.response.status_code': status }, code, issuer, route))
    duration.record(durationMilliseconds / 1000, failed)
  }

  keySet(event: KeySetEvent): void {
    this.#keySets.note(event, performance.now())
    const attributes = event.outcome === 'refreshed' ? this.#refreshed : this.#failed
    const outcome = { 'scopeward.key_set.outcome': event.outcome }
    this.#made().keySetFetches.add(1, attributes.of(outcome, '', event.issuer, undefined))
  }

  redis({ part, problem }: RedisEvent): void {
    this.#redisAvailable.set(part, problem === undefined)
    this.#made()
  }

  stop(): void {
    this.#instruments?.stopObserving()
  }

  /** At the first event: the SDK may have started after `instrument()` was called, and then there was no meter yet. */
  #made(): Instruments {
    this.#instruments ??= createInstruments(this.#meter(), this.#keySets, this.#redisAvailable)
    return this.#instruments
  }
}

const GRANTED = { 'scopeward.outcome': 'granted' }
const GRANTED_REMEMBERED = { ...GRANTED, 'scopeward.token.remembered': true }
const GRANTED_NEW = { ...GRANTED, 'scopeward.token.remembered': false }
