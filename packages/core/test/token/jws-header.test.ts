import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { ALGORITHMS } from '../../src/shared/algorithms.ts'
import { decodeToken } from '../../src/token/decode-token.ts'
import { readHeader } from '../../src/token/jws-header.ts'
import { refusalOf } from '../support/refusals.ts'
import { base64url } from '../support/tokens.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const textOf = (members: object) => base64url(JSON.stringify(members))
/** A header that no other test has; always of the same length. */
const numbered = (prefix: string, index: number) =>
  textOf({ alg: 'ES256', kid: `${prefix}-${String(index).padStart(5, '0')}` })

test('a header is read once: the same text gives the same object, another text another (RFC 7515 section 4)', () => {
  const text = textOf({ alg: 'ES256', typ: 'application/AT+JWT', kid: 'key-1' })
  const header = readHeader(text)
  expect(header).toEqual({
    algorithm: 'ES256',
    kid: 'key-1',
    type: 'at+jwt',
    parameters: { alg: 'ES256', typ: 'application/AT+JWT', kid: 'key-1' },
  })
  expect(readHeader(text)).toBe(header)
  expect(readHeader(`x.${text}.y`.slice(2, -2))).toBe(header)
  expect(readHeader(textOf({ alg: 'ES256', typ: 'application/AT+JWT', kid: 'key-2' })).kid).toBe('key-2')
  expect(readHeader(textOf({ kid: 'key-1', alg: 'ES256', typ: 'application/AT+JWT' }))).not.toBe(header)
})

test('what is shared cannot be changed', () => {
  const { parameters } = readHeader(textOf({ alg: 'ES256', jwk: { kty: 'EC' } }))
  expect(Object.isFrozen(parameters) && Object.isFrozen(parameters.jwk)).toBe(true)
})

describe('a header that brings a key along is remembered only where the key is public to the letter (RFC 7517 section 9.3)', () => {
  const publicKey = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid: 'a', alg: 'ES256', use: 'sig' }
  const isRemembered = (jwk: unknown) => {
    const text = textOf({ alg: 'ES256', typ: 'dpop+jwt', jwk })
    const first = readHeader(text)
    return readHeader(text) === first
  }
  test.each([
    ['the private member of an EC or Ed25519 key', { ...publicKey, d: 'd' }],
    ['a prime of an RSA key', { kty: 'RSA', n: 'n', e: 'AQAB', p: 'p' }],
    ['a shared secret', { kty: 'oct', k: 'k' }],
    ['a member that nobody knows', { ...publicKey, secret: 's' }],
    ['no object', 'text'],
  ])('%s keeps it out', (_name, jwk) => {
    expect(isRemembered(publicKey)).toBe(true)
    expect(isRemembered(jwk)).toBe(false)
  })
})

