import { createGuard, type ExpressGuard, type ExpressGuardOptions } from '@scopeward/express'
import type { TestIssuer } from '@scopeward/testing'

export const AUDIENCE = 'https://api.example.com'

export type Scope = 'controls:read' | 'controls:write' | 'imports:write'

const scopes: ExpressGuardOptions<Scope>['scopes'] = {
  'controls:read': 'Read controls',
  'controls:write': { description: 'Change controls', implies: ['controls:read'] },
  'imports:write': 'Start an import',
}

/** A guard that trusts the test issuer. Every call makes a resource server of its own, with nothing remembered. */
export function guardFor(issuer: TestIssuer, options: Partial<ExpressGuardOptions<Scope>> = {}): ExpressGuard<Scope> {
  return createGuard<Scope>({ ...issuer.options, audience: AUDIENCE, scopes, ...options })
}
