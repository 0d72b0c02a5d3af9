import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { DeniedEvent, GrantedEvent } from '@scopeward/core'
import { onTestFinished } from 'vitest'

/** Everything that is published on the channel until the test ends; live. */
export function collect(channel: 'scopeward:denied'): readonly DeniedEvent[]
export function collect(channel: 'scopeward:granted'): readonly GrantedEvent[]
export function collect(channel: string): readonly unknown[] {
  const events: unknown[] = []
  const add = (event: unknown): void => void events.push(event)
  subscribe(channel, add)
  onTestFinished(() => void unsubscribe(channel, add))
  return events
}

/** Promises that nobody has handled until the test ends; live. Vitest would fail the run, but not name the test. */
export function unhandledRejections(): readonly unknown[] {
  const reasons: unknown[] = []
  const add = (reason: unknown): void => void reasons.push(reason)
  process.on('unhandledRejection', add)
  onTestFinished(() => void process.off('unhandledRejection', add))
  return reasons
}
