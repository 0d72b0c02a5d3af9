import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import { audience } from './api.ts'

/** Another API of the same authorization server, that the partners may call too. */
export const otherAudience = 'https://billing.example.com'

/** One back-end service of each company. */
export const partners = {
  acme: { clientId: 'acme-backend', clientSecret: 'acme-secret' },
  globex: { clientId: 'globex-backend', clientSecret: 'globex-secret' },
} as const

/** Stands in for yours, so that the example runs by itself. Its tokens live for a day. */
export function startAuthorizationServer(): Promise<TestIssuer> {
  return createTestIssuer({
    accessTokenLifetimeSeconds: 86_400,
    clients: Object.values(partners).map(partner => ({
      ...partner,
      scopes: ['orders:read'],
      audiences: [audience, otherAudience],
    })),
  })
}
