import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { allOf, anyOf, satisfies, service, user } from '../../src/access/expression.ts'
import { AS_USER, accessWith } from '../support/callers.ts'
import { misuseOf } from '../support/refusals.ts'
import { claims, ISSUER, NOW } from '../support/tokens.ts'

test('an access says who calls and what they may do', () => {
  const access = accessWith(['controls:write', 'elsewhere'])
  expect(access).toMatchObject({
    issuer: ISSUER,
    subject: 'nightly-import',
    clientId: 'nightly-import',
    kind: 'service',
    claims: claims({ scope: 'controls:write elsewhere' }),
    expiresAt: NOW + 600,
  })
  expect([...access.scopes]).toEqual(['controls:write', 'controls:read', 'elsewhere'])
})

test('a client that acts for someone else is of the kind user (RFC 9068 section 2.2)', () => {
  expect(accessWith([]).kind).toBe('service')
  expect(accessWith([], AS_USER).kind).toBe('user')
  expect(accessWith([], { sub: 'Nightly-import' }).kind).toBe('user')
})

describe('an access cannot be changed, because the requests with one token share it', () => {
  const access = accessWith(['controls:read'], { tenant: { roles: ['reader'] } })
  type Writable = { tenant: { roles: string[] } }

  test.each<[string, () => unknown]>([
    ['a property', () => Object.assign(access, { kind: 'user' })],
    ['a new property', () => Object.assign(access, { admin: true })],
    ['the method', () => Object.assign(access, { has: () => true })],
    ['its prototype', () => Object.setPrototypeOf(access, {})],
    ['a claim', () => Object.assign(access.claims, { sub: 'root' })],
    ['a nested claim', () => (access.claims as unknown as Writable).tenant.roles.push('admin')],
    ['the scopes, by add', () => (access.scopes as Set<string>).add('controls:write')],
    ['the scopes, by Set.prototype.add', () => Set.prototype.add.call(access.scopes, 'controls:write')],
    ['the scopes, by Set.prototype.delete', () => Set.prototype.delete.call(access.scopes, 'controls:read')],
    ['the scopes, by Set.prototype.clear', () => Set.prototype.clear.call(access.scopes)],
    ['the scopes, by an own method', () => Object.assign(access.scopes, { has: () => true })],
  ])('%s', (_name, change) => {
    expect(change).toThrow(TypeError)
    expect(access.has('controls:read')).toBe(true)
    expect(access.has('controls:write')).toBe(false)
    expect([...access.scopes]).toEqual(['controls:read'])
  })
})

describe('has() decides inside a handler', () => {
  const access = accessWith(['controls:write'])

  test('by the same rules as a guard', () => {
    expect(access.has('controls:read')).toBe(true)
    expect(access.has('imports:write')).toBe(false)
    expect(access.has(allOf('controls:read', service))).toBe(true)
    expect(access.has(anyOf('imports:write', user))).toBe(false)
  })

  test('a scope that is not declared is a mistake, even where the token carries it', () => {
    expect(misuseOf(() => accessWith(['elsewhere']).has('elsewhere')).code).toBe('scope_unknown')
  })

  test('satisfies gets no request here, so a predicate that needs one cannot be part of it', () => {
    const ownTenant = satisfies('own tenant', (_access, request) => request.tenant === 'a')
    expect(() => access.has(ownTenant)).toThrow()
  })
})

test('a set of scopes is read like any set', () => {
  const { scopes } = accessWith(['controls:read', 'imports:write'])
  const seen: unknown[] = []
  scopes.forEach((scope, again, set) => {
    seen.push(scope === again, set === scopes)
  })
  expect(scopes.size).toBe(2)
  expect([...scopes]).toEqual(['controls:read', 'imports:write'])
  expect([...scopes.keys()]).toEqual([...scopes.values()])
  expect([...scopes.entries()]).toEqual([...scopes].map(scope => [scope, scope]))
  expect(seen).toEqual([true, true, true, true])
  expect(JSON.stringify({ scopes })).toBe('{"scopes":["controls:read","imports:write"]}')
})

test('an access can be logged: JSON and util.inspect both work on it', () => {
  const access = accessWith(['controls:read'])
  expect(JSON.parse(JSON.stringify(access))).toMatchObject({ clientId: 'nightly-import', scopes: ['controls:read'] })
  expect(inspect(access)).toContain('nightly-import')
})
