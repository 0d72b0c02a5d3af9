import type { RevocableToken } from '@scopeward/core'

const NOW_SECONDS = Math.floor(Date.now() / 1000)

/** Of the client `ci`, issued now for an hour. */
export function tokenOf(
  changes: Partial<RevocableToken> & { readonly jti?: string; readonly iat?: number } = {},
): RevocableToken {
  const { jti = 'token-1', iat = NOW_SECONDS, ...rest } = changes
  return {
    issuer: 'https://login.example.com',
    clientId: 'ci',
    subject: 'ci',
    expiresAt: NOW_SECONDS + 3600,
    claims: { jti, iat },
    ...rest,
  }
}
