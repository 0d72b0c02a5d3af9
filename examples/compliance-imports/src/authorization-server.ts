import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import { audience } from './api.ts'

/** Roles as somebody has set them up at the authorization server. The API knows permissions only. */
const roles = {
  importer: ['api-access', 'imports'],
  'importer in the browser': ['imports'],
  administrator: ['api-access', 'imports', 'import-history', 'reports', 'administration'],
} as const

/** The services that call, by the shell variable that holds the token of each. */
export const clients = {
  IMPORTER: { clientId: 'nightly-import', clientSecret: 'import-secret', role: 'importer' },
  BROWSER: { clientId: 'import-form', clientSecret: 'form-secret', role: 'importer in the browser' },
  ADMIN: { clientId: 'console', clientSecret: 'console-secret', role: 'administrator' },
} as const

export type ClientName = keyof typeof clients

/** Stands in for yours, so that the example runs by itself. */
export function startAuthorizationServer(): Promise<TestIssuer> {
  return createTestIssuer({
    algorithm: 'ES256',
    accessTokenLifetimeSeconds: 3600,
    clients: Object.values(clients).map(({ role, ...client }) => ({
      ...client,
      scopes: [],
      audiences: [audience],
      claims: { permissions: roles[role] },
      refreshToken: true,
    })),
  })
}
