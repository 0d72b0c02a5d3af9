import { allOf, anyOf, authenticated, dpop, type Requirement, role, service, stepUp } from '@scopeward/core'

export const SCOPES = {
  'controls:read': 'Read controls',
  'controls:write': { description: 'Change controls', implies: ['controls:read'] },
  'imports:write': 'Start an import',
} as const

export type Scope = keyof typeof SCOPES

/** What routes require. The last depends on the time, which a cache must not remember. */
export const ROUTES: readonly Requirement<Scope>[] = [
  'controls:read',
  'controls:write',
  authenticated,
  anyOf('imports:write', role('auditor')),
  allOf('imports:write', service),
  dpop,
  anyOf('controls:write', dpop),
  stepUp({ maxAgeSeconds: 60 }),
]
