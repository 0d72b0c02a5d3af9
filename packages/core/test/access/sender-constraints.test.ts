import { describe, expect, test } from 'vitest'
import { compileRequirement } from '../../src/access/compile-requirement.ts'
import {
  allOf,
  anyOf,
  authenticated,
  dpop,
  mutualTls,
  type Requirement,
  satisfies,
  service,
  stepUp,
  user,
} from '../../src/access/expression.ts'
import { AS_USER, accessWith } from '../support/callers.ts'
import { misuseOf } from '../support/refusals.ts'
import { NOW } from '../support/tokens.ts'
import { stageOptions } from '../support/verified.ts'

const OPTIONS = { dpop: 'accepted', publicOrigin: 'https://api.example.com', clock: () => NOW * 1000 } as const
const CONTEXT = stageOptions(OPTIONS)
const compile = (requirement: Requirement) => compileRequirement(requirement, CONTEXT)

const JKT = '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I'
const X5T = 'A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0'
const READ = 'controls:read'
const caller = (cnf: object | undefined, scopes: readonly string[] = [READ], claims = {}) =>
  accessWith(scopes, { cnf, ...claims }, OPTIONS)

const bearer = caller(undefined)
const toKey = caller({ jkt: JKT })
const toCertificate = caller({ 'x5t#S256': X5T })
const toBoth = caller({ jkt: JKT, 'x5t#S256': X5T })
const ALL = [bearer, toKey, toCertificate, toBoth]

test('an access says what its sender has proven', () => {
  expect(ALL.map(({ senderConstraints }) => senderConstraints)).toEqual([
    [],
    ['dpop'],
    ['mutual-tls'],
    ['dpop', 'mutual-tls'],
  ])
  for (const { senderConstraints } of ALL) expect(Object.isFrozen(senderConstraints)).toBe(true)
})

describe('who satisfies what: bearer, to a key, to a certificate, to both', () => {
  const STRONG = stepUp({ acrValues: ['phr'] })
  test.each<[string, Requirement, readonly boolean[]]>([
    ['dpop', dpop, [false, true, false, true]],
    ['mutualTls', mutualTls, [false, false, true, true]],
    ['one of them', anyOf(dpop, mutualTls), [false, true, true, true]],
    ['both', allOf(dpop, mutualTls), [false, false, false, true]],
    ['a scope and dpop', allOf(READ, dpop), [false, true, false, true]],
    ['another scope and dpop', allOf('imports:write', dpop), [false, false, false, false]],
    ['another scope, or dpop', anyOf('imports:write', dpop), [false, true, false, true]],
    ['nothing of it', authenticated, [true, true, true, true]],
    ['a sign-in that is not there, and dpop', allOf(STRONG, dpop), [false, false, false, false]],
  ])('%s', (_name, requirement, expected) => {
    const { isSatisfiedBy } = compile(requirement)
    expect(ALL.map(access => isSatisfiedBy(access, undefined))).toEqual(expected)
    expect(ALL.map(access => access.has(requirement))).toEqual(expected)
  })
})

describe('whether another kind of token is all that is missing, so that 401 tells the client how', () => {
  const granting = satisfies('granting', () => true)
  const refusing = satisfies('refusing', () => false)
  test.each<[string, Requirement, readonly boolean[]]>([
    ['dpop', dpop, [true, true, true, true]],
    ['a scope that the token has, and dpop', allOf(READ, dpop), [true, true, true, true]],
    ['a scope that it lacks, and dpop', allOf('imports:write', dpop), [false, false, false, false]],
    ['a scope that it lacks, or dpop', anyOf('imports:write', dpop), [true, true, true, true]],
    ['a kind that it is not, and mutualTls', allOf(user, mutualTls), [false, false, false, false]],
    ['a rule that holds, and dpop', allOf(granting, dpop), [true, true, true, true]],
    ['a rule that does not, and dpop', allOf(refusing, dpop), [false, false, false, false]],
    ['a sign-in that is missing as well', allOf(stepUp({ acrValues: ['phr'] }), dpop), [false, false, false, false]],
    ['nothing of it', allOf(READ, service), [false, false, false, false]],
    ['a scope alone that it lacks', 'imports:write', [false, false, false, false]],
  ])('%s', (_name, requirement, expected) => {
    const { lacksSenderConstraint } = compile(requirement)
    expect(ALL.map(access => lacksSenderConstraint(access, undefined))).toEqual(expected)
  })

  test('of a missing sign-in and a missing proof neither alone would do', () => {
    const strong = stepUp({ acrValues: ['phr'] })
    const { missingStepUp, lacksSenderConstraint } = compile(allOf(strong, dpop))
    expect(missingStepUp(bearer, undefined)).toBeUndefined()
    expect(lacksSenderConstraint(bearer, undefined)).toBe(false)
    expect(missingStepUp(toKey, undefined)).toEqual({ acrValues: ['phr'] })
    const signedIn = caller(undefined, [READ], { ...AS_USER, acr: 'phr' })
    expect(lacksSenderConstraint(signedIn, undefined)).toBe(true)
  })
})

test.each<[Requirement, boolean]>([
  [dpop, true],
  [mutualTls, false],
  [READ, false],
  [allOf(READ, dpop), true],
  [allOf(dpop, mutualTls), true],
  [anyOf(dpop, mutualTls), false],
  [anyOf(READ, dpop), false],
  [anyOf(allOf(READ, dpop), allOf(service, dpop)), true],
  [anyOf(dpop), true],
  [allOf(READ, anyOf(dpop, mutualTls)), false],
])('%j: every way through takes a proof, %s', (requirement, demands) => {
  expect(compile(requirement).demandsDpop).toBe(demands)
})

test.each<[Requirement, string, readonly string[]]>([
  [dpop, 'dpop', []],
  [mutualTls, 'mutualTls', []],
  [allOf('imports:write', dpop), 'imports:write and dpop', ['imports:write']],
  [allOf(READ, anyOf(dpop, mutualTls)), 'controls:read and (dpop or mutualTls)', ['controls:read']],
])('%j reads %s and names the scopes %j', (requirement, text, scopes) => {
  expect(compile(requirement)).toMatchObject({ text, scopes })
})

test('both are frozen plain data', () => {
  expect([dpop, mutualTls]).toEqual([{ kind: 'dpop' }, { kind: 'mutualTls' }])
  expect(Object.isFrozen(dpop) && Object.isFrozen(mutualTls)).toBe(true)
})

describe('where no proofs are checked, no route may demand one: it would let nobody in', () => {
  const message =
    "A requirement demands dpop, but no proofs are checked. Set the options dpop: 'accepted' and publicOrigin."
  test.each<[string, Requirement]>([
    ['dpop', dpop],
    ['within allOf', allOf(READ, dpop)],
    ['within anyOf', anyOf(READ, dpop)],
    ['written by hand', { kind: 'dpop' }],
  ])('%s', (_name, requirement) => {
    expect(misuseOf(() => compileRequirement(requirement, stageOptions()))).toEqual({
      code: 'requirement_invalid',
      message,
    })
    expect(misuseOf(() => accessWith([READ]).has(requirement)).message).toBe(message)
  })

  test('mutualTls needs no option', () => {
    const { isSatisfiedBy } = compileRequirement(mutualTls, stageOptions())
    expect([bearer, toCertificate].map(access => isSatisfiedBy(access, undefined))).toEqual([false, true])
  })
})
