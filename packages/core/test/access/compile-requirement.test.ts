import { describe, expect, test } from 'vitest'
import { compileRequirement, compileTest } from '../../src/access/compile-requirement.ts'
import {
  allOf,
  anyOf,
  authenticated,
  authorizationDetail,
  permission,
  type Requirement,
  role,
  satisfies,
  service,
  stepUp,
  user,
} from '../../src/access/expression.ts'
import { AS_USER, accessWith } from '../support/callers.ts'
import { misuseOf } from '../support/refusals.ts'
import { type Members, NOW, settableClock } from '../support/tokens.ts'
import { stageOptions } from '../support/verified.ts'

const CONTEXT = stageOptions()
const compile = (requirement: unknown) => compileRequirement(requirement as Requirement, CONTEXT)
const [READ, WRITE, IMPORT] = ['controls:read', 'controls:write', 'imports:write'] as const

describe('the canonical text is for people', () => {
  test.each<[Requirement, string]>([
    [READ, 'controls:read'],
    [service, 'service'],
    [authenticated, 'authenticated'],
    [satisfies('own tenant', () => true), 'satisfies(own tenant)'],
    [allOf(READ), 'controls:read'],
    [anyOf(allOf(anyOf(READ))), 'controls:read'],
    [allOf(IMPORT, service), 'imports:write and service'],
    [anyOf(READ, IMPORT), 'controls:read or imports:write'],
    [allOf(IMPORT, anyOf(service, user)), 'imports:write and (service or user)'],
    [anyOf(allOf(READ, service), allOf(WRITE, user)), '(controls:read and service) or (controls:write and user)'],
    [allOf(allOf(READ, service), IMPORT), '(controls:read and service) and imports:write'],
    [allOf(READ, anyOf(IMPORT)), 'controls:read and imports:write'],
  ])('%j reads %s', (requirement, text) => {
    expect(compile(requirement).text).toBe(text)
  })
})

describe('who satisfies what', () => {
  const nobody = accessWith([])
  const reader = accessWith([READ])
  const writer = accessWith([WRITE], AS_USER)
  const stranger = accessWith(['admin', 'controls', 'controls:read:all'], AS_USER)
  test.each<[string, Requirement, [boolean, boolean, boolean, boolean]]>([
    ['a scope, or one that implies it', READ, [false, true, true, false]],
    ['a broader scope is not implied by a narrower', WRITE, [false, false, true, false]],
    ['service', service, [true, true, false, false]],
    ['user', user, [false, false, true, true]],
    ['authenticated', authenticated, [true, true, true, true]],
    ['allOf', allOf(READ, service), [false, true, false, false]],
    ['anyOf', anyOf(WRITE, service), [true, true, true, false]],
    ['nested', anyOf(allOf(READ, user), allOf(READ, service)), [false, true, true, false]],
    ['satisfies', satisfies('reader', access => access.scopes.has(READ)), [false, true, true, false]],
  ])('%s', (_name, requirement, expected) => {
    const { isSatisfiedBy } = compile(requirement)
    expect([nobody, reader, writer, stranger].map(access => isSatisfiedBy(access, undefined))).toEqual(expected)
  })
})

test('a role, a permission and a detail let nobody pass who has another, or the name elsewhere', () => {
  const holder = (claims: Members) => accessWith(['controls:read'], claims)
  const detail = { type: 'payment', actions: ['initiate'] }
  const rows: readonly [Requirement, Members, Members][] = [
    [role('auditor'), { roles: ['auditor'] }, { roles: ['auditors'], entitlements: ['auditor'] }],
    [permission('approve'), { entitlements: ['approve'] }, { entitlements: ['approver'], roles: ['approve'] }],
    [
      authorizationDetail(detail),
      { authorization_details: [detail] },
      { authorization_details: [{ ...detail, actions: ['cancel'] }] },
    ],
  ]
  for (const [requirement, held, lacking] of rows) {
    const { isSatisfiedBy } = compile(requirement)
    expect(isSatisfiedBy(holder(held), undefined)).toBe(true)
    expect(isSatisfiedBy(holder(lacking), undefined)).toBe(false)
    expect(isSatisfiedBy(holder({}), undefined)).toBe(false)
  }
})