describe('a header that is refused is never remembered: it is refused again and again', () => {
  const json = (text: string) => base64url(text)
  test.each([
    ['no base64url', '%%%%', 'token_malformed'],
    ['no JSON', json('{'), 'token_json_invalid'],
    ['an array', json('[]'), 'token_json_invalid'],
    ['a duplicate member (RFC 7515 section 4)', json('{"alg":"ES256","alg":"none"}'), 'token_json_invalid'],
    ['crit (RFC 7515 section 4.1.11)', textOf({ alg: 'ES256', crit: ['exp'] }), 'header_not_accepted'],
    ['b64 (RFC 7797 section 3)', textOf({ alg: 'ES256', b64: false }), 'header_not_accepted'],
    ['zip', textOf({ alg: 'ES256', zip: 'DEF' }), 'header_not_accepted'],
    ['cty (RFC 7515 section 4.1.10)', textOf({ alg: 'ES256', cty: 'JWT' }), 'header_not_accepted'],
    ['a kid that is a number (RFC 7515 section 4.1.4)', textOf({ alg: 'ES256', kid: 1 }), 'header_not_accepted'],
    ['a kid of 513 characters', textOf({ alg: 'ES256', kid: 'k'.repeat(513) }), 'header_not_accepted'],
  ])('%s', (_name, text, code) => {
    expect(readHeader(textOf({ alg: 'ES256' })).algorithm).toBe('ES256')
    for (const _again of [1, 2, 3]) expect(refusalOf(() => readHeader(text)).code).toBe(code)
  })

  test('nor is another spelling of one that is remembered found (RFC 4648 section 3.5)', () => {
    const text = textOf({ alg: 'ES256', kid: 'ÿÿÿ?' })
    expect(text).toMatch(/[-_]/)
    expect(text.length % 4).not.toBe(0)
    expect(readHeader(text)).toBe(readHeader(text))
    const last = text.at(-1) as string
    const unusedBitSet = text.slice(0, -1) + String.fromCharCode(last.charCodeAt(0) + 1)
    expect(Buffer.from(unusedBitSet, 'base64url')).toEqual(Buffer.from(text, 'base64url'))
    const base64 = text.replaceAll('-', '+').replaceAll('_', '/')
    for (const spelling of [`${text}=`, `${text}==`, ` ${text}`, `${text}\n`, base64, unusedBitSet]) {
      expect(refusalOf(() => readHeader(spelling)).code).toBe('token_malformed')
    }
  })

  test('nor is an algorithm allowed because its header was read before, for somebody who allows it (RFC 8725 section 3.1)', () => {
    const token = `${textOf({ alg: 'RS256', kid: 'key-9' })}.e30.c2ln`
    expect(decodeToken({ token }, ALGORITHMS).algorithm.name).toBe('RS256')
    const others = new Map([...ALGORITHMS].filter(([name]) => name !== 'RS256'))
    expect(refusalOf(() => decodeToken({ token }, others)).code).toBe('algorithm_not_allowed')
  })
})

test('after more than 2,500 different headers it begins anew, and all of them still work', () => {
  const first = readHeader(numbered('many', 0))
  for (let i = 1; i < 500; i++) readHeader(numbered('many', i))
  expect(readHeader(numbered('many', 0))).toBe(first)
  for (let i = 500; i <= 2500; i++) readHeader(numbered('many', i))
  const again = readHeader(numbered('many', 0))
  expect(again).toEqual(first)
  expect(again).not.toBe(first)
  for (let i = 0; i <= 3000; i++) expect(readHeader(numbered('many', i)).kid).toBe(`many-${String(i).padStart(5, '0')}`)
})

test('a header of 1,024 characters is kept, a longer one is read each time', () => {
  const ofBytes = (length: number) => {
    const bare = JSON.stringify({ alg: 'ES256', x: '' }).length
    return textOf({ alg: 'ES256', x: 'x'.repeat(length - bare) })
  }
  const [kept, longer] = [ofBytes(768), ofBytes(769)]
  expect([kept.length, longer.length]).toEqual([1024, 1026])
  expect(readHeader(kept)).toBe(readHeader(kept))
  expect(readHeader(longer)).toEqual(readHeader(longer))
  expect(readHeader(longer)).not.toBe(readHeader(longer))
})

test('a token is not kept alive by its header', () => {
  const payload = 'A'.repeat(32_000)
  const readAll = (from: number, to: number) => {
    for (let i = from; i < to; i++) {
      // Flat, as a header value is, and none that another part of the process holds.
      const token = Buffer.from(`${numbered('heap', i)}.${payload}.c2ln`).toString('latin1')
      expect(decodeToken({ token }, ALGORITHMS).kid).toMatch(/^heap-/)
    }
  }
  const heapAfterCollection = () => {
    collectGarbage()
    collectGarbage()
    return process.memoryUsage().heapUsed
  }
  // Past the bound, so that what is kept was begun anew in here.
  readAll(0, 1100)
  const before = heapAfterCollection()
  readAll(1100, 1900)
  // 800 headers take less than 2 MB; 800 tokens, 25 MB.
  expect(heapAfterCollection() - before).toBeLessThan(8_000_000)
})
