import type { Access } from '@scopeward/core'

type Loose = Record<string, unknown>

/** What a careless or hostile handler may do to the access that it shares with other requests. */
const ATTEMPTS: Readonly<Record<string, (access: Access) => unknown>> = {
  'replace scopes': access => set(access, 'scopes', new Set(['admin'])),
  'replace has': access => set(access, 'has', () => true),
  'replace clientId': access => set(access, 'clientId', 'root'),
  'replace kind': access => set(access, 'kind', 'user'),
  'replace expiresAt': access => set(access, 'expiresAt', Number.MAX_SAFE_INTEGER),
  'add a property': access => set(access, 'admin', true),
  'delete a property': access => deleteFrom(access, 'expiresAt'),
  'define a property': access => Object.defineProperty(access, 'clientId', { value: 'root' }),
  'change the prototype': access => Object.setPrototypeOf(access, { has: () => true }),
  'change a claim': access => set(access.claims, 'scope', 'admin'),
  'add a claim': access => set(access.claims, 'admin', true),
  'delete a claim': access => deleteFrom(access.claims, 'iss'),
  'change a claim inside a claim': access => set(access.claims.details, 'level', 9),
  'add to a list in a claim': access => (access.claims.roles as unknown as string[]).push('admin'),
  'change the prototype of the claims': access => Object.setPrototypeOf(access.claims, { admin: true }),
  'add a scope': access => (access.scopes as Set<string>).add('admin'),
  'add a scope by the method of Set': access => Set.prototype.add.call(access.scopes, 'admin'),
  'clear the scopes by the method of Set': access => Set.prototype.clear.call(access.scopes),
  'replace has of the scopes': access => set(access.scopes, 'has', () => true),
  'add to what forEach shows': access =>
    access.scopes.forEach((_, __, shown) => {
      ;(shown as Set<string>).add('admin')
    }),
}

/** The names of the attempts that went through without an error. */
export function mutate(access: Access): readonly string[] {
  return Object.entries(ATTEMPTS).flatMap(([name, attempt]) => {
    try {
      attempt(access)
      return [name]
    } catch {
      return []
    }
  })
}

function set(target: unknown, name: string, value: unknown): void {
  ;(target as Loose)[name] = value
}

function deleteFrom(target: object, name: string): void {
  delete (target as Loose)[name]
}
