import type { TokenDraft } from '../mint.ts'
import { type Forgery, withClaims } from './forgery.ts'

export type ScopeForgeryName =
  | 'scope-array'
  | 'scope-object'
  | 'scope-double-space'
  | 'scope-tab'
  | 'scope-nbsp'
  | 'scope-leading-space'
  | 'scope-too-many'

/** Scope claims outside the grammar of RFC 6749 section 3.3; all hold the honest scopes, all really signed by the issuer. */
export const scopeForgeries: Readonly<Record<ScopeForgeryName, Forgery>> = {
  'scope-array': { attack: 'CL12', description: 'scope as a list', build: withScopes(scopes => scopes) },
  'scope-object': {
    attack: 'CL12',
    description: 'scope as an object with the scopes as members',
    build: withScopes(scopes => Object.fromEntries(scopes.map(scope => [scope, true]))),
  },
  'scope-double-space': {
    attack: 'CL12',
    description: 'two spaces between scopes',
    build: withScopes(scopes => scopes.join('  ')),
  },
  'scope-tab': {
    attack: 'CL12',
    description: 'a tab between scopes',
    build: withScopes(scopes => scopes.join('\t')),
  },
  'scope-nbsp': {
    attack: 'CL12',
    description: 'a no-break space between scopes',
    build: withScopes(scopes => scopes.join('\u00a0')),
  },
  'scope-leading-space': {
    attack: 'CL12',
    description: 'a space in front of the first scope',
    build: withScopes(scopes => ` ${scopes.join(' ')}`),
  },
  'scope-too-many': {
    attack: 'CL12',
    description: 'the honest scopes and 2,500 more, all different',
    build: withScopes(scopes =>
      [...scopes, ...Array.from({ length: 2500 }, (_, index) => index.toString(36))].join(' '),
    ),
  },
}

/** At least two scopes, so that there is something between them; the added one means nothing to anybody. */
function withScopes(change: (scopes: readonly string[]) => unknown): Forgery['build'] {
  return withClaims(({ claims }: TokenDraft) => {
    const honest = typeof claims.scope === 'string' ? claims.scope.split(' ') : ['read']
    return { scope: change(honest.length > 1 ? honest : [...honest, 'unused-scope']) }
  })
}
