import { subscribe } from 'node:diagnostics_channel'
import type { DeniedEvent } from '@scopeward/core'

/** How often each kind of refusal would have happened; print it, or hand it to your metrics. */
export const refusals = new Map<string, number>()

subscribe('scopeward:denied', message => {
  const { code, detail, route, clientId } = message as DeniedEvent
  const kind = JSON.stringify({ code, detail, route, clientId })
  refusals.set(kind, (refusals.get(kind) ?? 0) + 1)
})
