import { describe, expect, test } from 'vitest'
import { parseJsonObject } from '../../src/shared/json.ts'

const parse = (text: string) => parseJsonObject(Buffer.from(text))
const bytes = (...parts: (string | number[])[]) => Buffer.concat(parts.map(part => Buffer.from(part as string)))
const nestedArrays = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
const nestedObjects = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`

describe('duplicate member names are refused (RFC 7519 section 4, RFC 8259 section 4)', () => {
  test.each([
    ['plain', '{"iss":"a","iss":"b"}', '{"iss":"a","ist":"b"}'],
    ['with equal values', '{"iss":"a","iss":"a"}', '{"iss":"a","ist":"a"}'],
    ['one spelled with an escape', '{"iss":"a","\\u0069ss":"b"}', '{"iss":"a","\\u0069st":"b"}'],
    ['one spelled with an escaped solidus', '{"a/b":1,"a\\/b":2}', '{"a/b":1,"a\\/c":2}'],
    ['in a nested object', '{"cnf":{"jkt":"a","jkt":"b"}}', '{"cnf":{"jkt":"a","jku":"b"}}'],
    ['in an object within an array', '{"a":[{"b":1,"b":2}]}', '{"a":[{"b":1},{"b":2}]}'],
    ['the empty name', '{"":1,"":2}', '{"":1," ":2}'],
    ['__proto__', '{"__proto__":1,"__proto__":2}', '{"__proto__":1,"proto":2}'],
    ['array indexes', '{"1":1,"1":2}', '{"1":1,"01":2}'],
  ])('%s', (_name, twice, once) => {
    expect(parse(once)).toEqual(JSON.parse(once))
    expect(parse(twice)).toBeUndefined()
  })
})

describe('bytes that are not strict UTF-8 are refused (RFC 8259 section 8.1)', () => {
  test.each([
    ['a byte order mark', bytes([0xef, 0xbb, 0xbf], '{"a":1}'), bytes('{"a":1}')],
    ['a lone continuation byte', bytes('{"a":"', [0x80], '"}'), bytes('{"a":"', [0xc2, 0x80], '"}')],
    ['an overlong form', bytes('{"a":"', [0xc0, 0xaf], '"}'), bytes('{"a":"', [0x2f], '"}')],
    ['an encoded surrogate', bytes('{"a":"', [0xed, 0xa0, 0x80], '"}'), bytes('{"a":"', [0xee, 0x80, 0x80], '"}')],
    ['a cut-off character', bytes('{"a":"', [0xe2, 0x82], '"}'), bytes('{"a":"', [0xe2, 0x82, 0xac], '"}')],
    ['UTF-16', Buffer.from('{"a":1}', 'utf16le'), Buffer.from('{"a":1}', 'utf8')],
  ])('%s', (_name, refused, honest) => {
    expect(parseJsonObject(honest)).toBeDefined()
    expect(parseJsonObject(refused)).toBeUndefined()
  })
})

describe('lone surrogates are refused (RFC 8259 section 8.2)', () => {
  test.each([
    ['high, in a value', '{"a":"\\ud83d"}', '{"a":"\\ud83d\\ude00"}'],
    ['low, in a value', '{"a":"\\ude00"}', '{"a":"\\ud83d\\ude00"}'],
    ['in the wrong order', '{"a":"\\ude00\\ud83d"}', '{"a":"\\ud83d\\ude00"}'],
    ['in a name', '{"\\ud83d":1}', '{"\\ud83d\\ude00":1}'],
    ['in a nested name', '{"a":{"\\ud83d":1}}', '{"a":{"\\ud83d\\ude00":1}}'],
    ['in an array', '{"a":["b","\\udfff"]}', '{"a":["b","\\ud83d\\udfff"]}'],
  ])('%s', (_name, lone, paired) => {
    expect(parse(paired)).toEqual(JSON.parse(paired))
    expect(parse(lone)).toBeUndefined()
  })
})

describe('numbers that overflow are refused (RFC 8259 section 6)', () => {
  test.each([
    ['1e400', '1e308'],
    ['-1e400', '-1e308'],
    [`1${'0'.repeat(400)}`, `1${'0'.repeat(300)}`],
  ])('%s', (overflow, large) => {
    expect(parse(`{"exp":${large}}`)).toEqual({ exp: Number(large) })
    expect(parse(`{"exp":${overflow}}`)).toBeUndefined()
    expect(parse(`{"a":[${overflow}]}`)).toBeUndefined()
  })
})

describe('nesting is limited to 32', () => {
  test.each([
    ['arrays', nestedArrays],
    ['objects', nestedObjects],
  ])('%s', (_name, nested) => {
    expect(parse(nested(32))).toEqual(JSON.parse(nested(32)))
    expect(parse(nested(33))).toBeUndefined()
    expect(parse(nested(100_000))).toBeUndefined()
  })
})

test.each([
  '[]',
  '[{"a":1}]',
  'null',
  '1',
  '"a"',
  'true',
  '',
  ' ',
  '{',
  '{"a":1}x',
  '{"a":1}{"b":2}',
  "{'a':1}",
  '{"a":NaN}',
  '{a:1}',
  '{"a":1,}',
  '{"a":01}',
  '{"a":"\n"}',
  '{/**/}',
])('text that is not one JSON object is refused: %j (RFC 7519 section 7.2)', text => {
  expect(parse('{}')).toEqual({})
  expect(parse(text)).toBeUndefined()
})

test('white space around and within the object is accepted (RFC 8259 section 2)', () => {
  expect(parse(' {\r\n\t"a" : [ 1 , 2 ] } ')).toEqual({ a: [1, 2] })
})

test.each([
  '{"a":":"}',
  '{"a:b":1}',
  '{"a":"\\""}',
  '{"a":"\\\\"}',
  '{"a":"\\\\\\""}',
  '{"a:b":":\\\\\\":"}',
  '{"a":"{\\"b\\":1,\\"b\\":2}"}',
  '{"a":["\\":","\\\\",":"]}',
])('colons, quotes and backslashes within strings are no members: %s', text => {
  expect(parse(text)).toEqual(JSON.parse(text))
})

describe('members are counted by the bytes of the text, whatever its strings hold (RFC 8259 section 7)', () => {
  test.each([
    ['an escaped quote before a colon', '{"a":"\\":","b":2}', '{"a":"\\":","a":2}'],
    ['an escaped backslash before the closing quote', '{"a":"\\\\","b":":"}', '{"a":"\\\\","a":":"}'],
    ['three backslashes and a quote', '{"a":"\\\\\\":","b":1}', '{"b":"\\\\\\":","b":1}'],
    ['a quote as \\u0022', '{"a":"\\u0022:","b":2}', '{"a":"\\u0022:","a":2}'],
    ['a backslash as \\u005c', '{"a":"\\u005c","b":":"}', '{"a":"\\u005c","a":":"}'],
    ['a colon as \\u003a', '{"a\\u003a":1,"b":2}', '{"a\\u003a":1,"a:":2}'],
    ['an escaped u0022 that is none', '{"a":"\\\\u0022:","b":1}', '{"a":"\\\\u0022:","a":1}'],
    ['two bytes', '{"é:":"é\\"é:é","b":1}', '{"é:":"é\\"é:é","\\u00e9:":1}'],
    ['three bytes', '{"€:":"€\\\\","b":":"}', '{"€:":"€\\\\","\\u20AC:":":"}'],
    ['four bytes', '{"😀:":":😀","b":1}', '{"😀:":":😀","\\ud83d\\ude00:":1}'],
    [
      'characters with the bytes of a colon, a quote and a backslash in UTF-16',
      '{"∺∢∜":"㨺","b":1}',
      '{"∺∢∜":"㨺","∺\\u2222∜":1}',
    ],
    ['a line separator', '{"a\u2028":1,"b":2}', '{"a\u2028":1,"a\\u2028":2}'],
    ['white space around the colon', '{"a"\n:\t1 , "b" : 2}', '{"a"\n:\t1 , "a" : 2}'],
  ])('%s', (_name, once, twice) => {
    expect(parse(once)).toEqual(JSON.parse(once))
    expect(() => JSON.parse(twice)).not.toThrow()
    expect(parse(twice)).toBeUndefined()
  })

  test('a lone surrogate is refused also where another escape stands beside it, and a text without escapes has none', () => {
    expect(parse('{"a":"\\n","b":"😀"}')).toEqual({ a: '\n', b: '😀' })
    expect(parse('{"a":"\\n","b":"\\ud83d"}')).toBeUndefined()
  })
})

describe('names with escapes, which JSON.parse of Node 24 and 26 can misread (nodejs/node#63785)', () => {
  test.each([
    ['a backslash', '{"a":1}', '{"a\\\\":1}'],
    ['a backslash as \\u005C', '{"\\u0061":1}', '{"a\\u005C":1}'],
    ['a quote', '{"a":"\\""}', '{"a\\"":1}'],
    ['a quote as \\u0022', '{"a":"\\u0022"}', '{"a\\u0022":1}'],
    ['a line break', '{"a":"\\n"}', '{"a\\n":1}'],
    ['NUL', '{"a":"\\u0000"}', '{"a\\u0000":1}'],
    ['half a character', '{"\\ud83d\\ude00":1}', '{"\\ud83d":1}'],
    ['a backslash, in an object inside', '{"a":{"b":1}}', '{"a":{"b\\\\":1}}'],
  ])('a name with %s is refused, because it cannot be written without', (_name, honest, text) => {
    expect(parse(honest)).toBeDefined()
    expect(() => JSON.parse(text)).not.toThrow()
    expect(parse(text)).toBeUndefined()
  })

  test('a name that was read before is not taken for one whose escapes spell another', () => {
    for (const seen of ['{"typ":"at+jwt","alg":"ES256","\\\\u0":1}', '{"iss":"x","\\\\u0":1}']) {
      JSON.parse(seen)
      parse(seen)
    }
    expect(parse('{"typ":"at+jwt","alg":"ES256","\\u0061lg":"none"}')).toBeUndefined()
    expect(parse('{"iss":"x","\\u0063nf":{"jkt":"k"}}')).toEqual({ iss: 'x', cnf: { jkt: 'k' } })
    expect(parse('{"iss":"x","https:\\/\\/a.example":1}')).toEqual({ iss: 'x', 'https://a.example': 1 })
  })

  test('names keep their meaning, with white space before the colon and values that look like names', () => {
    const text = '{"\\u0061" \t\r\n:"\\u0061:", "b":["\\u0061","c\\"d"],"e\\/f":{"\\u00e9":1}}'
    expect(parse(text)).toEqual({ a: 'a:', b: ['a', 'c"d'], 'e/f': { é: 1 } })
  })

  test.each(['{"a\\', '{"a\\"', '{"\\x":1}', '{"\\u00":1}', '{"a\\n" 1}', '{"\\n":"'])('%s is no JSON', text => {
    expect(parse(text)).toBeUndefined()
  })
})

test('a member named __proto__ is a member and changes no prototype', () => {
  const parsed = parse('{"__proto__":{"admin":true}}')
  expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype)
  expect(Object.keys(parsed ?? {})).toEqual(['__proto__'])
  expect((parsed as { admin?: unknown }).admin).toBeUndefined()
})

test('everything in the parsed object is frozen', () => {
  const parsed = parse('{"a":{"b":[{"c":1}]},"d":[]}') as { a: { b: { c: number }[] }; d: unknown[] }
  for (const value of [parsed, parsed.a, parsed.a.b, parsed.a.b[0], parsed.d]) expect(Object.isFrozen(value)).toBe(true)
  expect(() => {
    ;(parsed.a.b[0] as { c: number }).c = 2
  }).toThrow(TypeError)
  expect(() => parsed.d.push(1)).toThrow(TypeError)
})
