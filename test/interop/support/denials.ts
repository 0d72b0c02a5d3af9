import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { DeniedEvent } from '@scopeward/core'

export interface Answer {
  readonly status: number
  readonly challenge: string | null
  /** Code of the refusal as operators see it; clients never do. */
  readonly code: string | undefined
  readonly body: unknown
}

/** Sends one request and reads everything that a refusal consists of. Not for requests at the same time. */
export async function send(url: URL, init: RequestInit): Promise<Answer> {
  const codes: string[] = []
  const record = (event: unknown) => void codes.push((event as DeniedEvent).code)
  subscribe('scopeward:denied', record)
  try {
    const response = await fetch(url, init)
    const challenge = response.headers.get('WWW-Authenticate')
    return { status: response.status, challenge, code: codes[0], body: await response.json() }
  } finally {
    unsubscribe('scopeward:denied', record)
  }
}

export function withToken(token: string): RequestInit {
  return { headers: { authorization: `Bearer ${token}` } }
}
