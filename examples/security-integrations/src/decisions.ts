import { subscribe } from 'node:diagnostics_channel'
import type { DeniedEvent, GrantedEvent } from '@scopeward/express'

/** One line of the audit log: which API client asked for what, and what became of it. No token, no secret. */
export interface Decision {
  readonly outcome: 'granted' | 'denied'
  /** `undefined` where no token was proven genuine. */
  readonly clientId: string | undefined
  readonly route: string | undefined
  readonly requirement: string
  /** Why it was denied. */
  readonly code?: string
  /** Whether the token was known as verified already. */
  readonly cached?: boolean
}

export function onDecision(listener: (decision: Decision) => void): void {
  subscribe('scopeward:granted', message => {
    const { clientId, route, requirement, cached } = message as GrantedEvent
    listener({ outcome: 'granted', clientId, route, requirement, cached })
  })
  subscribe('scopeward:denied', message => {
    const { clientId, route, requirement, code } = message as DeniedEvent
    listener({ outcome: 'denied', clientId, route, requirement, code })
  })
}
