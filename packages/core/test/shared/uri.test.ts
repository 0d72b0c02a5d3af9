import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  authorityEnd,
  hasBrokenEscape,
  hasDotSegments,
  isRegularOrigin,
  normalizedPath,
  originOf,
  pathOf,
  withoutQuery,
} from '../../src/shared/uri.ts'

test('what is a URL does not change once the compiler has optimised the question, as URL.canParse of Node 20 does', () => {
  const asked = () => [originOf('https://\u00e4pi.example.com'), originOf('https://\u00c3\u0080.example.com')]
  expect(asked()).toEqual(['https://xn--pi-uia.example.com', undefined])
  for (let i = 0; i < 100_000; i++) originOf(`https://a${i % 10}.example.com`)
  expect(asked()).toEqual(['https://xn--pi-uia.example.com', undefined])
})

describe('origins in normal form (RFC 3986 sections 6.2.2.1 and 6.2.3)', () => {
  test.each([
    ['https://api.example.com', 'https://api.example.com'],
    ['HTTPS://API.Example.COM', 'https://api.example.com'],
    ['https://api.example.com:443', 'https://api.example.com'],
    ['https://api.example.com:', 'https://api.example.com'],
    ['http://api.example.com:80', 'http://api.example.com'],
    ['http://api.example.com:443', 'http://api.example.com:443'],
    ['https://api.example.com:8443', 'https://api.example.com:8443'],
    ['https://[2001:DB8::1]:443', 'https://[2001:db8::1]'],
  ])('%s is %s', (text, origin) => {
    expect(isRegularOrigin(text)).toBe(true)
    expect(originOf(text)).toBe(origin)
  })

  test.each(['https://api.example.com.', 'https://api.example.co', 'https://api.example.com:8443'])(
    '%s is another one than https://api.example.com',
    text => {
      expect(originOf(text)).not.toBe('https://api.example.com')
    },
  )

  test.each([
    '',
    'https',
    'https:',
    '//api.example.com',
    'ftp://api.example.com',
    'file:///etc',
    'https://',
    'a://b',
    'https://a:b',
  ])('%j is no origin of HTTP', text => {
    expect(originOf(text)).toBeUndefined()
  })
})

describe('what URL() would mend into an origin is not a regular one', () => {
  test.each([
    '',
    '://',
    '://api.example.com',
    'https://',
    'https:api.example.com',
    'https:/api.example.com',
    'https:/api.example.com://other.example',
    'https:api.example.com://other.example',
    'https:\\\\api.example.com',
    'https://user@api.example.com',
    'https://api.example.com@other.example',
    'https://user:secret@api.example.com',
    'https://api.example.com/',
    'https://api.example.com?',
    'https://api.example.com#',
    'https://api%2eexample.com',
    'https://%61pi.example.com',
    'https://api.example.com:0443',
    'https://0x7f.1',
    'https://api.example.com\\',
    ' https://api.example.com',
    'https://api.example.com ',
    'https://api.\texample.com',
    'https://api.example.com\n',
    'https://\uff41pi.example.com',
    'https://\u212aeys.example.com',
    'https://api.example.com,other.example',
    'https://a=b',
    'https://api.ex\u00adample.com',
  ])('%j', text => {
    expect(isRegularOrigin('https://api.example.com')).toBe(true)
    expect(isRegularOrigin(text)).toBe(false)
  })
})

describe('paths in normal form', () => {
  test.each<[string, string, string]>([
    ['section 6.2.2: the examples, from their paths on', '/a/b/c/%7Bfoo%7D', '/a/b/c/%7Bfoo%7D'],
    ['section 6.2.2: the examples, from their paths on', '/a/./b/../b/%63/%7bfoo%7d', '/a/b/c/%7Bfoo%7D'],
    ['section 6.2.2.1: hexadecimal digits in upper case', '/%3a%3A', '/%3A%3A'],
    ['section 6.2.2.2: an unreserved character needs no escape', '/%7Esmith/', '/~smith/'],
    ['section 6.2.2.2: an unreserved character needs no escape', '/%41%5a%61%7a%30%39%2d%2e%5f%7e', '/AZaz09-._~'],
    ['section 2.2: a reserved one keeps it', '/a%2Fb%3Fc%23d', '/a%2Fb%3Fc%23d'],
    ['section 2.4: what is escaped twice stays so', '/%2541', '/%2541'],
    ['section 6.2.3: an empty path', '', '/'],
    ['section 5.2.4: the first example', '/a/b/c/./../../g', '/a/g'],
    ['section 5.4.2: no way out of the root', '/../../g', '/g'],
    ['a dot segment at the end keeps the slash', '/a/b/..', '/a/'],
    ['a dot segment at the end keeps the slash', '/a/b/.', '/a/b/'],
    ['a dot segment in escapes', '/a/%2e%2E/b', '/b'],
    ['dots that are no dot segment', '/a/.../.b/c.', '/a/.../.b/c.'],
    ['empty segments stay', '//a///b', '//a///b'],
    ['empty segments count as one', '/a//../b', '/a/b'],
    ['case matters', '/A/b', '/A/b'],
    ['a percent sign that begins no escape is one itself', '/%/%4/%zz/%', '/%25/%254/%25zz/%25'],
    ['and makes none of what follows', '/%%32F', '/%252F'],
    ['characters beyond ASCII stay escaped', '/%c3%a9', '/%C3%A9'],
  ])('%s: %j is %j', (_name, path, normal) => {
    expect(normalizedPath(path)).toBe(normal)
  })

  test('query and fragment are left out, whichever comes first', () => {
    for (const rest of ['', '?', '?a=/..', '#', '#/../x', '?a#b', '#b?a']) expect(pathOf(`/a/b${rest}`)).toBe('/a/b')
    expect([pathOf(''), pathOf('?a'), pathOf('#a')]).toEqual(['/', '/', '/'])
  })
})

