import { describe, expect, test } from 'vitest'
import type { Rejection } from '../../src/errors/rejection.ts'
import { ALGORITHMS } from '../../src/shared/algorithms.ts'
import { decodeToken } from '../../src/token/decode-token.ts'
import { refusalOf } from '../support/refusals.ts'
import { base64url, claims, compact } from '../support/tokens.ts'

const ALLOWED = new Map([...ALGORITHMS].filter(([name]) => name === 'ES256' || name === 'RS256'))
const HEADER = '{"alg":"ES256","typ":"at+jwt","kid":"key-1"}'
const PAYLOAD = JSON.stringify(claims())
const HONEST = compact(HEADER, PAYLOAD)

const decode = (token: string) => decodeToken({ token }, ALLOWED)
const decodeHeader = (header: string | Uint8Array) => decode(compact(header, PAYLOAD))
const withMember = (name: string, json: string) => `{"alg":"ES256","typ":"at+jwt",${JSON.stringify(name)}:${json}}`

test('an honest token is taken apart and nothing in it is believed yet (RFC 7515 section 5.2)', () => {
  const decoded = decode(HONEST)
  expect(decoded.compact).toBe(HONEST)
  expect(decoded.kid).toBe('key-1')
  expect(decoded.algorithm).toBe(ALGORITHMS.get('ES256'))
  expect(decoded.type).toBe('at+jwt')
  expect(decoded.signingInput.toString()).toBe(HONEST.slice(0, HONEST.lastIndexOf('.')))
  expect(decoded.signature.toString()).toBe('sig')
  expect(decoded.payload.peek('iss')).toBe(claims().iss)
})

describe('a token that is not a compact JWS is token_malformed (RFC 7515 section 7.1)', () => {
  const [header, payload] = HONEST.split('.') as [string, string]
  test.each([
    ['an opaque token', '2YotnFZFEjr1zCsicMWpAA'],
    ['two parts', `${header}.${payload}`],
    ['four parts', `${HONEST}.c2ln`],
    ['five parts, a JWE', `${HONEST}.c2ln.c2ln`],
    ['no header', `.${payload}.c2ln`],
    ['a detached payload (RFC 7515 appendix F)', `${header}..c2ln`],
    ['an unsigned token (RFC 7519 section 6)', `${header}.${payload}.`],
    ['a dot too many', `${HONEST}.`],
    ['JSON serialization', `{"payload":"${payload}"}`],
    ['padding', `${header}.${payload}.c2ln=`],
    ['the base64 alphabet', `${header}.${payload}.a+b/`],
    ['a line break', `${header}.${payload}\n.c2ln`],
    ['a space at the end', `${HONEST} `],
    ['a NUL character', `${HONEST}\0`],
    ['letters outside ASCII', `${header}.${payload}.c2ln\u{ff21}`],
    ['bits that decoding drops (RFC 4648 section 3.5)', `${header}.${payload}.c2l`],
    ['nothing', ''],
  ])('%s', (_name, token) => {
    expect(decode(HONEST)).toBeDefined()
    expect(refusalOf(() => decode(token))).toEqual({ code: 'token_malformed', detail: undefined })
  })
})

describe('a header that is not one strict JSON object is token_json_invalid (RFC 7515 section 4)', () => {
  test.each<[string, string | Uint8Array]>([
    ['no JSON', 'alg=ES256'],
    ['an array', '[{"alg":"ES256"}]'],
    ['null', 'null'],
    ['alg twice', '{"alg":"ES256","alg":"ES256","typ":"at+jwt"}'],
    ['alg twice, once with an escape', '{"alg":"ES256","\\u0061lg":"ES256","typ":"at+jwt"}'],
    ['a byte order mark', `\ufeff${HEADER}`],
    ['invalid UTF-8', Buffer.from(HEADER.replace('key-1', 'key-\xff'), 'latin1')],
    ['a lone surrogate', withMember('kid', '"\\ud800"')],
    ['nesting deeper than 32', withMember('x', `${'['.repeat(32)}${']'.repeat(32)}`)],
  ])('%s', (_name, header) => {
    expect(decodeHeader(HEADER)).toBeDefined()
    expect(refusalOf(() => decodeHeader(header))).toEqual({ code: 'token_json_invalid', detail: { part: 'header' } })
  })
})

