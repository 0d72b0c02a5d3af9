import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ResourceRequest } from '../../../src/request/resource-request.ts'
import { Nonces } from '../../../src/sender/dpop/nonces.ts'
import { acceptProofClaims, type ProofLife, type ProofRules } from '../../../src/sender/dpop/proof-claims.ts'
import type { JsonObject } from '../../../src/shared/json.ts'
import { refusalOf } from '../../support/refusals.ts'
import { ORIGIN, PATH, TARGET } from '../../support/senders.ts'
import { type Members, NOW, settableClock } from '../../support/tokens.ts'
import { RFC9449_MOMENT, SENDER_EXAMPLES } from '../../vectors/rfc-sender-examples.ts'

const TOKEN = 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU'
const ATH = createHash('sha256').update(TOKEN).digest('base64url')
const REQUEST: ResourceRequest = { method: 'GET', url: PATH, headers: [] }

const RULES: ProofRules = {
  publicOrigin: ORIGIN,
  trustedProxy: undefined,
  allowHttpOnLoopback: false,
  clock: () => NOW * 1000,
  clockToleranceSeconds: 5,
  maxAgeMilliseconds: 65_000,
  nonces: undefined,
}

function claims(changes: Members = {}): JsonObject {
  const all: Members = { jti: 'proof-1', htm: 'GET', htu: TARGET, iat: NOW, ath: ATH, ...changes }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as JsonObject
}

const accept = (
  changes: Members = {},
  rules: Partial<ProofRules> = {},
  request: Partial<ResourceRequest> = {},
): ProofLife => acceptProofClaims(claims(changes), { ...REQUEST, ...request }, TOKEN, { ...RULES, ...rules })

const LIFE: ProofLife = { issuedAt: NOW * 1000, expiresAt: NOW * 1000 + 65_000 }
const refusal = (check: string, reason: string) => ({ code: 'dpop_proof_invalid', detail: { check, reason } })

test('the example of RFC 9449 section 7.1 was made for its request, and for no other', () => {
  const { method, url, authorization, dpop } = SENDER_EXAMPLES.dpop.resource_request
  const example = JSON.parse(Buffer.from(dpop.split('.')[1] as string, 'base64url').toString())
  const rules = { ...RULES, publicOrigin: new URL(url).origin, clock: () => RFC9449_MOMENT * 1000 }
  const request = { method, url: new URL(url).pathname, headers: [] }
  const token = authorization.slice('DPoP '.length)
  expect(acceptProofClaims(example, request, token, rules)).toMatchObject({ issuedAt: RFC9449_MOMENT * 1000 })
  const check = (work: () => unknown) => refusalOf(work).detail?.check
  expect(check(() => acceptProofClaims(example, request, `${token}x`, rules))).toBe('DP12')
  expect(check(() => acceptProofClaims(example, { ...request, method: 'POST' }, token, rules))).toBe('DP8')
  expect(check(() => acceptProofClaims(example, { ...request, url: '/other' }, token, rules))).toBe('DP9')
  expect(check(() => acceptProofClaims(example, request, token, { ...rules, clock: RULES.clock }))).toBe('DP11')
})

describe('every claim must be there, and be what it is (DP3)', () => {
  test.each(['jti', 'htm', 'htu', 'ath'])('%s', claim => {
    expect(accept()).toEqual(LIFE)
    for (const value of [undefined, null, '', 1, true, {}, ['GET'], [TARGET]]) {
      expect(refusalOf(() => accept({ [claim]: value }))).toEqual(refusal('DP3', `${claim} is missing or no text`))
    }
  })

  test.each([undefined, null, '', String(NOW), '1e9', true, [NOW], {}, 1e306])('iat %j', iat => {
    expect(refusalOf(() => accept({ iat }))).toEqual(refusal('DP3', 'iat is missing or no number'))
  })

  test('none is taken from the prototype of objects', () => {
    expect(refusalOf(() => accept({ jti: undefined, constructor: 'x', toString: 'x' })).code).toBe('dpop_proof_invalid')
    const inherited = Object.create({ iat: NOW })
    expect(
      refusalOf(() => acceptProofClaims(Object.assign(inherited, claims({ iat: undefined })), REQUEST, TOKEN, RULES))
        .detail?.check,
    ).toBe('DP3')
  })

  test('further claims do not matter (RFC 9449 section 4.2)', () => {
    expect(accept({ sub: 'x', aud: 'y', nonce: 'not asked for', nested: { deep: [1] } })).toEqual(LIFE)
  })
})

