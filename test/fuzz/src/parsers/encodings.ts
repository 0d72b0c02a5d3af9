import assert from 'node:assert/strict'
import { isUtf8 } from 'node:buffer'
import fc from 'fast-check'
import * as core from './core.ts'
import { type Case, parse, parser } from './parser.ts'
import { changed } from './texts.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** RFC 4648 sections 3.5 and 5, by hand: the right alphabet, a length that can be, and no bits left over. */
export function isBase64url(text: string): boolean {
  if (![...text].every(character => ALPHABET.includes(character)) || text.length % 4 === 1) return false
  const last = ALPHABET.indexOf(text.at(-1) ?? 'A')
  const leftOver = text.length % 4 === 2 ? 0b1111 : text.length % 4 === 3 ? 0b11 : 0
  return (last & leftOver) === 0
}

const encoded = fc.uint8Array({ maxLength: 12 }).map(bytes => Buffer.from(bytes).toString('base64url'))
const nearlyEncoded = fc.oneof(
  fc.string({ unit: fc.constantFrom(...ALPHABET, '=', '+', '/', '\n'), maxLength: 9 }),
  changed(encoded),
)

function checkBase64url(text: string): string {
  const parsed = parse(() => core.base64url.decodeBase64url(text))
  const bytes = 'value' in parsed ? parsed.value : undefined
  assert.equal(bytes !== undefined, isBase64url(text))
  if (bytes === undefined) return 'nothing'
  const standard = text.replaceAll('-', '+').replaceAll('_', '/')
  assert.equal(Buffer.from(bytes).toString('latin1'), atob(standard), 'the bytes')
  return 'accepted'
}

export const base64url: fc.Arbitrary<Case> = parser('base64url', nearlyEncoded, checkBase64url)

const nearlyCompact = changed(
  fc.oneof(
    fc.tuple(encoded, encoded, encoded).map(parts => parts.join('.')),
    fc.array(nearlyEncoded, { maxLength: 5 }).map(parts => parts.join('.')),
  ),
)

/** The header is looked at later, where it is decoded. */
function checkCompact(token: string): string {
  const parsed = parse(() => core.compact.splitCompact(token))
  const found = 'value' in parsed ? parsed.value : undefined
  const [header = '', payload = '', signature = '', ...more] = token.split('.')
  const isWhole = header !== '' && payload !== '' && signature !== '' && more.length === 0
  assert.equal(found !== undefined, isWhole && isBase64url(payload) && isBase64url(signature))
  if (found === undefined) return 'nothing'
  const again = [found.header, found.payload.toString('base64url'), found.signature.toString('base64url')]
  assert.equal(again.join('.'), token, 'put together again')
  assert.equal(found.signingInput.toString('latin1'), Buffer.from(`${header}.${payload}`, 'latin1').toString('latin1'))
  return 'accepted'
}

export const compact: fc.Arbitrary<Case> = parser('compact JWS', nearlyCompact, checkCompact)

const jsonText = fc.oneof(
  fc.json({ maxDepth: 4, noUnicodeString: false } as fc.JsonSharedConstraints),
  fc
    .dictionary(fc.string({ maxLength: 3 }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 })
    .map(value => JSON.stringify(value)),
  fc.string({ unit: fc.constantFrom(...'{}[]":,\\u0afdDe1-. \n'), maxLength: 30 }),
  fc
    .array(
      fc.constantFrom(
        '"a":1',
        '"a":"\\":"',
        '"\\u0061":{}',
        '"b":[]',
        '"":"\\\\"',
        '"c":1e999',
        '"d":"\\ud800"',
        '"e":"\\ud83d\\ude00"',
        '"__proto__":{"a":1}',
      ),
      { maxLength: 4 },
    )
    .map(members => `{${members.join(',')}}`),
  fc.integer({ min: 28, max: 36 }).map(depth => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`),
)
const jsonBytes = fc.oneof(
  { weight: 6, arbitrary: changed(jsonText).map(text => Buffer.from(text)) },
  { weight: 1, arbitrary: jsonText.map(text => Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), Buffer.from(text)])) },
  {
    weight: 1,
    arbitrary: fc
      .uint8Array({ maxLength: 20 })
      .map(bytes => Buffer.concat([Buffer.from('{"a":"'), bytes, Buffer.from('"}')])),
  },
)

const MAX_DEPTH = 32

/** What an object of strict JSON says; `undefined` for every other. */
function strictJson(bytes: Buffer): object | undefined {
  const text = bytes.toString('utf8')
  if (!isUtf8(bytes) || text.startsWith('\ufeff')) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const colons = text.replace(/"(?:[^"\\]|\\.)*"/gs, '').split(':').length - 1
  return membersIn(value, 1) === colons ? value : undefined
}

/** NaN for what may not be there. */
function membersIn(value: unknown, depth: number): number {
  if (typeof value === 'string') return value.isWellFormed() ? 0 : Number.NaN
  if (typeof value === 'number') return Number.isFinite(value) ? 0 : Number.NaN
  if (typeof value !== 'object' || value === null) return 0
  if (depth > MAX_DEPTH) return Number.NaN
  // A name that cannot be written without escapes is refused.
  const inName = (name: string) => (JSON.stringify(name).includes('\\') ? Number.NaN : 0)
  const inside = Object.entries(value).map(([name, member]) => inName(name) + membersIn(member, depth + 1))
  return inside.reduce((sum, each) => sum + each, Array.isArray(value) ? 0 : inside.length)
}

function checkJson(bytes: Buffer): string {
  const parsed = parse(() => core.json.parseJsonObject(bytes))
  const value = 'value' in parsed ? parsed.value : undefined
  assert.deepEqual(value, strictJson(bytes))
  if (value === undefined) return 'nothing'
  assert(isFrozen(value), 'frozen whole')
  const written = JSON.stringify(value)
  assert.equal(JSON.stringify(core.json.parseJsonObject(Buffer.from(written))), written, 'read again')
  return 'accepted'
}

function isFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  return Object.isFrozen(value) && Object.values(value).every(isFrozen)
}

export const json: fc.Arbitrary<Case> = parser(
  'JSON',
  jsonBytes.map(bytes => Object.assign(bytes, { [fc.toStringMethod]: () => JSON.stringify(bytes.toString('latin1')) })),
  checkJson,
)