describe('a parameter that changes what a token means is header_not_accepted, whatever its value', () => {
  test.each([
    ['crit', '["exp"]', 'RFC 7515 section 4.1.11'],
    ['crit', '[]', 'RFC 7515 section 4.1.11'],
    ['crit', 'null', 'RFC 7515 section 4.1.11'],
    ['b64', 'false', 'RFC 7797 section 3'],
    ['b64', 'true', 'RFC 7797 section 3'],
    ['zip', '"DEF"', 'RFC 7516 section 4.1.3'],
    ['cty', '"JWT"', 'RFC 7519 section 5.2'],
    ['cty', '"json"', 'RFC 7519 section 5.2'],
  ])('%s: %s (%s)', (parameter, json) => {
    expect(decodeHeader(withMember(`x-${parameter}`, json))).toBeDefined()
    expect(refusalOf(() => decodeHeader(withMember(parameter, json)))).toEqual({
      code: 'header_not_accepted',
      detail: { parameter },
    })
  })
})

test.each(['jwk', 'jku', 'x5u', 'x5c', 'x5t', 'unheard-of'])(
  'a header parameter %s is ignored: keys come from the issuer alone (RFC 8725 section 3.10)',
  parameter => {
    expect(decodeHeader(withMember(parameter, '"https://attacker.example"'))).toEqual(
      expect.objectContaining({ kid: undefined, type: 'at+jwt' }),
    )
  },
)

describe('kid is a string of at most 512 characters or absent (RFC 7515 section 4.1.4)', () => {
  test.each([
    ['"key-1"', 'key-1'],
    ['""', ''],
    ['"__proto__"', '__proto__'],
    [`"${'k'.repeat(512)}"`, 'k'.repeat(512)],
  ])('%s is taken as it is', (json, kid) => {
    expect(decodeHeader(withMember('kid', json)).kid).toBe(kid)
  })

  test.each(['1', 'null', 'true', '["key-1"]', '{"kid":"key-1"}', `"${'k'.repeat(513)}"`])('%s is refused', json => {
    expect(decodeHeader(withMember('kid', '"key-1"')).kid).toBe('key-1')
    expect(refusalOf(() => decodeHeader(withMember('kid', json)))).toEqual({
      code: 'header_not_accepted',
      detail: { parameter: 'kid' },
    })
  })
})

describe('alg must be on the list to the letter (RFC 8725 sections 3.1 and 3.2)', () => {
  test.each([
    '"none"',
    '"None"',
    '"nOnE"',
    '"HS256"',
    '"es256"',
    '"ES256 "',
    '"ES384"',
    '"PS256"',
    '"Ed25519"',
    '""',
    '"__proto__"',
    '"constructor"',
    'null',
    '256',
    '["ES256"]',
    '{"ES256":1}',
  ])('%s', json => {
    expect(decodeHeader('{"alg":"RS256"}').algorithm.name).toBe('RS256')
    expect(refusalOf(() => decodeHeader(`{"alg":${json},"typ":"at+jwt"}`))).toEqual({
      code: 'algorithm_not_allowed',
      detail: undefined,
    })
  })

  test('a header without alg is refused', () => {
    expect(refusalOf(() => decodeHeader('{"typ":"at+jwt"}')).code).toBe(
      'algorithm_not_allowed' satisfies Rejection['code'],
    )
  })
})

describe('typ is compared as a media type (RFC 7515 section 4.1.9)', () => {
  test.each([
    ['"at+jwt"', 'at+jwt'],
    ['"AT+JWT"', 'at+jwt'],
    ['"application/at+jwt"', 'at+jwt'],
    ['"Application/At+Jwt"', 'at+jwt'],
    ['"JWT"', 'jwt'],
    ['"application/application/at+jwt"', 'application/at+jwt'],
    ['" at+jwt"', ' at+jwt'],
    ['"at+jwt; charset=utf-8"', 'at+jwt; charset=utf-8'],
    ['""', ''],
    ['1', ''],
    ['null', ''],
    ['["at+jwt"]', ''],
  ])('%s', (json, type) => {
    expect(decodeHeader(`{"alg":"ES256","typ":${json}}`).type).toBe(type)
  })

  test('a header without typ has none', () => {
    expect(decodeHeader('{"alg":"ES256"}').type).toBeUndefined()
  })
})

test('the payload is not read before somebody asks: a bad one does not stop decoding', () => {
  const decoded = decode(`${base64url(HEADER)}.${base64url('not json')}.c2ln`)
  expect(decoded.payload.isJsonObject()).toBe(false)
  expect(decoded.payload.peek('iss')).toBeUndefined()
})
