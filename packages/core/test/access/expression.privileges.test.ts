import { describe, expect, test } from 'vitest'
import { type CompiledRequirement, compileRequirement } from '../../src/access/compile-requirement.ts'
import {
  allOf,
  anyOf,
  authenticated,
  authorizationDetail,
  permission,
  type RequiredDetail,
  type Requirement,
  role,
  satisfies,
  service,
  stepUp,
  user,
} from '../../src/access/expression.ts'
import { misuseOf } from '../support/refusals.ts'
import { stageOptions } from '../support/verified.ts'

function compile(requirement: unknown): CompiledRequirement {
  return compileRequirement(requirement as Requirement, stageOptions())
}

describe.each([
  ['role', role],
  ['permission', permission],
])('%s()', (kind, make) => {
  test('makes frozen plain data', () => {
    const expression = make('auditor')
    expect(expression).toEqual({ kind, name: 'auditor' })
    expect(Object.isFrozen(expression)).toBe(true)
  })

  test.each([[''], [undefined], [null], [7], [['auditor']], [{}]])('refuses %j', name => {
    expect(make('auditor')).toBeDefined()
    const mistake = { code: 'requirement_invalid', message: `${kind}() needs a non-empty string.` }
    expect(misuseOf(() => make(name as string))).toEqual(mistake)
    expect(misuseOf(() => compile({ kind, name }))).toEqual(mistake)
  })
})

describe('authorizationDetail()', () => {
  const PAYMENT: RequiredDetail = { type: 'payment', actions: ['initiate'], identifier: 'account-1' }

  test('makes frozen plain data and copies the lists', () => {
    const actions = ['initiate']
    const expression = authorizationDetail({ ...PAYMENT, actions })
    actions.push('cancel')
    expect(expression).toEqual({ kind: 'authorizationDetail', detail: PAYMENT })
    const { detail } = expression as { detail: RequiredDetail }
    for (const value of [expression, detail, detail.actions]) expect(Object.isFrozen(value)).toBe(true)
  })

  test.each(['locations', 'actions', 'datatypes', 'privileges'] as const)(
    'the list %s is frozen, and what was given is not',
    name => {
      const given = ['a']
      const { detail } = authorizationDetail({ type: 'payment', [name]: given }) as { detail: RequiredDetail }
      expect(detail[name]).toEqual(['a'])
      expect([Object.isFrozen(detail[name]), Object.isFrozen(given)]).toEqual([true, false])
    },
  )

  test.each([[undefined], [null], ['payment'], [7], [['payment']]])('refuses %j', detail => {
    expect(authorizationDetail(PAYMENT)).toBeDefined()
    const mistake = { code: 'requirement_invalid', message: 'authorizationDetail() needs an object.' }
    expect(misuseOf(() => authorizationDetail(detail as never))).toEqual(mistake)
    expect(misuseOf(() => compile({ kind: 'authorizationDetail', detail }))).toEqual(mistake)
  })

  test.each<[string, unknown, string]>([
    ['no type', {}, 'authorizationDetail() needs a non-empty string.'],
    ['an empty type', { type: '' }, 'authorizationDetail() needs a non-empty string.'],
    ['a type that is no string', { type: ['payment'] }, 'authorizationDetail() needs a non-empty string.'],
    ['an empty identifier', { type: 'payment', identifier: '' }, 'authorizationDetail() needs a non-empty string.'],
    [
      'an empty list',
      { type: 'payment', actions: [] },
      'authorizationDetail(): "actions" must be a non-empty array of strings.',
    ],
    [
      'a list with a hole and nothing else, which would demand nothing',
      { type: 'payment', actions: new Array(1) },
      'authorizationDetail(): "actions" must be a non-empty array of strings.',
    ],
    [
      'a string for a list',
      { type: 'payment', locations: 'https://api.example.com' },
      'authorizationDetail(): "locations" must be a non-empty array of strings.',
    ],
    [
      'a list of something else',
      { type: 'payment', datatypes: ['a', 7] },
      'authorizationDetail(): "datatypes" must be a non-empty array of strings.',
    ],
    [
      'a list with an empty string',
      { type: 'payment', privileges: [''] },
      'authorizationDetail(): "privileges" must be a non-empty array of strings.',
    ],
    [
      'a member of the type itself',
      { type: 'payment', instructedAmount: { currency: 'EUR' } },
      'authorizationDetail() has no member "instructedAmount". Known: type, identifier, locations, actions, datatypes, privileges.',
    ],
  ])('refuses %s', (_, detail, message) => {
    expect(authorizationDetail(PAYMENT)).toBeDefined()
    const mistake = { code: 'requirement_invalid', message }
    expect(misuseOf(() => authorizationDetail(detail as RequiredDetail))).toEqual(mistake)
    expect(misuseOf(() => compile({ kind: 'authorizationDetail', detail }))).toEqual(mistake)
  })
})

