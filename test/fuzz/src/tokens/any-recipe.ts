import fc from 'fast-check'
import { HONEST_CLAIMS } from './honest.ts'
import { type Change, type Edit, type Part, type Recipe, SIGNATURE_CHANGES, SPELLINGS, WRITINGS } from './recipe.ts'
import { ALLOWED, ODD, type Values } from './values.ts'

const REQUIRED: readonly (readonly [Part, string])[] = [
  ...['alg', 'typ', 'kid'].map(name => ['header', name] as const),
  ...HONEST_CLAIMS.map(([name]) => ['payload', name] as const),
]

/** A member, then one of its values: so that a member with many values does not come up more often. */
function memberOf(values: Readonly<Record<Part, Values>>): fc.Arbitrary<Change> {
  const places = (['header', 'payload'] as const).flatMap(part =>
    Object.entries(values[part]).map(([name, texts]) => ({ part, name, texts })),
  )
  return fc
    .constantFrom(...places)
    .chain(({ part, name, texts }) =>
      fc.constantFrom(...texts).map(json => ({ kind: 'member' as const, part, name, json })),
    )
}

const missing: fc.Arbitrary<Change> = fc
  .constantFrom(...REQUIRED)
  .map(([part, name]) => ({ kind: 'member', part, name, json: undefined }))

const part = fc.constantFrom<Part>('payload', 'header')
const NAMES = [...REQUIRED.map(([, name]) => name), 'nbf', 'cnf', '__proto__', 'constructor', 'hasOwnProperty', '', 'x']

const anything: fc.Arbitrary<Change> = fc.record({
  kind: fc.constant('member' as const),
  part,
  name: fc.constantFrom(...NAMES),
  json: fc.json({ maxDepth: 3 }),
})

/** With the value that is there already, or with another. */
const repeat: fc.Arbitrary<Change> = fc
  .tuple(fc.oneof(memberOf(ALLOWED), memberOf(ODD), honestAgain()), fc.boolean(), fc.boolean())
  .map(([member, first, escaped]) => {
    const { part, name, json = 'null' } = member as Extract<Change, { kind: 'member' }>
    return { kind: 'repeat', part, name, json, first, escaped }
  })

function honestAgain(): fc.Arbitrary<Change> {
  return fc.constantFrom(...HONEST_CLAIMS).map(([name, json]) => ({ kind: 'member', part: 'payload', name, json }))
}

const writing: fc.Arbitrary<Change> = fc.record({
  kind: fc.constant('writing' as const),
  part,
  as: fc.constantFrom(...WRITINGS),
})

const signature: fc.Arbitrary<Change> = fc.constantFrom(...SIGNATURE_CHANGES).map(as => ({ kind: 'signature', as }))

const at = fc.nat(9999)
const partIndex = fc.nat(2)
const character = fc.constantFrom(...'AQgw01_-=.+/ ~%,"é\n\t\0\u200b')
const around = fc.constantFrom('', ' ', '\n', '\t', '.', '"', 'Bearer ', '=', '\0', '\ufeff', '~')

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constantFrom('replace' as const, 'insert' as const), at, character }),
  fc.record({ kind: fc.constantFrom('delete' as const, 'truncate' as const), at }),
  fc.record({ kind: fc.constant('swap' as const), one: partIndex, other: partIndex }),
  fc.record({
    kind: fc.constantFrom('repeat part' as const, 'drop part' as const, 'serialise again' as const),
    part: partIndex,
  }),
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('spell' as const), part: partIndex, as: fc.constantFrom(...SPELLINGS) }),
  },
  fc.record({ kind: fc.constant('around' as const), before: around, after: around }),
)

const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 40, arbitrary: memberOf(ALLOWED) },
  { weight: 32, arbitrary: memberOf(ODD) },
  { weight: 4, arbitrary: missing },
  { weight: 5, arbitrary: anything },
  { weight: 5, arbitrary: repeat },
  { weight: 5, arbitrary: writing },
  { weight: 7, arbitrary: signature },
  { weight: 10, arbitrary: edit.map(edit => ({ kind: 'text' as const, edit })) },
)

/** Mostly one change or two: with many, something is wrong in every token, and what else is wrong is never looked at. */
export const anyRecipe: fc.Arbitrary<Recipe> = fc.record({
  signer: fc.nat(9),
  changes: fc.oneof(
    { weight: 8, arbitrary: fc.array(change, { minLength: 1, maxLength: 2 }) },
    { weight: 2, arbitrary: fc.array(change, { maxLength: 5 }) },
  ),
})
