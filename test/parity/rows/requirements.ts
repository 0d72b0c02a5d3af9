import type { TokenInput } from '@scopeward/testing'
import { AS_USER, GRANTED, INSUFFICIENT, NO_CREDENTIALS, READ, type Row, WRITE } from './row.ts'

function granted(name: string, path: string, token: TokenInput): Row {
  return { name, request: `GET ${path}`, token, expected: GRANTED }
}

function refused(name: string, path: string, token: TokenInput): Row {
  return { name, request: `GET ${path}`, token, expected: INSUFFICIENT }
}

const REPORTS: TokenInput = { scope: 'reports:read' }

/** Every kind of requirement, met and missed (RFC 6750 section 3.1). */
export const requirementRows: readonly Row[] = [
  granted('scope: it is there', '/read', READ),
  granted('scope: it is there among others', '/read', { scope: 'openid items:read unknown' }),
  refused('scope: another one', '/read', REPORTS),
  refused('scope: none', '/read', {}),
  refused('scope: a longer one that begins alike', '/read', { scope: 'items:readonly' }),
  refused('scope: a shorter one', '/read', { scope: 'items' }),
  refused('scope: in upper case', '/read', { scope: 'ITEMS:READ' }),
  granted('implied: by the next broader scope', '/read', WRITE),
  granted('implied: transitively', '/read', { scope: 'admin' }),
  refused('implied: never the other way', '/write', READ),
  granted('allOf: both', '/all', { scope: 'items:read reports:read' }),
  granted('allOf: one of them by implication', '/all', { scope: 'admin reports:read' }),
  refused('allOf: only the first', '/all', READ),
  refused('allOf: only the second', '/all', REPORTS),
  { name: 'allOf: no token names both scopes', request: 'GET /all', expected: NO_CREDENTIALS },
  refused('allOf: the challenge leaves out what is implied', '/implied', READ),
  granted('anyOf: the first', '/any', WRITE),
  granted('anyOf: the second', '/any', REPORTS),
  refused('anyOf: neither', '/any', READ),
  granted('nested: the short way', '/nested', { scope: 'admin' }),
  granted('nested: the long way', '/nested', { scope: 'items:write reports:read' }),
  refused('nested: half of the long way', '/nested', WRITE),
  granted('service: the client for itself', '/service', {}),
  refused('service: a user', '/service', AS_USER),
  granted('user: a user', '/user', AS_USER),
  refused('user: the client for itself', '/user', READ),
  { name: 'service: no token, and no scope to ask for', request: 'GET /service', expected: NO_CREDENTIALS },
  granted('allOf with service: both', '/service-write', WRITE),
  refused('allOf with service: a user with the scope', '/service-write', { ...WRITE, subject: 'alice' }),
  refused('allOf with service: the service without the scope', '/service-write', READ),
  granted('authenticated: a token without a scope', '/authenticated', {}),
  { name: 'authenticated: no token', request: 'GET /authenticated', expected: NO_CREDENTIALS },
  granted('satisfies: it holds', '/tenants/t1', { claims: { tenant: 't1' } }),
  refused('satisfies: it does not', '/tenants/t2', { claims: { tenant: 't1' } }),
  granted('satisfies beside a scope: both', '/tenants/t1/items', { ...READ, claims: { tenant: 't1' } }),
  refused('satisfies beside a scope: only the scope', '/tenants/t2/items', { ...READ, claims: { tenant: 't1' } }),
  refused('satisfies beside a scope: only the rule', '/tenants/t1/items', { claims: { tenant: 't1' } }),
]
