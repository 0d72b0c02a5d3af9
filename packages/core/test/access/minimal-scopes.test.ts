import { describe, expect, test } from 'vitest'
import {
  allOf,
  anyOf,
  authenticated,
  type Requirement,
  role,
  satisfies,
  service,
  stepUp,
  user,
} from '../../src/access/expression.ts'
import { minimalScopes } from '../../src/access/minimal-scopes.ts'
import { parseVocabulary } from '../../src/options/vocabulary.ts'
import { misuseOf } from '../support/refusals.ts'

const VOCABULARY = parseVocabulary({
  admin: { description: 'Everything', implies: ['write'] },
  write: { description: 'Write', implies: ['read'] },
  read: 'Read',
  audit: 'Audit',
  export: 'Export',
})
const minimal = (requirement: Requirement) => minimalScopes(requirement, VOCABULARY)

describe('the challenge names the smallest set of scopes that suffices (RFC 6750 section 3)', () => {
  test.each<[string, Requirement, string[]]>([
    ['one scope, and never a broader one that would do', 'read', ['read']],
    ['all of several, in order of declaration', allOf('export', 'read', 'audit'), ['read', 'audit', 'export']],
    ['a scope that another one of the set implies is left out', allOf('read', 'write'), ['write']],
    ['also where it is implied through a third', allOf('read', 'admin', 'audit'), ['admin', 'audit']],
    ['the smaller alternative', anyOf(allOf('read', 'audit'), 'export'), ['export']],
    ['of equally small ones the first written', anyOf('export', 'audit'), ['export']],
    ['of equally small ones the first written, the other way round', anyOf('audit', 'export'), ['audit']],
    [
      'a set counts after what it implies was left out',
      anyOf(allOf('audit', 'export'), allOf('read', 'write')),
      ['write'],
    ],
    ['a scope named twice counts once', allOf('read', anyOf('read', 'audit')), ['read']],
    ['alternatives within all', allOf(anyOf('audit', 'read'), anyOf('export', 'read')), ['read']],
    [
      'rules that are no scopes',
      allOf(
        service,
        satisfies('x', () => true),
      ),
      [],
    ],
    ['a rule beside a scope', allOf('read', user), ['read']],
    ['a rule that would do without a scope is no help to a client', anyOf('read', service), ['read']],
    ['authenticated, which would do without a scope, is', anyOf('read', authenticated), []],
    ['authenticated', authenticated, []],
    ['authenticated twice says no more', anyOf('read', allOf(authenticated, authenticated)), []],
    [
      'one way takes a scope and a rule, the other a rule alone',
      anyOf(allOf(user, 'write'), allOf(service, role('x'))),
      ['write'],
    ],
    ['the same the other way round', anyOf(allOf(service, role('x')), allOf(user, 'write')), ['write']],
    [
      'of equally small ones the narrower, where the broader would do without the rule',
      allOf('read', anyOf('write', stepUp({ maxAgeSeconds: 300 }))),
      ['read'],
    ],
    [
      'and the narrower where it is written first too',
      allOf(anyOf(stepUp({ maxAgeSeconds: 300 }), 'write'), 'read'),
      ['read'],
    ],
  ])('%s', (_name, requirement, scopes) => {
    expect(minimal(requirement)).toEqual(scopes)
  })
})

test('a requirement with more alternatives than anybody could read is a mistake at start', () => {
  const choice = anyOf('read', 'audit')
  const times = (count: number) => allOf(...Array.from({ length: count }, () => choice))
  expect(minimal(times(9))).toEqual(['read'])
  expect(misuseOf(() => minimal(times(10)))).toEqual({
    code: 'requirement_invalid',
    message: 'A requirement has more than 1000 alternatives. Declare a scope that implies the others and require that.',
  })
})
