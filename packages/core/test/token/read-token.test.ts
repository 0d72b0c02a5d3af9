import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Rejection } from '../../src/errors/rejection.ts'
import { introspection } from '../../src/options/introspection.ts'
import { parseOptions } from '../../src/options/parse-options.ts'
import { sharedSecret } from '../../src/options/shared-secret.ts'
import type { PresentedToken } from '../../src/request/present-token.ts'
import { ALGORITHMS } from '../../src/shared/algorithms.ts'
import { type ReadToken, readToken, tokenFormsOf } from '../../src/token/read-token.ts'
import { refusalOf } from '../support/refusals.ts'
import { AUDIENCE, base64url, compact, ISSUER, keys, mint, SCOPES } from '../support/tokens.ts'

const forms = (issuer: unknown) =>
  tokenFormsOf(parseOptions({ issuer, audience: AUDIENCE, scopes: SCOPES } as never).trusted)
const presented = (token: string): PresentedToken => ({ scheme: 'Bearer', token })
const asked = introspection({
  issuer: 'https://other.example.com',
  clientId: 'api',
  clientAuthentication: { method: 'client_secret_basic', clientSecret: 's' },
})
const shared = sharedSecret({ issuer: ISSUER, secrets: ['a-secret-of-thirty-two-bytes-0123456789'] })

describe('the forms that tokens may have', () => {
  const namesOf = (issuer: unknown) => [...forms(issuer).algorithms.keys()]

  test('are those of the issuers that are listed, and no other', () => {
    expect([namesOf(shared), forms(shared).opaque]).toEqual([['HS256'], false])
    expect(namesOf({ issuer: ISSUER, algorithms: ['ES256'] })).toEqual(['ES256'])
    expect(namesOf([shared, { issuer: 'https://a.example', algorithms: ['PS256'] }])).toEqual(['HS256', 'PS256'])
  })

  test('are all where an issuer is asked, or found later; opaque ones only where one is asked', () => {
    const every = [...ALGORITHMS.keys(), 'HS256', 'HS384', 'HS512']
    expect([namesOf([ISSUER, asked]), forms([ISSUER, asked]).opaque]).toEqual([every, true])
    expect([namesOf(() => undefined), forms(() => undefined).opaque]).toEqual([every, false])
  })
})