test('an expression written by hand is checked like one that was made', () => {
  expect(compile({ kind: 'stepUp', stepUp: { maxAgeSeconds: 300 } }).text).toBe('stepUp(age 300 s)')
  expect(misuseOf(() => compile({ kind: 'stepUp', stepUp: {} })).code).toBe('requirement_empty')
  expect(misuseOf(() => compile({ kind: 'stepUp', stepUp: { maxAgeSeconds: -1 } })).code).toBe('requirement_invalid')
  expect(misuseOf(() => compile({ kind: 'stepUp', stepUp: { acrValues: new Array(1) } })).code).toBe(
    'requirement_invalid',
  )
  expect(misuseOf(() => compile({ kind: 'entitlement', name: 'x' })).code).toBe('requirement_invalid')
})

test.each(['stepUp', 'authorizationDetail'])('{ kind: %j } written by hand, with nothing in it, is a mistake', kind => {
  const mistake = { code: 'requirement_invalid', message: `${kind}() needs an object.` }
  expect(misuseOf(() => compile({ kind }))).toEqual(mistake)
  expect(misuseOf(() => compile(anyOf('controls:read', { kind } as never)))).toEqual(mistake)
})

test.each<[Requirement, string]>([
  [role('auditor'), 'role(auditor)'],
  [permission('controls.approve'), 'permission(controls.approve)'],
  [authorizationDetail({ type: 'payment' }), 'authorizationDetail(payment)'],
  [
    authorizationDetail({ type: 'payment', privileges: ['admin'], actions: ['initiate', 'cancel'], identifier: 'a1' }),
    'authorizationDetail(payment, identifier a1, actions initiate cancel, privileges admin)',
  ],
  [
    anyOf(allOf(user, 'controls:read'), allOf(service, role('Controls.Read.All'))),
    '(user and controls:read) or (service and role(Controls.Read.All))',
  ],
  [
    allOf('controls:write', stepUp({ acrValues: ['phr'], maxAgeSeconds: 300 }), anyOf(role('a'), permission('b'))),
    'controls:write and stepUp(acr phr, age 300 s) and (role(a) or permission(b))',
  ],
  [
    allOf(
      anyOf(authenticated),
      satisfies('own tenant', () => true),
    ),
    'authenticated and satisfies(own tenant)',
  ],
])('the canonical text of requirement %# is %s', (requirement, text) => {
  expect(compile(requirement).text).toBe(text)
})

test('rules that are no scopes leave the scopes of the challenge as they are (RFC 6750 section 3)', () => {
  const rules = [role('a'), permission('b'), stepUp({ maxAgeSeconds: 1 }), authorizationDetail({ type: 'payment' })]
  expect(compile(allOf('controls:read', ...rules)).scopes).toEqual(['controls:read'])
  for (const rule of rules) expect(compile(rule).scopes).toEqual([])
})
