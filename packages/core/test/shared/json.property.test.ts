import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseJsonObject } from '../../src/shared/json.ts'

const parse = (text: string) => parseJsonObject(Buffer.from(text))

/** Strings that are most of what can confuse a reader of JSON text. */
const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('"', '\\', ':', '{', '}', ',', 'u', 'a', '😀') }))
const { json } = fc.letrec<{ json: unknown }>(tie => ({
  json: fc.oneof(
    { maxDepth: 5 },
    fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null)),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(text, tie('json'), { maxKeys: 4 }),
  ),
}))
const jsonObject = fc.dictionary(text, json, { maxKeys: 5 })

/** Such names are refused (nodejs/node#63785). */
function hasEscapedName(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([name, member]) => mustBeEscaped(name) || hasEscapedName(member))
}

function mustBeEscaped(name: string): boolean {
  return JSON.stringify(name).includes('\\')
}

test('whatever JSON.stringify writes for an object is read back as JSON.parse reads it', () => {
  fc.assert(
    fc.property(jsonObject, fc.constantFrom(undefined, 2), (value, indent) => {
      const written = JSON.stringify(value, null, indent)
      expect(parse(written)).toEqual(hasEscapedName(value) ? undefined : JSON.parse(written))
    }),
    { numRuns: 500 },
  )
})

/** Where a member name ends and its object begins again: behind every `{` that is not part of a string. */
function placesForAMember(written: string): number[] {
  const places: number[] = []
  let quoted = false
  for (let i = 0; i < written.length; i++) {
    if (quoted && written[i] === '\\') i++
    else if (written[i] === '"') quoted = !quoted
    else if (!quoted && written[i] === '{' && written[i + 1] !== '}') places.push(i + 1)
  }
  return places
}

/** The name that stands at `place`, as it is written. */
function nameAt(written: string, place: number): string {
  let end = place + 1
  while (written[end] !== '"') end += written[end] === '\\' ? 2 : 1
  return written.slice(place, end + 1)
}

const escaped = (name: string) =>
  `"${[...Array(name.length).keys()].map(i => `\\u${name.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')}"`

test('an object that names one member twice is refused, wherever it stands and however the name is spelled', () => {
  const nonEmpty = jsonObject.filter(value => Object.keys(value).length > 0 && !hasEscapedName(value))
  fc.assert(
    fc.property(nonEmpty, fc.nat(), json, fc.boolean(), (value, choice, again, isEscaped) => {
      const written = JSON.stringify(value)
      const places = placesForAMember(written)
      const place = places[choice % places.length] as number
      const name = nameAt(written, place)
      const member = `${isEscaped ? escaped(JSON.parse(name)) : name}:${JSON.stringify(again)},`
      const doubled = written.slice(0, place) + member + written.slice(place)
      expect(parse(written)).toBeDefined()
      expect(() => JSON.parse(doubled)).not.toThrow()
      expect(parse(doubled)).toBeUndefined()
    }),
    { numRuns: 500 },
  )
})

/** JSON whose text is not fixed yet: members may share a name, and each character can be spelled in several ways. */
type Draft = number | boolean | null | readonly Spelled[] | { readonly list: readonly Draft[] } | Members
interface Members {
  readonly members: readonly (readonly [name: readonly Spelled[], value: Draft])[]
}
interface Spelled {
  readonly character: string
  readonly as: 'itself' | 'lower' | 'upper' | 'short'
}

const MUST_BE_ESCAPED = /["\\\n]/
const SHORT: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '/': '\\/', '\n': '\\n' }

function spell({ character, as }: Spelled): string {
  const short = SHORT[character]
  if (short !== undefined && (as === 'short' || (as === 'itself' && MUST_BE_ESCAPED.test(character)))) return short
  if (as === 'itself' || as === 'short') return character
  const units = [...Array(character.length).keys()].map(i => character.charCodeAt(i).toString(16).padStart(4, '0'))
  return units.map(unit => `\\u${as === 'upper' ? unit.toUpperCase() : unit}`).join('')
}

const quoted = (spelled: readonly Spelled[]) => `"${spelled.map(spell).join('')}"`
const plain = (spelled: readonly Spelled[]) => spelled.map(({ character }) => character).join('')

function write(draft: Draft): string {
  if (typeof draft !== 'object' || draft === null) return String(draft)
  if ('members' in draft)
    return `{${draft.members.map(([name, value]) => `${quoted(name)}: ${write(value)}`).join(',')}}`
  if ('list' in draft) return `[${draft.list.map(write).join(' , ')}]`
  return quoted(draft)
}

/** The reference: looks at names as they are meant, never at the text. */
function isRefused(draft: Draft): boolean {
  if (typeof draft !== 'object' || draft === null) return false
  if ('list' in draft) return draft.list.some(isRefused)
  if (!('members' in draft)) return false
  const names = draft.members.map(([name]) => plain(name))
  if (new Set(names).size < names.length || names.some(mustBeEscaped)) return true
  return draft.members.some(([, value]) => isRefused(value))
}

/** Not by `JSON.parse`, which may misread names. */
function meant(draft: Draft): unknown {
  if (typeof draft !== 'object' || draft === null) return draft
  if ('list' in draft) return draft.list.map(meant)
  if (!('members' in draft)) return plain(draft)
  return Object.fromEntries(draft.members.map(([name, value]) => [plain(name), meant(value)]))
}

const spelled = fc.array(
  fc.record({
    character: fc.constantFrom('"', '\\', ':', '{', '}', ',', '/', '\n', 'u0022', 'a', 'é', '∢', '∺', '\u2028', '😀'),
    as: fc.constantFrom('itself' as const, 'lower' as const, 'upper' as const, 'short' as const),
  }),
  { maxLength: 3 },
)
const { members } = fc.letrec<{ draft: Draft; members: Members }>(tie => ({
  draft: fc.oneof(
    { maxDepth: 3 },
    fc.oneof(spelled, fc.integer(), fc.boolean(), fc.constant(null)),
    fc.record({ list: fc.array(tie('draft'), { maxLength: 3 }) }),
    tie('members'),
  ),
  members: fc.record({ members: fc.array(fc.tuple(spelled, tie('draft')), { maxLength: 4 }) }),
}))

test('an object is read exactly where none inside it names a member twice, or so that it must be escaped, however its strings are spelled (RFC 8259 sections 4 and 7)', () => {
  const seen = { read: 0, refused: 0 }
  fc.assert(
    fc.property(members, draft => {
      const written = write(draft)
      const refused = isRefused(draft)
      seen[refused ? 'refused' : 'read']++
      expect(parse(written), written).toEqual(refused ? undefined : meant(draft))
    }),
    { numRuns: 3000 },
  )
  expect(Math.min(seen.read, seen.refused)).toBeGreaterThan(150)
})

test('no bytes make it throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), bytes => {
      const parsed = parseJsonObject(bytes)
      expect(parsed === undefined || typeof parsed === 'object').toBe(true)
    }),
  )
})