describe('where an issuer is asked about opaque tokens', () => {
  const read = (token: string): ReadToken => readToken(presented(token), forms([ISSUER, asked]))

  const outcomeOf = (work: () => ReadToken): string => {
    try {
      return work().kind
    } catch (error) {
      if (error instanceof Rejection) return error.code
      throw error
    }
  }

  test('a JWT is read as one', async () => {
    expect(read(await mint(await keys())).kind).toBe('signed')
  })

  test.each([
    'opaque',
    'a.b',
    'a.b.c',
    '2YotnFZFEjr1zCsicMWpAA',
    'ory_at_x.y',
    'ya29.a-b_c',
    'x==',
    'W10.W10.W10',
    'e.y',
  ])('%s is opaque', token => {
    expect(read(token)).toEqual({ kind: 'opaque', compact: token })
  })

  test.each([
    ['{"alg":"ES256"}'],
    ['{}'],
    ['{'],
    [' {"alg":"ES256"}'],
    ['\r\n\t{"alg":"ES256"'],
    ['{"alg":"none"}'],
    ['{"alg":"ES256","alg":"ES256"}'],
    ['{"alg":"RSA-OAEP","enc":"A128GCM"}'],
  ])('what begins with %j and a dot is no opaque token, however it goes on', header => {
    for (const encoding of ['base64url', 'base64'] as const) {
      const first = Buffer.from(header).toString(encoding)
      for (const rest of ['.', '.e30', '.e30.', '.e30.c2ln', '.e30.c2ln.c2ln.c2ln', '..', '=.e30.c2ln']) {
        expect(outcomeOf(() => read(`${first}${rest}`))).not.toBe('opaque')
      }
    }
  })

  const [HEADER, MARKED, PAYLOAD] = ['{"alg":"ES256"}', '\ufeff{"alg":"ES256"}', '{"iss":"https://a.example"}'].map(
    base64url,
  )
  test.each([
    ['its header', `${PAYLOAD}.c2ln`],
    ['its header, but not the dot behind it', `.${PAYLOAD}.c2ln`],
    ['its header and its signature', `${PAYLOAD}.`],
    ['its payload', `${HEADER}.c2ln`],
    ['its signature', `${HEADER}.${PAYLOAD}`],
    ['nothing, but has a dot in front', `.${HEADER}.${PAYLOAD}.c2ln`],
    ['nothing, but has a part in front', `x.${HEADER}.${PAYLOAD}.c2ln`],
    ['nothing, but has a byte order mark', `${MARKED}.${PAYLOAD}.c2ln`],
  ])('a JWT is not shown to anybody as opaque where it lost %s', (_name, token) => {
    expect(read('opaque.c2ln').kind).toBe('opaque')
    expect(['token_malformed', 'token_json_invalid']).toContain(refusalOf(() => read(token)).code)
  })

  test('an opaque token of two parts is opaque, also where its first byte is a brace', () => {
    const hashed = (text: string) => createHash('sha256').update(text).digest()
    for (let round = 0; round < 1000; round++) {
      const first = hashed(`first ${round}`)
      first[0] = '{'.charCodeAt(0)
      const token = `${base64url(first)}.${base64url(hashed(`second ${round}`))}`
      expect(read(token)).toEqual({ kind: 'opaque', compact: token })
    }
  })

  test('what has more than five parts is shown to nobody, five are opaque: no JWE has more (RFC 7516 section 7.1)', () => {
    expect(read('a.b.c.d.e').kind).toBe('opaque')
    for (const token of ['a.b.c.d.e.f', 'a.b.c.d.e.f.g']) {
      expect(refusalOf(() => read(token)).code).toBe('token_malformed')
    }
  })

  const partOf = (text: string) => Buffer.from(text, 'latin1').toString('base64url')
  test.each([
    ['{"iss":"tilde ~', 'refused'],
    ['{"iss":\t\r\n1', 'refused'],
    ['{', 'refused'],
    ['{123456789abcdef', 'refused'],
    ['{123456789abcde\x7f', 'opaque'],
    ['{123456789abcdef\x7f', 'refused'],
    ['{123456789abcdef\x01', 'refused'],
    ['{"iss" \x1f', 'opaque'],
    ['{"iss" \x00', 'opaque'],
    ['{\x80', 'opaque'],
  ])('of two parts, one that reads %j looks like JSON by its first 16 characters: it is %s', (text, verdict) => {
    for (const token of [`${partOf(text)}.c2ln`, `c2ln.${partOf(text)}`]) {
      expect(read('c2ln.c2ln').kind).toBe('opaque')
      if (verdict === 'opaque') expect(read(token)).toEqual({ kind: 'opaque', compact: token })
      else expect(outcomeOf(() => read(token))).not.toBe('opaque')
    }
  })

  test('of three parts the first need only begin with a brace, the others have to look like JSON', () => {
    const braced = partOf('{\x01\x02')
    expect(outcomeOf(() => read(`${braced}.c2ln.c2ln`))).not.toBe('opaque')
    expect(read(`c2ln.${braced}.c2ln`).kind).toBe('opaque')
    expect(read(`${braced}.c2ln`).kind).toBe('opaque')
  })

  test.each(['', ' ', 'two words', 'a\tb', 'a\nb', 'a,b', '"a"', 'ä', '=', '=a', 'a=b', '\0'])(
    '%j is neither',
    token => {
      expect(read('opaque').kind).toBe('opaque')
      expect(refusalOf(() => read(token)).code).toBe('token_malformed')
    },
  )
})

describe('where no issuer is asked', () => {
  test.each(['opaque', 'a.b.c', 'W10.W10.W10', ''])('%j is malformed, or no JWT', token => {
    const { code } = refusalOf(() => readToken(presented(token), forms(ISSUER)))
    expect(['token_malformed', 'token_json_invalid']).toContain(code)
  })

  test('an algorithm that no issuer uses is refused before anybody asks whose token it is', () => {
    const token = compact('{"alg":"HS256"}', '{}', base64url('x'))
    expect(refusalOf(() => readToken(presented(token), forms(ISSUER))).code).toBe('algorithm_not_allowed')
    expect(readToken(presented(token), forms(shared)).kind).toBe('signed')
  })
})
