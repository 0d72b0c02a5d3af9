import { dpopHeaders } from './dpop-clients.ts'
import { forgeTokens } from './forged-tokens.ts'
import type { Credentials } from './load-order.ts'

export type RequestHeaders = Readonly<Record<string, string>>

/** The headers of each request to `url`, made afresh. @param genuine the tokens of the fixtures */
export function headersOf(credentials: Credentials, genuine: readonly string[], url: string): RequestHeaders[] {
  switch (credentials.kind) {
    case 'valid':
      return genuine.map(bearer)
    case 'forged-unknown-kid':
      return forgeTokens(genuine, credentials.amount, 'unknown').map(bearer)
    case 'forged-known-kid':
      return forgeTokens(genuine, credentials.amount, 'known').map(bearer)
    case 'dpop':
      return dpopHeaders(credentials.clients, credentials.amount, url)
  }
}

function bearer(token: string): RequestHeaders {
  return { Authorization: `Bearer ${token}` }
}
