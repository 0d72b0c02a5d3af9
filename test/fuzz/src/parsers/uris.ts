import assert from 'node:assert/strict'
import fc from 'fast-check'
import { uris } from './core.ts'
import { type Case, parse, parser } from './parser.ts'
import { anyText, changed } from './texts.ts'

const segment = fc.oneof(
  fc.constantFrom(
    '.',
    '..',
    '',
    '%2e',
    '.%2E',
    '...',
    'a',
    '~b',
    '%7Eb',
    '%2f',
    '%2F',
    'a%20b',
    '%c3%a9',
    ';v=1',
    '%25',
    '|^',
  ),
  fc.string({
    unit: fc.oneof(fc.constantFrom(...'abAZ09-._~:@!$&()*+,;=%'), fc.constantFrom('%41', '%7e', '%3a')),
    maxLength: 6,
  }),
)
/** Empty, or with a slash in front. */
export const anyPath: fc.Arbitrary<string> = fc
  .array(segment, { maxLength: 6 })
  .map(segments => segments.map(each => `/${each}`).join(''))

/** RFC 3986 section 2.1: behind each percent sign stand two digits. A request target without is refused. */
export function isWellFormed(path: string): boolean {
  return !/%(?![0-9a-f]{2})/i.test(path)
}

/** RFC 3986 section 6.2.2, to the letter of section 5.2.4. A percent sign that begins no escape is data. */
export function normalPath(path: string): string {
  const unescaped = path.replace(/%(?:[0-9a-f]{2})?/gi, triplet => {
    if (triplet === '%') return '%25'
    const character = String.fromCharCode(Number.parseInt(triplet.slice(1), 16))
    return /[\w.~-]/.test(character) ? character : triplet.toUpperCase()
  })
  return removeDotSegments(unescaped) || '/'
}

function removeDotSegments(path: string): string {
  let input = path
  let output = ''
  while (input !== '') {
    if (input.startsWith('/./')) input = input.slice(2)
    else if (input === '/.') input = '/'
    else if (input.startsWith('/../') || input === '/..') {
      input = `/${input.slice(4)}`
      output = output.slice(0, Math.max(0, output.lastIndexOf('/')))
    } else {
      const [first = ''] = /^\/?[^/]*/.exec(input) ?? []
      output += first
      input = input.slice(first.length)
    }
  }
  return output
}

function checkPath(path: string): string {
  const parsed = parse(() => uris.normalizedPath(path))
  const normal = 'value' in parsed ? parsed.value : ''
  assert.equal(normal, normalPath(path))
  assert.equal(uris.normalizedPath(normal), normal, 'the normal form of the normal form')
  assert.equal(uris.hasDotSegments(path), hasDotSegments(path), 'dot segments')
  assert.equal(uris.hasBrokenEscape(path), !isWellFormed(path), 'broken escapes')
  return isWellFormed(path) ? 'normal' : 'broken escape'
}

/** Escaped or not; what stands before the first slash is no segment. */
export function hasDotSegments(path: string): boolean {
  return /\/(\.|%2e){1,2}(\/|$)/i.test(path)
}

export const paths: fc.Arbitrary<Case> = parser('path', anyPath, checkPath)

export const anyAuthority: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    'api.example.com',
    'API.Example.com',
    'localhost',
    '127.0.0.1',
    '[::1]',
    '[2001:DB8::1]',
    'a_b.c',
    'xn--p1ai',
    '0x7f.1',
    'a%2eb',
    'user@a',
    'a..b',
    '\uff41.com',
    '-',
    '1.2.3.4.5',
    '',
  ),
  fc.string({ unit: fc.constantFrom(...'abZ019.-_~[]:@%'), maxLength: 10 }),
)
export const anyPort: fc.Arbitrary<string> = fc.constantFrom(
  '',
  '',
  '',
  ':',
  ':443',
  ':80',
  ':8443',
  ':0443',
  ':99999',
  ':-1',
)
export const anyScheme: fc.Arbitrary<string> = fc.constantFrom(
  'https://',
  'https://',
  'http://',
  'HTTPS://',
  'https:/',
  'ftp://',
  '//',
  '',
)
export const anyOrigin: fc.Arbitrary<string> = fc.tuple(anyScheme, anyAuthority, anyPort).map(parts => parts.join(''))

const DEFAULT_PORT = /^(?:(https:.*):443|(http:.*):80|(.*):)$/

/** The plain ones, of which there is no doubt. */
function plainOrigin(text: string): string | undefined {
  const isPlain = /^https?:\/\/[a-z][a-z0-9-]*[a-z](\.[a-z]+)*(:[1-9]\d{0,3})?$/i.test(text) && !/xn--/i.test(text)
  if (!isPlain) return undefined
  const lower = text.toLowerCase()
  const [, https, http] = DEFAULT_PORT.exec(lower) ?? []
  return https ?? http ?? lower
}

function checkOrigin(text: string): string {
  const parsed = parse(() => uris.regularOriginOf(text))
  const origin = 'value' in parsed ? parsed.value : undefined
  const plain = plainOrigin(text)
  if (plain !== undefined) assert.equal(origin, plain)
  if (origin === undefined) return 'nothing'
  assert.equal(new URL(text).origin, origin, 'as URL reads it')
  assert.equal(uris.regularOriginOf(origin), origin, 'the normal form of the normal form')
  assert(/^https?:\/\/[a-z0-9.\-_~[\]:]+$/.test(origin), 'nothing but scheme, host and port')
  const lower = text.toLowerCase()
  const [, ...withoutPort] = DEFAULT_PORT.exec(lower) ?? []
  assert([lower, ...withoutPort].includes(origin), 'written in another way than URL writes it')
  return 'accepted'
}

export const origins: fc.Arbitrary<Case> = parser(
  'origin',
  fc.oneof(anyOrigin, changed(anyOrigin), anyText),
  checkOrigin,
)