describe('a requirement that cannot be meant is a mistake at start', () => {
  const declared = 'Known: controls:read, controls:write, imports:write.'
  test.each<[string, unknown, string, string]>([
    [
      'an unknown scope',
      'controls:raed',
      'scope_unknown',
      'A requirement names the scope "controls:raed", which the option "scopes" does not declare. Did you mean "controls:read"?',
    ],
    [
      'an unknown scope in a part',
      allOf(READ, anyOf('x')),
      'scope_unknown',
      `A requirement names the scope "x", which the option "scopes" does not declare. ${declared}`,
    ],
    [
      'a name of Object.prototype',
      'constructor',
      'scope_unknown',
      `A requirement names the scope "constructor", which the option "scopes" does not declare. ${declared}`,
    ],
    [
      'two scopes in one text',
      `${READ} ${IMPORT}`,
      'scope_unknown',
      `A requirement names the scope "controls:read imports:write", which the option "scopes" does not declare. ${declared}`,
    ],
    [
      'an empty text',
      '',
      'requirement_empty',
      'A requirement is an empty string. Name a scope, or use `authenticated`.',
    ],
    [
      'undefined',
      undefined,
      'requirement_invalid',
      'A requirement must be a scope name or an expression such as allOf(…), not undefined.',
    ],
    [
      'null',
      null,
      'requirement_invalid',
      'A requirement must be a scope name or an expression such as allOf(…), not null.',
    ],
    [
      'true',
      true,
      'requirement_invalid',
      'A requirement must be a scope name or an expression such as allOf(…), not true.',
    ],
    [
      'an array',
      [READ],
      'requirement_invalid',
      'A requirement must be a scope name or an expression such as allOf(…), not an array.',
    ],
    [
      'a function',
      () => true,
      'requirement_invalid',
      'A requirement must be a scope name or an expression such as allOf(…), not a function.',
    ],
    [
      'an object',
      {},
      'requirement_invalid',
      'A requirement must be a scope name or an expression such as allOf(…), not an object.',
    ],
    [
      'an undefined part',
      allOf(READ, undefined as never),
      'requirement_invalid',
      'A requirement must be a scope name or an expression such as allOf(…), not undefined.',
    ],
  ])('%s', (_name, requirement, code, message) => {
    expect(compile(READ)).toBeDefined()
    expect(misuseOf(() => compile(requirement))).toEqual({ code, message })
  })

  test('without any declared scope the message says so', () => {
    expect(misuseOf(() => compileRequirement('x', stageOptions({ scopes: {} as never }))).message).toBe(
      'A requirement names the scope "x", which the option "scopes" does not declare. Known: none.',
    )
  })
})

describe('expressions written by hand are held to the same', () => {
  test.each<[string, unknown, string]>([
    ['not', { kind: 'not', parts: [READ] }, 'requirement_invalid'],
    ['another spelling', { kind: 'AllOf', parts: [READ] }, 'requirement_invalid'],
    ['a name of Object.prototype', { kind: 'constructor' }, 'requirement_invalid'],
    ['a kind that is no string', { kind: ['allOf'], parts: [READ] }, 'requirement_invalid'],
    ['allOf without parts', { kind: 'allOf', parts: [] }, 'requirement_empty'],
    ['anyOf without parts', { kind: 'anyOf', parts: [] }, 'requirement_empty'],
    ['allOf with no list', { kind: 'allOf' }, 'requirement_empty'],
    ['allOf of a text', { kind: 'allOf', parts: READ }, 'requirement_empty'],
    ['a nested allOf without parts', allOf(READ, { kind: 'allOf', parts: [] }), 'requirement_empty'],
    ['allOf of one hole', { kind: 'allOf', parts: new Array(1) }, 'requirement_invalid'],
    ['allOf of two holes', { kind: 'allOf', parts: new Array(2) }, 'requirement_invalid'],
    ['satisfies without a predicate', { kind: 'satisfies', name: 'x' }, 'requirement_invalid'],
    [
      'satisfies with a predicate that is no function',
      { kind: 'satisfies', name: 'x', predicate: true },
      'requirement_invalid',
    ],
    ['satisfies without a name', { kind: 'satisfies', predicate: () => true }, 'requirement_invalid'],
  ])('%s', (_name, requirement, code) => {
    expect(compile({ kind: 'allOf', parts: [READ] })).toBeDefined()
    expect(misuseOf(() => compile(requirement)).code).toBe(code)
  })

  test('a list of holes never lets anybody in, wherever it is asked', () => {
    const holes = { kind: 'allOf', parts: new Array(2) } as unknown as Requirement
    expect(accessWith([READ]).has(allOf(READ))).toBe(true)
    expect(misuseOf(() => accessWith([]).has(holes)).code).toBe('requirement_invalid')
  })

  test('a change after compiling changes nothing', () => {
    const parts: string[] = [WRITE]
    const { isSatisfiedBy, text } = compile({ kind: 'allOf', parts })
    parts[0] = READ
    expect(text).toBe(WRITE)
    expect(isSatisfiedBy(accessWith([READ]), undefined)).toBe(false)
  })
})

test('a sign-in that is too old is refused, and named where it alone is missing, also beside a function', () => {
  const clock = settableClock()
  const context = stageOptions({ clock: clock.read, clockToleranceSeconds: 5 })
  const recent = stepUp({ maxAgeSeconds: 300 })
  const compiled = compileRequirement(
    allOf(
      READ,
      recent,
      satisfies('own', access => access.kind === 'user'),
    ),
    context,
  )
  const signedIn = accessWith([READ], { ...AS_USER, auth_time: NOW })
  expect(compiled.stepUps).toEqual([{ maxAgeSeconds: 300 }])
  for (const [seconds, isSatisfied, missing] of [
    [305, true, { maxAgeSeconds: 300 }],
    [306, false, { maxAgeSeconds: 300 }],
  ] as const) {
    clock.seconds = NOW + seconds
    expect([compiled.isSatisfiedBy(signedIn, undefined), compiled.missingStepUp(signedIn, undefined)]).toEqual([
      isSatisfied,
      missing,
    ])
  }
  const withoutScope = accessWith([], { ...AS_USER, auth_time: NOW })
  expect(compiled.missingStepUp(withoutScope, undefined)).toBeUndefined()
})

test('a decision without a request takes no function of the application', () => {
  const decide = (requirement: Requirement) => compileTest(requirement, { ...CONTEXT, hasRequest: false })
  expect(decide(READ)(accessWith([READ]), undefined)).toBe(true)
  expect(
    misuseOf(() =>
      decide(
        allOf(
          READ,
          satisfies('own', () => true),
        ),
      ),
    ),
  ).toMatchObject({
    code: 'requirement_invalid',
    message: expect.stringMatching(/^access\.has\(\) decides without a request/),
  })
})