describe('htm is the method to the letter (DP8, RFC 9110 section 9.1)', () => {
  test.each([
    ['GET', 'POST'],
    ['GET', 'get'],
    ['get', 'GET'],
    ['GET', 'GET '],
    ['HEAD', 'GET'],
    ['M-SEARCH', 'SEARCH'],
  ])('a request %s takes no proof for %s', (method, htm) => {
    expect(accept({ htm: method }, {}, { method })).toEqual(LIFE)
    expect(refusalOf(() => accept({ htm }, {}, { method }))).toEqual(
      refusal('DP8', 'htm is not the method of the request'),
    )
  })
})

describe('htu is the URI of the request (DP9, RFC 9449 section 4.3, RFC 3986 section 6.2)', () => {
  test.each<[string, string, string]>([
    ['as it is', TARGET, PATH],
    ['with a query, which does not count', `${TARGET}?a=b`, PATH],
    ['with a query that has slashes and marks', `${TARGET}?a=/b?c#d`, PATH],
    ['with a fragment, which does not count', `${TARGET}#a`, PATH],
    ['with query and fragment', `${TARGET}?a#b?c`, PATH],
    ['without the query of the request', TARGET, `${PATH}?limit=5`],
    ['scheme and host in upper case', `HTTPS://API.EXAMPLE.COM${PATH}`, PATH],
    ['with the default port', `${ORIGIN}:443${PATH}`, PATH],
    ['with an empty port', `${ORIGIN}:${PATH}`, PATH],
    ['with escapes that need not be', `${ORIGIN}/v1/%63ontrols/%37`, PATH],
    ['with escapes in lower case', `${ORIGIN}/a%2fb`, '/a%2Fb'],
    ['with dot segments', `${ORIGIN}/v1/./x/../controls/7`, PATH],
    ['of the root, without a slash', ORIGIN, '/'],
    ['of the root, with a query alone', `${ORIGIN}?a`, '/'],
    ['the same for an absolute request target', TARGET, `http://internal:8080${PATH}?a`],
  ])('%s', (_name, htu, url) => {
    expect(accept({ htu }, {}, { url })).toEqual(LIFE)
  })

  test.each<[string, string]>([
    ['another path', `${ORIGIN}/v1/controls/8`],
    ['another path in other case', `${ORIGIN}/V1/controls/7`],
    ['a slash more', `${TARGET}/`],
    ['a path that goes on', `${TARGET}/x`],
    ['a path that only begins alike', `${ORIGIN}/v1/controls`],
    ['an escaped slash', `${ORIGIN}/v1/controls%2F7`],
    ['an escape of an escape', `${ORIGIN}/v1/controls/%2537`],
    ['an empty segment', `${ORIGIN}//v1/controls/7`],
    ['the origin alone', ORIGIN],
    ['the path alone', PATH],
    ['no scheme', `//api.example.com${PATH}`],
    ['another scheme', `http://api.example.com${PATH}`],
    ['a scheme of other applications', `ftp://api.example.com${PATH}`],
    ['another host', `https://attacker.example${PATH}`],
    ['a host that goes on', `${ORIGIN}.attacker.example${PATH}`],
    ['a dot behind the host', `${ORIGIN}.${PATH}`],
    ['another port', `${ORIGIN}:8443${PATH}`],
    ['the port of http', `${ORIGIN}:80${PATH}`],
    ['a user name', `https://user@api.example.com${PATH}`],
    ['the host as a user name', `https://api.example.com@attacker.example${PATH}`],
    ['one slash', `https:/api.example.com${PATH}`],
    ['three slashes', `https:///api.example.com${PATH}`],
    ['no slash', `https:api.example.com${PATH}`],
    ['one slash, and another authority behind it', `https:/api.example.com://x${PATH}`],
    ['backslashes', `https:\\\\api.example.com\\v1\\controls\\7`],
    ['a backslash in the path', `${ORIGIN}/v1\\controls\\7`],
    ['a tab', `${ORIGIN}/v1/cont\trols/7`],
    ['a space in front', ` ${TARGET}`],
    ['a line break behind', `${TARGET}\n`],
    ['a null', `${TARGET}\0`],
    ['full-width characters', `https://\uff41pi.example.com${PATH}`],
    ['a character beyond ASCII', `${TARGET}\u00e9`],
    ['the right URL in a query', `${PATH}?${TARGET}`],
    ['the right URL as a path', `https://attacker.example/${TARGET}`],
    ['nothing but marks', '://'],
  ])('%s is not', (_name, htu) => {
    expect(accept()).toEqual(LIFE)
    expect(refusalOf(() => accept({ htu }))).toEqual(refusal('DP9', 'htu is not the URI of the request'))
  })
})

