import { createResourceServer } from '@scopeward/core'
import { expect, test } from 'vitest'
import { leavesOf } from '../src/explain/describe.ts'
import { parseRequirement } from '../src/explain/parse-requirement.ts'

/** The canonical text of what was read. */
function readBack(text: string): string {
  const requirement = parseRequirement(text)
  const names = leavesOf(requirement).flatMap(leaf => (typeof leaf.requirement === 'string' ? [leaf.requirement] : []))
  const server = createResourceServer({
    issuer: 'https://login.example.com',
    audience: 'https://api.example.com',
    scopes: Object.fromEntries(names.map(name => [name, name])),
    dpop: 'accepted',
    publicOrigin: 'https://api.example.com',
  })
  return server.guard(requirement).requirement
}

test.each([
  ['controls:read'],
  ['controls:read and service'],
  ['a or b or c'],
  ['controls:read and (service or role(admin))'],
  ['(a and b) or (c and (d or user))'],
  ['role(Team Lead) and permission(read all)'],
  ['dpop and mutualTls and authenticated'],
  ['a and stepUp(acr urn:example:mfa phr, age 300 s)'],
  ['stepUp(age 0 s)'],
])('what a guard writes out is read back: %s', text => {
  expect(readBack(text)).toBe(text)
})

test.each([
  ['role:admin', 'role(admin)'],
  ['permission:read', 'permission(read)'],
  ['((a))', 'a'],
  ['  a   and\tb ', 'a and b'],
  ['stepUp(age 60)', 'stepUp(age 60 s)'],
  ['__proto__ or constructor', '__proto__ or constructor'],
])('%s is short for %s', (text, canonical) => {
  expect(readBack(text)).toBe(canonical)
})

test.each([
  ['', 1, 'a requirement is missing'],
  ['a and', 6, 'a requirement is missing'],
  ['and a', 1, 'a requirement is missing before this'],
  ['a b', 3, 'write and or or before this'],
  ['a and b or c', 9, 'and and or are mixed here'],
  ['(a and b', 1, 'the parenthesis is not closed'],
  ['a)', 2, 'this parenthesis was never opened'],
  ['a and ()', 8, 'a requirement is missing before this'],
  ['role:', 1, 'a name is missing'],
  ['a and role()', 7, 'a name is missing'],
  ['say "hi"', 5, 'write and or or before this'],
  ['a and "hi"', 7, 'is not the name of a scope'],
  ['satisfies(own tenant)', 1, 'is decided by code of the API'],
  ['stepUp(soon)', 1, 'write it like stepUp('],
])('%j is refused at column %i: %s', (text, column, problem) => {
  expect(() => parseRequirement(text)).toThrow(`--require, column ${column}: ${problem}`.slice(0, 20))
  expect(() => parseRequirement(text)).toThrow(problem)
  expect(() => parseRequirement(text)).toThrow(new RegExp(`column ${column}:`))
})
