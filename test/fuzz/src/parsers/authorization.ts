import assert from 'node:assert/strict'
import type { HeaderSource } from '@scopeward/core'
import fc from 'fast-check'
import { headerValues, presented } from './core.ts'
import { type Case, outcomeOf, parse, parser } from './parser.ts'
import { anyText, headerText } from './texts.ts'

type Scheme = 'Bearer' | 'DPoP'

interface Input {
  readonly values: readonly { readonly name: string; readonly value: string }[]
  readonly form: 'flat' | 'record' | 'Headers'
  readonly others: number
  readonly schemes: readonly Scheme[]
}

const anyScheme = fc.constantFrom(
  'Bearer',
  'Bearer',
  'bearer',
  'DPoP',
  'DPoP',
  'dpop',
  'Basic',
  'Bearer:',
  'Bearerx',
  '',
)
const credential = fc.oneof(fc.string({ unit: fc.constantFrom(...'azAZ09-._~+/='), maxLength: 20 }), headerText)
const value = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(anyScheme, fc.constantFrom(' ', ' ', '   ', '', '\t'), credential).map(parts => parts.join('')),
  },
  { weight: 1, arbitrary: anyText },
)
const name = fc.constantFrom(
  'authorization',
  'Authorization',
  'AUTHORIZATION',
  'Authorization',
  'x-authorization',
  'authorizatıon',
)

const inputs: fc.Arbitrary<Input> = fc.record({
  values: fc.oneof(
    { weight: 3, arbitrary: fc.tuple(fc.record({ name, value })) },
    { weight: 1, arbitrary: fc.array(fc.record({ name, value }), { maxLength: 3 }) },
  ),
  form: fc.constantFrom('flat', 'flat', 'record', 'Headers'),
  others: fc.constantFrom(0, 0, 0, 0, 1, 2, 998, 999),
  schemes: fc.constantFrom<readonly Scheme[]>(['Bearer'], ['DPoP'], ['Bearer', 'DPoP']),
})

/** Past so many, Node has dropped some, and nobody can say what was sent. */
const TOO_MANY_HEADERS = 1000

/** The header in one of its forms, and the values that it has there. */
function headersOf({ values, form, others }: Input): { headers: HeaderSource; found: readonly string[] } {
  const lines = [...values, ...Array.from({ length: others }, (_, index) => ({ name: `x-${index}`, value: 'x' }))]
  const meant = values.filter(line => /^authorization$/i.test(line.name)).map(line => line.value)
  if (form === 'flat') {
    const isCut = lines.length >= TOO_MANY_HEADERS
    return { headers: lines.flatMap(line => [line.name, line.value]), found: isCut ? ['cut', 'cut'] : meant }
  }
  if (form === 'Headers') {
    try {
      const headers = new Headers(lines.map((line): [string, string] => [line.name, line.value]))
      return { headers, found: meant.length === 0 ? [] : [headers.get('authorization') ?? ''] }
    } catch {
      // Not every text can stand there.
    }
  }
  const record: Record<string, string[]> = {}
  for (const line of lines) record[line.name] = [...(record[line.name] ?? []), line.value]
  return { headers: record, found: meant }
}

/** By regular expression: RFC 9110 sections 11.1 and 11.4. */
function expected(found: readonly string[], schemes: readonly Scheme[]): object | undefined {
  const [text, ...more] = found
  if (text === undefined) return { value: undefined }
  if (more.length > 0) return { refused: 'authorization_duplicated' }
  const [, word = '', token = ''] = /^([^ ]*) *(.*)$/s.exec(text) ?? []
  const scheme = schemes.find(each => new RegExp(`^${each}$`, 'i').test(word))
  if (scheme !== undefined) return { value: { scheme, token } }
  return { refused: /^[\w!#$%&'*+\-.^`|~]+$/.test(word) ? 'scheme_unsupported' : 'authorization_malformed' }
}

function check(input: Input): string {
  const { headers, found } = headersOf(input)
  const { schemes } = input
  const single = found.length > 1 ? headerValues.DUPLICATED : found[0]
  assert.equal(headerValues.singleHeaderValue(headers, 'authorization'), single, 'the one value of the header')
  const parsed = parse(() => presented.presentToken({ method: 'GET', url: '/', headers }, schemes))
  assert.deepEqual(parsed, expected(found, schemes))
  if ('refused' in parsed || parsed.value === undefined) return outcomeOf(parsed)
  const { scheme, token } = parsed.value
  const again = ['authorization', `${scheme} ${token}`]
  assert.deepEqual(
    parse(() => presented.presentToken({ method: 'GET', url: '/', headers: again }, schemes)),
    parsed,
  )
  const grammar = parse(() => presented.requireToken68({ scheme, token }))
  assert.equal('value' in grammar, /^[\w\-.~+/]+=*$/.test(token), 'token68 (RFC 9110 section 11.2)')
  return 'refused' in grammar ? `credential ${grammar.refused}` : 'accepted'
}

export const authorization: fc.Arbitrary<Case> = parser('Authorization', inputs, check)
