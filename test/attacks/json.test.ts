import { describe } from 'vitest'
import { holdRows } from './hold-rows.ts'
import { type Part, withHeaderText, withPayload } from './mint.ts'
import { type Attack, testAccepted, testAttacks, useBench } from './support.ts'

holdRows()

const bench = useBench()

/** One more member in front of, or behind, the honest ones. */
const before = (member: string) => (json: string) => `{${member},${json.slice(1)}`
const after = (member: string) => (json: string) => `${json.slice(0, -1)},${member}}`

describe('JSON1: names twice, so that two readers see two tokens (RFC 7515 section 4, RFC 7519 section 4)', () => {
  const members = [
    '"iss":"https://attacker.example"',
    '"aud":"x"',
    '"scope":"admin"',
    '"sub":"root"',
    '"exp":9999999999',
    '"canary":1',
    '"\\u0073cope":"admin"',
  ] as const
  testAttacks(bench, [
    ...members.flatMap((member): Attack[] => [
      [`JSON1 ${member} first`, 'token_json_invalid', withPayload(before(member))],
      [`JSON1 ${member} last`, 'token_json_invalid', withPayload(after(member))],
    ]),
    ['JSON1 inside a claim', 'token_json_invalid', withPayload(after('"act":{"sub":"a","sub":"b"}'))],
    ['JSON1 inside a list', 'token_json_invalid', withPayload(after('"list":[{"a":1,"a":1}]'))],
    ['JSON1 __proto__ twice', 'token_json_invalid', withPayload(after('"__proto__":1,"__proto__":2'))],
    ['JSON1 an empty name twice', 'token_json_invalid', withPayload(after('"":1,"":2'))],
    [
      'JSON1 cnf twice: bound first, empty last',
      'token_json_invalid',
      withPayload(after('"cnf":{"jkt":"x"},"cnf":null')),
    ],
    ['JSON1 alg twice in the header', 'token_json_invalid', withHeaderText(after('"alg":"ES256"'))],
    [
      'JSON1 kid twice in the header, one with escapes',
      'token_json_invalid',
      withHeaderText(before('"\\u006bid":"x"')),
    ],
    ['JSON1 typ twice in the header', 'token_json_invalid', withHeaderText(before('"typ":"JWT"'))],
  ])
})

describe('JSON2 to JSON4: other encodings of text (RFC 8259 section 8, RFC 8725 section 3.7)', () => {
  const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16()
  const utf32 = (text: string) => Buffer.from([...text].flatMap(character => [character.charCodeAt(0), 0, 0, 0]))
  const bytes = (hex: string) => (json: string) =>
    Buffer.concat([Buffer.from(json.slice(0, -1)), Buffer.from(',"x":"'), Buffer.from(hex, 'hex'), Buffer.from('"}')])
  const encodings: readonly (readonly [string, (json: string) => Part])[] = [
    ['JSON2 UTF-16', json => Buffer.from(json, 'utf16le')],
    ['JSON2 UTF-16, big-endian', utf16be],
    ['JSON2 UTF-16 with a byte order mark', json => Buffer.from(`\ufeff${json}`, 'utf16le')],
    ['JSON2 UTF-32', utf32],
    ['JSON2 a byte that UTF-8 does not have', bytes('ff')],
    ['JSON2 a slash in two bytes', bytes('c0af')],
    ['JSON2 half of a character', bytes('e282')],
    ['JSON2 a surrogate in UTF-8', bytes('eda080')],
    ['JSON2 beyond Unicode', bytes('f4908080')],
    ['JSON2 Latin-1', json => Buffer.from(after('"x":"\xe9"')(json), 'latin1')],
    ['JSON3 a byte order mark', json => `\ufeff${json}`],
    ['JSON4 a lone surrogate', after('"x":"\\ud800"')],
    ['JSON4 a lone surrogate in a name', after('"\\udc00":1')],
    ['JSON4 surrogates the other way round', after('"x":"\\udc00\\ud800"')],
  ]
  testAttacks(
    bench,
    encodings.map(([name, change]): Attack => [name, 'token_json_invalid', withPayload(change)]),
  )
  testAttacks(
    bench,
    encodings.map(([name, change]): Attack => [`${name}, in the header`, 'token_json_invalid', withHeaderText(change)]),
  )
})

describe('JSON5, JSON6: other shapes (RFC 7519 section 7.2, fast-jwt #638)', () => {
  const shapes: readonly (readonly [string, (json: string) => string])[] = [
    ['JSON5 33 levels', json => after(`"x":${'['.repeat(32)}${']'.repeat(32)}`)(json)],
    ['JSON6 a list', json => `[${json}]`],
    ['JSON6 an empty list', () => '[]'],
    ['JSON6 null', () => 'null'],
    ['JSON6 a number', () => '1'],
    ['JSON6 true', () => 'true'],
    ['JSON6 a string', json => JSON.stringify(json)],
    ['JSON6 a space', () => ' '],
    ['JSON6 broken off', json => json.slice(0, -1)],
    ['JSON6 something behind', json => `${json}x`],
    ['JSON6 a second object behind', json => `${json}{}`],
    ['JSON6 a NUL behind', json => `${json}\0`],
    ['JSON6 a comma too many', json => json.replace('}', ',}')],
    ['JSON6 a comment', json => `${json}// ok`],
    ['JSON6 single quotes', json => json.replaceAll('"', "'")],
    ['JSON6 a name without quotes', json => after('x:1')(json)],
    ['JSON6 NaN', after('"x":NaN')],
    ['JSON6 a number in hex', after('"x":0x10')],
    ['JSON6 a zero in front', after('"x":01')],
    ['JSON6 a line break in a string', after('"x":"a\nb"')],
    ['JSON8 a number that JavaScript reads as infinity', after('"x":1e400')],
  ]
  testAttacks(
    bench,
    shapes.map(([name, change]): Attack => [name, 'token_json_invalid', withPayload(change)]),
  )
  testAttacks(
    bench,
    shapes.map(([name, change]): Attack => [`${name}, as the header`, 'token_json_invalid', withHeaderText(change)]),
  )
  testAttacks(bench, [['JSON6 an empty object', 'claim_missing', withPayload(() => '{}')]])
  testAccepted(bench, [
    ['JSON5 32 levels', withPayload(after(`"x":${'['.repeat(31)}${']'.repeat(31)}`))],
    ['JSON6 white space around everything', withPayload(json => ` \n${json.replaceAll(',"', ' ,\t"')}\r\n`)],
    [
      'JSON6 escapes where none are needed (RFC 7515 section 5.3)',
      withPayload(json => json.replace('"scope"', '"sc\\u006fpe"')),
    ],
    ['JSON4 a pair of surrogates', withPayload(after('"x":"\\ud83d\\udd11"'))],
  ])
})
