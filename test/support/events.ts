import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { DeniedEvent, GrantedEvent, KeySetEvent } from '@scopeward/core'

export interface EventLog {
  readonly denied: DeniedEvent[]
  readonly granted: GrantedEvent[]
  readonly keySet: KeySetEvent[]
  /** Forgets what was seen so far. */
  clear(): void
  stop(): void
}

/** Everything that the library tells operators, from now until it is stopped. */
export function recordEvents(): EventLog {
  const log = { denied: [] as DeniedEvent[], granted: [] as GrantedEvent[], keySet: [] as KeySetEvent[] }
  const listeners: readonly (readonly [string, (event: unknown) => void])[] = [
    ['scopeward:denied', event => log.denied.push(event as DeniedEvent)],
    ['scopeward:granted', event => log.granted.push(event as GrantedEvent)],
    ['scopeward:key-set', event => log.keySet.push(event as KeySetEvent)],
  ]
  for (const [channel, listener] of listeners) subscribe(channel, listener)
  return {
    ...log,
    clear() {
      for (const events of Object.values(log)) events.length = 0
    },
    stop() {
      for (const [channel, listener] of listeners) unsubscribe(channel, listener)
    },
  }
}
