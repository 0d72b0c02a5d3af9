import {
  type Access,
  allOf,
  anyOf,
  authenticated,
  authorizationDetail,
  dpop,
  mutualTls,
  permission,
  type Requirement,
  role,
  satisfies,
  service,
  stepUp,
  user,
} from '@scopeward/core'

/** The vocabulary of the three servers. `admin` implies `items:write`, and so, transitively, `items:read`. */
export const SCOPES = {
  'items:read': 'Read items',
  'items:write': { description: 'Change items', implies: ['items:read'] },
  'reports:read': 'Read reports',
  admin: { description: 'Everything about items', implies: ['items:write'] },
} as const

export type Scope = keyof typeof SCOPES

/** What both frameworks hand to a predicate, as far as the routes use it. */
interface WithParams {
  readonly params: Readonly<Record<string, string>>
}

const ownTenant = satisfies(
  'own tenant',
  (access: Access, request: WithParams) => access.claims.tenant === request.params.id,
)

/** What a predicate may do by mistake, by the last segment of the path. */
export const MISTAKES: Readonly<Record<string, () => unknown>> = {
  'throws-an-error': () => raise(new Error('a mistake of the application')),
  'throws-an-error-with-status-200': () =>
    raise(Object.assign(new Error('a mistake'), { status: 200, statusCode: 200 })),
  'throws-undefined': () => raise(undefined),
  'throws-null': () => raise(null),
  'throws-route': () => raise('route'),
  'throws-router': () => raise('router'),
  'returns-a-promise': () => Promise.resolve(true),
  'returns-1': () => 1,
  'returns-true-as-text': () => 'true',
  'returns-undefined': () => undefined,
}

function raise(thrown: unknown): never {
  throw thrown
}

const mistaken = satisfies(
  'mistaken',
  (_access: Access, request: WithParams) => MISTAKES[request.params.id ?? '']?.() as boolean,
)

const strong = stepUp({ acrValues: ['phr'] })
const strongAndRecent = stepUp({ acrValues: ['phr', 'phrh'], maxAgeSeconds: 300 })

export interface ParityRoute {
  readonly path: string
  /** `public` checks nothing; `optional` lets requests without credentials pass. */
  readonly access: 'public' | { readonly requirement: Requirement<Scope>; readonly optional?: true }
  /** The scopes that the challenge names; '' for none. */
  readonly challenge: string
  /** The sign-in that the challenge of a step-up names, as it stands there. */
  readonly signIn?: string
  /** Every method that both frameworks can route, instead of GET and POST. */
  readonly everyMethod?: true
  /** Bearer tokens are not offered. */
  readonly demandsDpop?: true
}

function route(path: string, requirement: Requirement<Scope>, challenge: string): ParityRoute {
  return { path, access: { requirement }, challenge }
}

function optionalRoute(path: string, requirement: Requirement<Scope>, challenge: string): ParityRoute {
  return { path, access: { requirement, optional: true }, challenge }
}

export const ROUTES: readonly ParityRoute[] = [
  route('/read', 'items:read', 'items:read'),
  route('/write', 'items:write', 'items:write'),
  { ...route('/methods', 'items:read', 'items:read'), everyMethod: true },
  route('/items/:id', 'items:read', 'items:read'),
  route('/all', allOf('items:read', 'reports:read'), 'items:read reports:read'),
  route('/implied', allOf('items:read', 'items:write'), 'items:write'),
  route('/any', anyOf('items:write', 'reports:read'), 'items:write'),
  route('/nested', allOf('items:read', anyOf(allOf('reports:read', 'items:write'), 'admin')), 'admin'),
  route('/service', service, ''),
  route('/user', user, ''),
  route('/service-write', allOf('items:write', service), 'items:write'),
  route('/authenticated', authenticated, ''),
  route('/tenants/:id', ownTenant, ''),
  route('/tenants/:id/items', allOf('items:read', ownTenant), 'items:read'),
  route('/mistakes/:id', allOf('items:read', mistaken), 'items:read'),
  optionalRoute('/optional-mistakes/:id', mistaken, ''),
  optionalRoute('/optional', 'items:read', 'items:read'),
  optionalRoute('/optional-any', authenticated, ''),
  route('/role', role('auditor'), ''),
  route('/permission', permission('items.approve'), ''),
  route(
    '/delegated-or-application',
    anyOf(allOf('items:read', user), allOf(role('Items.Read.All'), service)),
    'items:read',
  ),
  { ...route('/step-up', strongAndRecent, ''), signIn: 'acr_values="phr phrh", max_age="300"' },
  { ...route('/step-up-write', allOf('items:write', strong), 'items:write'), signIn: 'acr_values="phr"' },
  { ...optionalRoute('/optional-step-up', strong, ''), signIn: 'acr_values="phr"' },
  route('/payments', authorizationDetail({ type: 'payment', actions: ['initiate'], identifier: 'a1' }), ''),
  { path: '/public', access: 'public', challenge: '' },
]

/** Only where proofs are checked. */
export const SENDER_ROUTES: readonly ParityRoute[] = [
  { ...route('/proven', allOf('items:read', dpop), 'items:read'), demandsDpop: true },
  route('/certified', allOf('items:read', mutualTls), 'items:read'),
  route('/either', allOf('items:read', anyOf(dpop, mutualTls)), 'items:read'),
]

export const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'PURGE',
] as const

/** What every handler answers, so that the answers show whom the guard let through as what. */
export function answerTo(auth: Access | null | undefined, params: object): object {
  if (auth == null) return { caller: null, params }
  const { clientId, subject, kind, scopes, roles, permissions } = auth
  return { caller: clientId, subject, kind, privileges: [...scopes, ...roles, ...permissions], params }
}

/** The route that a path belongs to, and its parameters, for `check()`, which has no router. */
export function findRoute(target: string): { route: ParityRoute; params: Record<string, string> } {
  const parts = (target.split('?')[0] as string).split('/')
  for (const route of [...ROUTES, ...SENDER_ROUTES]) {
    const pattern = route.path.split('/')
    if (pattern.length !== parts.length) continue
    const params: Record<string, string> = {}
    const fits = pattern.every((part, index) => {
      if (!part.startsWith(':')) return part === parts[index]
      params[part.slice(1)] = decodeURIComponent(parts[index] as string)
      return true
    })
    if (fits) return { route, params }
  }
  throw new Error(`no route for ${target}`)
}
