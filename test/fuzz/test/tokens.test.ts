import type { DenialCode } from '@scopeward/core'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { anyRecipe } from '../src/tokens/any-recipe.ts'
import { compare } from '../src/tokens/compare.ts'
import { forge } from '../src/tokens/forge.ts'
import { factsOf } from '../src/tokens/json-facts.ts'
import { createJudges, type Judges } from '../src/tokens/judges.ts'
import { createKeys, type Keys } from '../src/tokens/keys.ts'
import type { Change, Part } from '../src/tokens/recipe.ts'
import { REFERENCE_ONLY_RULES } from '../src/tokens/reference-only-rules.ts'
import { STRICTER_RULES } from '../src/tokens/stricter-rules.ts'
import { tokens } from '../src/tokens/target.ts'

test('for a second: no generated token is accepted by us alone, and none is refused by us alone without a rule', async () => {
  const { inputs } = await tokens.run({ seed: 1, milliseconds: 1000 })
  expect(inputs).toBeGreaterThan(0)
})

const member = (part: Part, name: string, json: string): Change => ({ kind: 'member', part, name, json })
const claim = (name: string, json: string): Change => member('payload', name, json)
const SURROGATE = '"\\ud800"'

/** For each rule the smallest token that breaks it and no other. */
const BROKEN: Readonly<Record<string, readonly [DenialCode, Change]>> = {
  'a token has one spelling': ['token_malformed', { kind: 'text', edit: { kind: 'spell', part: 2, as: 'padding' } }],
  'a token is at most 16,384 characters long': ['token_too_large', claim('data', JSON.stringify('x'.repeat(13_000)))],
  'no byte order mark': ['token_json_invalid', { kind: 'writing', part: 'payload', as: 'byte order mark' }],
  'no name twice in one object': [
    'token_json_invalid',
    { kind: 'repeat', part: 'header', name: 'typ', json: '"at+jwt"', first: true, escaped: true },
  ],
  'no name that cannot be written without escapes': ['token_json_invalid', claim('a\nb', '1')],
  'no lone surrogates': ['token_json_invalid', claim('sub', SURROGATE)],
  'no numbers beyond every number': ['token_json_invalid', claim('data', '1e400')],
  'at most 32 levels': ['token_json_invalid', claim('data', `${'['.repeat(32)}${']'.repeat(32)}`)],
  'no header parameter that changes what a token means': ['header_not_accepted', member('header', 'cty', '"JWT"')],
  'iat is not in the future': ['token_issued_in_future', claim('iat', '1800000001')],
  'times between 1970 and 9999': ['claim_invalid', claim('exp', '253402300800')],
  'identifiers are not empty': ['claim_invalid', claim('jti', '""')],
  'each audience is a string': ['claim_invalid', claim('aud', '["https://api.example.com", 5]')],
  'scope is a list of scope tokens': ['claim_invalid', claim('scope', '"a  b"')],
  'roles and entitlements are names': ['claim_invalid', claim('roles', '[""]')],
  'authorization_details are an array of typed objects': ['claim_invalid', claim('authorization_details', '[{}]')],
  'a bound token is no bearer token': ['sender_constraint_unsupported', claim('cnf', '{}')],
}

let keys: Keys
let judges: Judges

beforeAll(async () => {
  keys = await createKeys()
  judges = createJudges(keys)
})

test('generated tokens are balanced: many are accepted, and the others are refused for all kinds of reasons', async () => {
  const recipes = fc.sample(anyRecipe, { seed: 1, numRuns: 300 })
  const seen = await Promise.all(recipes.map(recipe => compare(forge(recipe, keys), judges, keys)))
  const verdicts = seen.map(([verdict]) => verdict)
  expect(verdicts.filter(verdict => verdict === 'accepted').length / recipes.length).toBeCloseTo(0.35, 1)
  expect(new Set(verdicts).size).toBeGreaterThan(12)
})

describe('what we alone refuse', () => {
  const judge = (...changes: readonly Change[]) => compare(forge({ signer: 2, changes }, keys), judges, keys)

  test.each(STRICTER_RULES.map(({ name }) => name))('%s: there is a token that breaks this rule alone', async name => {
    expect(await judge()).toEqual(['accepted'])
    const [code, change] = BROKEN[name] as readonly [DenialCode, Change]
    expect(await judge(change)).toEqual([code, `we alone: ${name}`])
  })

  test('and what a reference alone refuses: there is a token for each rule of the list', async () => {
    const withoutKid: Change = { kind: 'member', part: 'header', name: 'kid', json: undefined }
    expect(REFERENCE_ONLY_RULES).toHaveLength(1)
    expect(await judge(withoutKid)).toEqual(['accepted', 'oauth4webapi alone: demands a kid where several keys fit'])
  })

  test('a refusal by no rule is a finding, and so is a token that is accepted against a reference or a rule', async () => {
    const honest = forge({ signer: 2, changes: [] }, keys)
    const refused = async () => ({ accepted: false, code: 'key_unknown', detail: {} }) as const
    await expect(compare(honest, { ...judges, ours: refused }, keys)).rejects.toThrow('by no rule of the list')
    const theirs = async () => ({ accepted: false, code: 'X', reason: 'for a reason of its own' }) as const
    await expect(compare(honest, { ...judges, jose: theirs }, keys)).rejects.toThrow('We accept what jose refuses')
    const accepting = async () => ({ accepted: true, claims: {} }) as const
    const padded = `${honest}=`
    const lenient = { ours: accepting, jose: accepting, oauth4webapi: accepting }
    await expect(compare(padded, lenient, keys)).rejects.toThrow(
      'We accept what breaks our rule: a token has one spelling',
    )
    const others = async () => ({ accepted: true, claims: { sub: 'somebody else' } }) as const
    await expect(compare(honest, { ...judges, jose: others }, keys)).rejects.toThrow('We read other claims than jose')
  })
})

test.each([
  ['{"a":{"b":1},"c":{"b":1},"d":["b","b"]}', { repeatsName: false, depth: 2 }],
  ['{"a":1,"\\u0061":2}', { repeatsName: true }],
  ['{"a":{"b":1,"b":1}}', { repeatsName: true }],
  ['{"a":"\\"b\\":1,\\"b\\":1"}', { repeatsName: false, depth: 1 }],
  [`{"a":${SURROGATE}}`, { hasLoneSurrogate: true }],
  ['{"a":"\\ud83d\\ude00"}', { hasLoneSurrogate: false }],
  ['{"a":[-1e999]}', { hasEndlessNumber: true }],
  ['{"a":[-1e99,"1e999",null,true]}', { hasEndlessNumber: false }],
  ['{"a":[[[{}]]]}', { depth: 5 }],
])('the facts of %s', (json, facts) => {
  expect(factsOf(json)).toMatchObject(facts)
})
