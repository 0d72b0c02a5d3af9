import type { TokenInput } from '@scopeward/testing'
import { GRANTED, INSUFFICIENT, NO_CREDENTIALS, READ, type Row, WRITE } from './row.ts'

/** The time of the test clock, which stands still. */
const NOW = Date.UTC(2026, 0, 1) / 1000

const SIGN_IN = [401, 'insufficient_user_authentication'] as const
const INVALID = [401, 'claim_invalid'] as const

function row(name: string, path: string, claims: object, expected: Row['expected'], token: TokenInput = {}): Row {
  return { name, request: `GET ${path}`, token: { ...token, claims: { ...claims } }, expected }
}

const USER: TokenInput = { subject: 'alice' }

const nameRows: readonly Row[] = [
  row('role: it is there', '/role', { roles: ['auditor'] }, GRANTED),
  row('role: it is there among others', '/role', { roles: ['x', 'auditor'] }, GRANTED),
  row('role: as one string of words', '/role', { roles: 'x auditor' }, GRANTED),
  row('role: another one', '/role', { roles: ['auditors'] }, INSUFFICIENT),
  row('role: in upper case', '/role', { roles: ['AUDITOR'] }, INSUFFICIENT),
  row('role: none', '/role', {}, INSUFFICIENT),
  row('role: a scope of that name is none', '/role', {}, INSUFFICIENT, { scope: 'auditor' }),
  row('role: a permission of that name is none', '/role', { entitlements: ['auditor'] }, INSUFFICIENT),
  row('role: a list with a number', '/role', { roles: ['auditor', 1] }, INVALID),
  row('role: an object', '/role', { roles: { auditor: true } }, INVALID),
  { name: 'role: no token, and no scope to ask for', request: 'GET /role', expected: NO_CREDENTIALS },
  row('permission: it is there', '/permission', { entitlements: ['items.approve'] }, GRANTED),
  row('permission: another one', '/permission', { entitlements: ['items.approve.all'] }, INSUFFICIENT),
  row('permission: a role of that name is none', '/permission', { roles: ['items.approve'] }, INSUFFICIENT),
  row('permission: null', '/permission', { entitlements: null }, INVALID),
]

/** A user with a delegated scope, or a service with an application role: neither may use the other's. */
const kindRows: readonly Row[] = [
  row('kinds: a user with the scope', '/delegated-or-application', {}, GRANTED, { ...USER, ...READ }),
  row('kinds: a service with the role', '/delegated-or-application', { roles: ['Items.Read.All'] }, GRANTED),
  row('kinds: a service with the scope', '/delegated-or-application', {}, INSUFFICIENT, READ),
  row('kinds: a user with the role', '/delegated-or-application', { roles: ['Items.Read.All'] }, INSUFFICIENT, USER),
  row('kinds: who does not say is no service', '/service', { acr: 'phr' }, INSUFFICIENT),
  row('kinds: who does not say is no user', '/user', { auth_time: NOW }, INSUFFICIENT),
  row('kinds: who does not say has a scope all the same', '/read', { acr: 'phr' }, GRANTED, READ),
]

const stepUpRows: readonly Row[] = [
  row('stepUp: strong and recent', '/step-up', { acr: 'phr', auth_time: NOW - 300 }, GRANTED, USER),
  row('stepUp: another of the values', '/step-up', { acr: 'phrh', auth_time: NOW }, GRANTED, USER),
  row('stepUp: too weak', '/step-up', { acr: '0', auth_time: NOW }, SIGN_IN, USER),
  row('stepUp: too old', '/step-up', { acr: 'phr', auth_time: NOW - 306 }, SIGN_IN, USER),
  row('stepUp: in the future', '/step-up', { acr: 'phr', auth_time: NOW + 6 }, SIGN_IN, USER),
  row('stepUp: no acr', '/step-up', { auth_time: NOW }, SIGN_IN, USER),
  row('stepUp: no auth_time', '/step-up', { acr: 'phr' }, SIGN_IN, USER),
  row('stepUp: a service', '/step-up', {}, SIGN_IN),
  { name: 'stepUp: no token', request: 'GET /step-up', expected: NO_CREDENTIALS },
  row('stepUp with a scope: both', '/step-up-write', { acr: 'phr' }, GRANTED, { ...USER, ...WRITE }),
  row('stepUp with a scope: only the scope', '/step-up-write', {}, SIGN_IN, { ...USER, ...WRITE }),
  row('stepUp with a scope: only the sign-in', '/step-up-write', { acr: 'phr' }, INSUFFICIENT, { ...USER, ...READ }),
  row('stepUp with a scope: neither', '/step-up-write', {}, INSUFFICIENT, { ...USER, ...READ }),
  { name: 'stepUp with a scope: no token', request: 'GET /step-up-write', expected: NO_CREDENTIALS },
  row('stepUp, optional: too weak is not anonymous', '/optional-step-up', {}, SIGN_IN, USER),
  { name: 'stepUp, optional: no token', request: 'GET /optional-step-up', expected: GRANTED },
]

const PAYMENT = { type: 'payment', actions: ['initiate', 'status'], identifier: 'a1' }

function payment(name: string, authorization_details: unknown, expected: Row['expected']): Row {
  return row(`authorizationDetail: ${name}`, '/payments', { authorization_details }, expected)
}

const detailRows: readonly Row[] = [
  payment('one element has it all', [{ type: 'other' }, PAYMENT], GRANTED),
  payment('none', undefined, INSUFFICIENT),
  payment('another type', [{ ...PAYMENT, type: 'payments' }], INSUFFICIENT),
  payment('an action is missing', [{ ...PAYMENT, actions: ['status'] }], INSUFFICIENT),
  payment(
    'two elements have it together',
    [
      { ...PAYMENT, actions: [] },
      { ...PAYMENT, identifier: 'a2' },
    ],
    INSUFFICIENT,
  ),
  payment('an object', PAYMENT, INVALID),
  payment('without a type', [{ actions: ['initiate'] }], INVALID),
  payment('actions as a string', [{ ...PAYMENT, actions: 'initiate' }], INVALID),
]

/** What issuers grant beside scopes: roles, permissions, kinds, sign-ins (RFC 9470) and details (RFC 9396). */
export const privilegeRows: readonly Row[] = [...nameRows, ...kindRows, ...stepUpRows, ...detailRows]
