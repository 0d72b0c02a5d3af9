import fc from 'fast-check'

/** Any character that a header can carry, and those that a proof is made of far more often. */
const character = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...'ABCXYZabcxyz0189-_') },
  { weight: 1, arbitrary: fc.constantFrom(...'.=+/~ ,:;%"\t') },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }).map(code => String.fromCharCode(code)) },
)
export const noise: fc.Arbitrary<string> = fc.string({ unit: character, maxLength: 60 })

export type Change = (text: string) => string

const place = fc.double({ min: 0, max: 1, noNaN: true })

/** One change to a text, at a place that is a share of its length. */
export const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(place, character).map(([at, by]) => splice(at, 1, () => by)),
  fc.tuple(place, noise).map(([at, by]) => splice(at, 0, () => by)),
  fc.tuple(place, fc.nat(400)).map(([at, length]) => splice(at, length, () => '')),
  fc.tuple(place, fc.nat(400)).map(([at, length]) => splice(at, length, part => part + part)),
  fc.tuple(place, fc.nat(7)).map(([at, bit]) => splice(at, 1, part => flip(part, bit))),
  fc.constantFrom<Change>(
    text => text.split('.').reverse().join('.'),
    text => encodeURIComponent(text),
    text => Buffer.from(text).toString('base64url'),
    text => text.toUpperCase(),
    text => `${text}, ${text}`,
    text => `${text}.${text}`,
    text => ` ${text} `,
  ),
)

export const changes: fc.Arbitrary<Change> = fc
  .array(change, { minLength: 1, maxLength: 3 })
  .map(all => text => all.reduce((changed, each) => each(changed), text))

function splice(at: number, length: number, by: Change): Change {
  return text => {
    const start = Math.floor(at * text.length)
    return text.slice(0, start) + by(text.slice(start, start + length)) + text.slice(start + length)
  }
}

function flip(character: string, bit: number): string {
  return character === '' ? '' : String.fromCharCode((character.charCodeAt(0) & 0xff) ^ (1 << bit))
}
