import { channel } from 'node:diagnostics_channel'
import type { Resources } from '../messages.ts'

const CHANNELS = ['scopeward:granted', 'scopeward:denied', 'scopeward:key-set', 'scopeward:redis']

/** @param collect twice: what finalizers let go of in the first collection goes in the second */
export function measureResources(collect: boolean): Resources {
  if (collect) {
    globalThis.gc?.()
    globalThis.gc?.()
  }
  const { heapUsed, external, rss } = process.memoryUsage()
  return {
    heapUsed,
    external,
    rss,
    active: countsOf(process.getActiveResourcesInfo()),
    listeners: Object.fromEntries(process.eventNames().map(name => [String(name), process.listenerCount(name)])),
    channels: CHANNELS.filter(name => channel(name).hasSubscribers),
  }
}

function countsOf(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}