test('a percent sign that begins no escape is not taken for an escaped one', () => {
  const url = '/a%25zz'
  expect(accept({ htu: `${ORIGIN}/a%25zz` }, {}, { url })).toEqual(LIFE)
  expect(refusalOf(() => accept({ htu: `${ORIGIN}/a%zz` }, {}, { url }))).toEqual(
    refusal('DP9', 'htu is not the URI of the request'),
  )
})

describe('ath is the hash of the token that came along (DP12)', () => {
  test.each<[string, string]>([
    ['the hash of another token', createHash('sha256').update('other').digest('base64url')],
    ['the token itself', TOKEN],
    ['with padding', `${ATH}=`],
    ['in hex', createHash('sha256').update(TOKEN).digest('hex')],
    ['in other case', ATH.toUpperCase()],
    ['with bits that nobody reads', ATH.replace(/.$/, last => String.fromCharCode(last.charCodeAt(0) + 1))],
  ])('%s is not', (_name, ath) => {
    expect(accept()).toEqual(LIFE)
    expect(refusalOf(() => accept({ ath }))).toEqual(refusal('DP12', 'ath is not of this token'))
  })
})

describe('the proof was made just now (DP11; FAPI 2.0 Security Profile section 5.3.2.1 on the 10 seconds)', () => {
  const OLD = 'iat is too long ago'
  const AHEAD = 'iat lies in the future'
  test.each<[number, string | undefined]>([
    [-3600, OLD],
    [-65, OLD],
    [-64.999, undefined],
    [-60, undefined],
    [-8, undefined],
    [-0.5, undefined],
    [0, undefined],
    [8, undefined],
    [10, undefined],
    [10.001, AHEAD],
    [60, AHEAD],
    [3600, AHEAD],
    [1e15, AHEAD],
    [-1e15, OLD],
  ])('made %d s from now', (offset, reason) => {
    const iat = NOW + offset
    if (reason === undefined) {
      const { issuedAt, expiresAt } = accept({ iat })
      expect(issuedAt).toBeCloseTo(iat * 1000, 3)
      expect(expiresAt).toBeCloseTo(iat * 1000 + 65_000, 3)
    } else expect(refusalOf(() => accept({ iat }))).toEqual(refusal('DP11', reason))
  })

  test('10 seconds is all, whatever the tolerance: stores that lost their memory reckon with it', () => {
    for (const clockToleranceSeconds of [0, 5, 300]) {
      expect(accept({ iat: NOW + 10 }, { clockToleranceSeconds })).toMatchObject({ issuedAt: (NOW + 10) * 1000 })
      expect(refusalOf(() => accept({ iat: NOW + 10.001 }, { clockToleranceSeconds }))).toEqual(refusal('DP11', AHEAD))
    }
  })

  test('a proof is refused from the moment on at which it is forgotten', () => {
    const clock = settableClock()
    const { expiresAt } = accept({}, { clock: clock.read })
    for (const [milliseconds, good] of [
      [-1, true],
      [0, false],
      [1, false],
    ] as const) {
      clock.seconds = (expiresAt + milliseconds) / 1000
      const outcome = () => accept({}, { clock: clock.read })
      if (good) expect(outcome()).toBeDefined()
      else expect(refusalOf(outcome)).toEqual(refusal('DP11', OLD))
    }
  })

  test('a clock that tells no time accepts nothing', () => {
    expect(refusalOf(() => accept({}, { clock: () => Number.NaN })).detail?.check).toBe('DP11')
  })

  test('for any iat and clock: what is accepted is young, hardly ahead, and remembered until it is refused', () => {
    const moment = fc.double({ min: NOW - 4000, max: NOW + 4000, noNaN: true })
    fc.assert(
      fc.property(moment, moment, (iat, now) => {
        const rules = { clock: () => now * 1000 }
        let life: ProofLife | undefined
        try {
          life = accept({ iat }, rules)
        } catch {}
        expect(life !== undefined).toBe(iat * 1000 <= now * 1000 + 10_000 && now * 1000 < iat * 1000 + 65_000)
        if (life !== undefined) expect(life.expiresAt).toBeGreaterThan(now * 1000)
      }),
    )
  })
})

