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

test('whatever JSON.stringify writes for an object is read back as JSON.parse reads it', () => {
  fc.assert(
    fc.property(jsonObject, fc.constantFrom(undefined, 2), (value, indent) => {
      const written = JSON.stringify(value, null, indent)
      expect(parse(written)).toEqual(JSON.parse(written))
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
  const nonEmpty = jsonObject.filter(value => Object.keys(value).length > 0)
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

test('no bytes make it throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), bytes => {
      const parsed = parseJsonObject(bytes)
      expect(parsed === undefined || typeof parsed === 'object').toBe(true)
    }),
  )
})