const character = fc.constantFrom(...'abzAZ09-._~:@!$&()*+,;='.split(''))
const triplet = fc
  .tuple(fc.constantFrom('%'), fc.integer({ min: 0, max: 255 }), fc.boolean())
  .map(([sign, code, upper]) => {
    const hex = code.toString(16).padStart(2, '0')
    return sign + (upper ? hex.toUpperCase() : hex)
  })
const segment = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom('.', '..', '', '%2e', '%2E.', '...') },
  { weight: 3, arbitrary: fc.array(fc.oneof(character, triplet), { maxLength: 5 }).map(parts => parts.join('')) },
)
/** A path of the grammar of RFC 3986 section 3.3, empty or with a slash in front. */
const path = fc.array(segment, { maxLength: 7 }).map(segments => segments.map(each => `/${each}`).join(''))

describe('for any path of the grammar', () => {
  test('what is in normal form stays as it is', () => {
    fc.assert(
      fc.property(path, each => {
        const normal = normalizedPath(each)
        expect(normalizedPath(normal)).toBe(normal)
        expect(normal.startsWith('/')).toBe(true)
        expect(normal.split('/').filter(part => part === '.' || part === '..')).toEqual([])
        expect(hasDotSegments(normal)).toBe(false)
        expect(hasDotSegments(each)).toBe(
          withoutEscapes(each)
            .split('/')
            .some(part => part === '.' || part === '..'),
        )
      }),
      { numRuns: 2000 },
    )
  })

  test('escaping any unreserved character, and the case of the digits, make no difference', () => {
    fc.assert(
      fc.property(path, fc.infiniteStream(fc.boolean()), (each, coins) => {
        const flip = (): boolean => coins.next().value
        const respelled = each.replace(/%..|[a-z0-9._~-]/gi, part => {
          if (part.startsWith('%')) return flip() ? part.toLowerCase() : part.toUpperCase()
          const hex = part.charCodeAt(0).toString(16)
          return flip() ? `%${flip() ? hex.toUpperCase() : hex}` : part
        })
        expect(normalizedPath(respelled)).toBe(normalizedPath(each))
      }),
      { numRuns: 1000 },
    )
  })

  test('dot segments are taken out as section 5.2.4 has it', () => {
    fc.assert(
      fc.property(path, each => {
        const regular = each.replace(/%../g, '')
        expect(normalizedPath(regular)).toBe(removeDotSegments(regular) || '/')
      }),
      { numRuns: 1000 },
    )
  })
})

const withoutEscapes = (path: string): string => path.replace(/%2e/gi, '.')

/** To the letter of RFC 3986 section 5.2.4; `URL` of Node 20 leaves the dot of `//.a/.` where it is. */
function removeDotSegments(path: string): string {
  let input = path
  let output = ''
  while (input !== '') {
    if (input.startsWith('/./')) input = input.slice(2)
    else if (input === '/.') input = '/'
    else if (input.startsWith('/../') || input === '/..') {
      input = input === '/..' ? '/' : input.slice(3)
      output = output.slice(0, Math.max(0, output.lastIndexOf('/')))
    } else {
      const end = input.indexOf('/', 1)
      output += end === -1 ? input : input.slice(0, end)
      input = end === -1 ? '' : input.slice(end)
    }
  }
  return output
}

test('whatever the text, nothing is thrown', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      expect(typeof pathOf(text)).toBe('string')
      expect(typeof isRegularOrigin(text)).toBe('boolean')
      expect(['string', 'undefined']).toContain(typeof originOf(text))
    }),
  )
})

test.each<[string, number]>([
  ['https://api.example.com/a', 23],
  ['https://api.example.com', 23],
  ['https://api.example.com?a=/b', 23],
  ['https://api.example.com#/b', 23],
  ['https:///a', 8],
  ['/a', 0],
  ['', 0],
  ['*', 0],
])('the authority of %j ends at %i', (uri, end) => {
  expect(authorityEnd(uri)).toBe(end)
})

test('without query and fragment the rest is as it was written', () => {
  expect(withoutQuery('/a/../%7e?b#c')).toBe('/a/../%7e')
  expect(withoutQuery('/a#b?c')).toBe('/a')
})

test.each<[string, boolean]>([
  ['/%', true],
  ['/%4', true],
  ['/%zz', true],
  ['/%%32F', true],
  ['/%2F%', true],
  ['/%25', false],
  ['/a%2f%C3%a9', false],
  ['', false],
])('%j has a broken escape: %s (RFC 3986 section 2.1)', (path, expected) => {
  expect(hasBrokenEscape(path)).toBe(expected)
})

test.each<[string, boolean]>([
  ['/a/../b', true],
  ['/a/..', true],
  ['/./a', true],
  ['/a/%2e%2E/b', true],
  ['/a/.%2e', true],
  ['/a/...', false],
  ['/.well-known/a', false],
  ['/a/b..', false],
  ['/a/%252e%252e/b', false],
  ['/a/..%2Fb', false],
  ['/', false],
  ['', false],
])('%j has dot segments: %s', (path, expected) => {
  expect(hasDotSegments(path)).toBe(expected)
})
