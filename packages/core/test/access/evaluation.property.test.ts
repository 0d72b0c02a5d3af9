import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Access } from '../../src/access/access.ts'
import { compileRequirement } from '../../src/access/compile-requirement.ts'
import { allOf, anyOf, authenticated, type Requirement, satisfies, service, user } from '../../src/access/expression.ts'
import { AS_USER, accessWith } from '../support/callers.ts'
import { stageOptions } from '../support/verified.ts'

const CONTEXT = stageOptions()
const SCOPES = ['controls:read', 'controls:write', 'imports:write']
const yes = satisfies('yes', () => true)
const no = satisfies('no', () => false)

const { requirement } = fc.letrec<{ requirement: Requirement }>(tie => {
  const parts = fc.array(tie('requirement'), { minLength: 1, maxLength: 3 })
  return {
    requirement: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<Requirement>(...SCOPES, service, user, authenticated, yes, no),
      parts.map(list => allOf(...list)),
      parts.map(list => anyOf(...list)),
    ),
  }
})
const scopes = fc.subarray([...SCOPES, 'unheard-of'])
const access = fc.tuple(scopes, fc.boolean()).map(([held, asUser]) => accessWith(held, asUser ? AS_USER : {}))

/** What the words mean, spelled out a second time and as slowly as one likes. */
function meaning(requirement: Requirement, { scopes, kind }: Access): boolean {
  if (requirement === 'controls:read') return scopes.has('controls:read') || scopes.has('controls:write')
  if (typeof requirement === 'string') return scopes.has(requirement)
  const parts = 'parts' in requirement ? requirement.parts.map(part => meaning(part, { scopes, kind } as Access)) : []
  if (requirement.kind === 'allOf') return !parts.includes(false)
  if (requirement.kind === 'anyOf') return parts.includes(true)
  if (requirement.kind === 'satisfies') return requirement.name === 'yes'
  return requirement.kind === 'authenticated' || requirement.kind === kind
}

function asksRequest(requirement: Requirement): boolean {
  if (typeof requirement === 'string') return false
  return requirement.kind === 'satisfies' || ('parts' in requirement && requirement.parts.some(asksRequest))
}

test('for any requirement and any caller the compiled decision is what the words mean', () => {
  fc.assert(
    fc.property(requirement, access, (demanded, caller) => {
      const { isSatisfiedBy } = compileRequirement(demanded, CONTEXT)
      expect(isSatisfiedBy(caller, undefined)).toBe(meaning(demanded, caller))
      if (!asksRequest(demanded)) expect(caller.has(demanded)).toBe(meaning(demanded, caller))
      else expect(() => caller.has(demanded)).toThrow(/^access\.has\(\) decides without a request/)
    }),
    { numRuns: 1000 },
  )
})

test('more scopes never take a permission away', () => {
  fc.assert(
    fc.property(requirement, scopes, scopes, (demanded, held, more) => {
      const { isSatisfiedBy } = compileRequirement(demanded, CONTEXT)
      const before = isSatisfiedBy(accessWith(held), undefined)
      const after = isSatisfiedBy(accessWith([...new Set([...held, ...more])]), undefined)
      expect(before && !after).toBe(false)
    }),
  )
})

/** One way through a requirement, in full: its scopes, and whether rules have to hold besides. */
interface Way {
  readonly scopes: readonly string[]
  readonly takesRules: boolean
}

function waysThrough(demanded: Requirement): readonly Way[] {
  if (typeof demanded === 'string') return [{ scopes: [demanded], takesRules: false }]
  if (!('parts' in demanded)) return [{ scopes: [], takesRules: demanded !== authenticated }]
  const ways = demanded.parts.map(waysThrough)
  if (demanded.kind === 'anyOf') return ways.flat()
  return ways.reduce((some, more) => some.flatMap(one => more.map(other => together(one, other))))
}

function together(one: Way, other: Way): Way {
  return { scopes: [...one.scopes, ...other.scopes], takesRules: one.takesRules || other.takesRules }
}

/** Ways that a client can take by asking for scopes: none where any token will do, or where rules alone decide. */
function waysByScopes(demanded: Requirement): readonly Way[] {
  const ways = waysThrough(demanded)
  const anyTokenWillDo = ways.some(({ scopes, takesRules }) => scopes.length === 0 && !takesRules)
  return anyTokenWillDo ? [] : ways.filter(({ scopes }) => scopes.length > 0)
}

test('the scopes of the challenge satisfy the scope part of any requirement, and none of them can be left out', () => {
  fc.assert(
    fc.property(requirement, demanded => {
      const { scopes: named } = compileRequirement(demanded, CONTEXT)
      const ways = waysByScopes(demanded).map(({ scopes }) => allOf(...scopes))
      const { isSatisfiedBy } = compileRequirement(ways.length === 0 ? authenticated : anyOf(...ways), CONTEXT)
      expect(isSatisfiedBy(accessWith(named), undefined)).toBe(true)
      for (const scope of named) {
        const fewer = accessWith(named.filter(other => other !== scope))
        expect(isSatisfiedBy(fewer, undefined)).toBe(false)
      }
    }),
    { numRuns: 1000 },
  )
})