describe('exp and nbf are meant where they are there (RFC 7519 sections 4.1.4 and 4.1.5)', () => {
  test.each<[string, Members]>([
    ['nbf now and exp in five minutes', { nbf: NOW, exp: NOW + 300 }],
    ['nbf 10 seconds ahead', { nbf: NOW + 10 }],
    ['exp within the tolerance', { exp: NOW - 4.999 }],
  ])('%s', (_name, more) => {
    expect(accept(more)).toEqual(LIFE)
  })

  test.each<[string, string, Members]>([
    ['exp', 'past', { exp: NOW - 5 }],
    ['exp', 'long past', { exp: NOW - 3600 }],
    ['exp', 'text', { exp: String(NOW + 300) }],
    ['exp', 'null', { exp: null }],
    ['nbf', 'to come', { nbf: NOW + 10.001 }],
    ['nbf', 'an hour ahead', { nbf: NOW + 3600 }],
    ['nbf', 'text', { nbf: '0' }],
  ])('%s %s', (claim, _name, more) => {
    expect(refusalOf(() => accept(more))).toEqual(refusal('DP11', `${claim} does not hold now`))
  })
})

describe('where nonces are asked for (RFC 9449 sections 8 and 9)', () => {
  const clock = settableClock()
  const nonces = new Nonces({ secrets: [Buffer.alloc(32, 'a')], rotateSeconds: 300 }, clock.read)
  const rules = { nonces, clock: clock.read }
  const span = 300_000
  const began = Math.floor((NOW * 1000) / span) * span

  test('a proof must have one that is good', () => {
    clock.seconds = NOW
    const nonce = nonces.current
    expect(accept({ nonce }, rules)).toEqual({ issuedAt: NOW * 1000, expiresAt: began + 2 * span })
    for (const bad of [undefined, null, '', 'other', `${nonce}=`, [nonce], 1]) {
      expect(refusalOf(() => accept({ nonce: bad }, rules))).toEqual({ code: 'dpop_nonce_required', detail: undefined })
    }
  })

  test('the nonce tells the time, so iat may be long ago: the proof is not older than its nonce', () => {
    const nonce = nonces.current
    expect(accept({ nonce, iat: 0 }, rules)).toEqual({ issuedAt: began, expiresAt: began + 2 * span })
    expect(accept({ nonce, iat: NOW - 3600 }, rules).issuedAt).toBe(began)
  })

  test('iat may not be ahead, and must be there all the same', () => {
    const nonce = nonces.current
    expect(accept({ nonce, iat: NOW + 10 }, rules)).toBeDefined()
    expect(refusalOf(() => accept({ nonce, iat: NOW + 11 }, rules)).detail?.check).toBe('DP11')
    expect(refusalOf(() => accept({ nonce, iat: undefined }, rules)).detail?.check).toBe('DP3')
  })

  test('the life of a proof ends with that of its nonce, to the millisecond', () => {
    clock.seconds = NOW
    const nonce = nonces.current
    const { expiresAt } = accept({ nonce }, rules)
    clock.seconds = (expiresAt - 1) / 1000
    expect(accept({ nonce }, rules)).toMatchObject({ expiresAt })
    clock.seconds = expiresAt / 1000
    expect(refusalOf(() => accept({ nonce }, rules)).code).toBe('dpop_nonce_required')
    clock.seconds = NOW
  })

  test('a clock that tells no time accepts nothing, not even a nonce that was made by it', () => {
    const timeless = new Nonces({ secrets: [Buffer.alloc(32, 'a')], rotateSeconds: 300 }, () => Number.NaN)
    const outcome = () => accept({ nonce: timeless.current }, { nonces: timeless, clock: () => Number.NaN })
    expect(refusalOf(outcome)).toEqual(refusal('DP11', 'iat lies in the future'))
  })

  test('a client whose proof is wrong is told so, and not sent for a nonce', () => {
    expect(refusalOf(() => accept({ nonce: undefined, htm: 'POST' }, rules)).code).toBe('dpop_proof_invalid')
  })
})
