import { authenticated, type MaybePromise, type Outcome } from '@scopeward/core'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { exchange, parseResponse, requestText } from '../support/raw-http.ts'
import { AUDIENCE, HANDLED } from './apis.ts'
import { hasEscapedName } from './escaped-names.ts'
import { holdRows } from './hold-rows.ts'
import { compact, type Honest } from './mint.ts'
import { useBench } from './support.ts'

holdRows()

const bench = useBench(['Ed25519', 'RS256', 'ES256'])
const SEED = 20_260_101

let honest: readonly Honest[]
beforeAll(async () => {
  honest = await Promise.all(['key-1', 'key-2', 'key-3'].map(key => bench.honest({ key })))
})

/** What each engine says to a header value. Whatever is sent, `check()` neither throws nor rejects. */
async function verdictsOn(value: string, read = (outcome: Outcome) => outcome.granted): Promise<readonly boolean[]> {
  const request = { method: 'GET', url: '/guarded', headers: ['Host', 'x', 'authorization', value] }
  const outcomes: readonly MaybePromise<Outcome>[] = bench.apis.map(({ core }) => core.check(request, 'items:read'))
  return (await Promise.all(outcomes)).map(read)
}

const isHonest = (token: string): boolean => honest.some(each => each.token === token)

/** Any character that a header can carry, and those that a token is made of far more often. */
const character = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...'ABCXYZabcxyz0189-_') },
  { weight: 1, arbitrary: fc.constantFrom(...'.=+/~ ,"\t') },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }).map(code => String.fromCharCode(code)) },
)
const noise = fc.string({ unit: character, maxLength: 60 })

/** One change to the text of a token, at a place that is a share of its length. */
const change = fc.oneof(
  fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), character).map(([at, by]) => splice(at, 1, () => by)),
  fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), noise).map(([at, by]) => splice(at, 0, () => by)),
  fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(400)).map(([at, length]) => splice(at, length, () => '')),
  fc
    .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(400))
    .map(([at, length]) => splice(at, length, part => part + part)),
  fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(40)).map(([at, length]) => splice(at, length, swapCase)),
  fc.constantFrom(
    (token: string) => token.split('.').reverse().join('.'),
    (token: string) => token.split('.').sort().join('.'),
    (token: string) => encodeURIComponent(token),
    (token: string) => Buffer.from(token).toString('base64url'),
    (token: string) => token.split('').reverse().join(''),
  ),
)

function splice(at: number, length: number, by: (part: string) => string): (token: string) => string {
  return token => {
    const start = Math.floor(at * token.length)
    return token.slice(0, start) + by(token.slice(start, start + length)) + token.slice(start + length)
  }
}

function swapCase(text: string): string {
  return text.replace(/[a-z]/gi, letter =>
    letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase(),
  )
}

describe('random input, with a fixed seed, under both engines', () => {
  test('no random header value is granted, and none makes check() throw', async () => {
    const value = fc
      .tuple(
        fc.constantFrom('', 'Bearer ', 'bearer  ', 'Basic ', 'Bearer'),
        fc.oneof(noise, fc.string({ unit: 'binary' })),
      )
      .map(parts => parts.join(''))
    await fc.assert(
      fc.asyncProperty(value, async text => {
        expect(await verdictsOn(text)).toEqual([false, false])
      }),
      { seed: SEED, numRuns: 1000 },
    )
  })

  test('a changed token is granted only where it is an honest one again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(2), fc.array(change, { minLength: 1, maxLength: 3 }), async (index, changes) => {
        const token = changes.reduce((text, each) => each(text), honest[index]?.token ?? '')
        expect(await verdictsOn(`Bearer ${token}`)).toEqual(Array(2).fill(isHonest(token)))
        for (const { core } of bench.apis) {
          const verdict = await core.verify(token).then(
            () => true,
            error => error.name,
          )
          expect(verdict).toBe(isHonest(token) ? true : 'TokenRejected')
        }
      }),
      { seed: SEED, numRuns: 700 },
    )
  })

  test('parts of several honest tokens make an honest one only where all are of the same', async () => {
    const part = (index: number, at: number) => honest[index]?.token.split('.')[at] ?? ''
    await fc.assert(
      fc.asyncProperty(fc.nat(2), fc.nat(2), fc.nat(2), async (...indices) => {
        const token = indices.map(part).join('.')
        expect(await verdictsOn(`Bearer ${token}`)).toEqual(Array(2).fill(isHonest(token)))
      }),
      { seed: SEED, numRuns: 100 },
    )
  })

  test('really signed claims of any kind are accepted exactly where RFC 9068 allows them', async () => {
    const claim = fc.constantFrom('iss', 'aud', 'exp', 'iat', 'nbf', 'sub', 'client_id', 'jti', 'scope', 'cnf', 'other')
    const known = fc.constantFrom(
      '',
      AUDIENCE,
      'items:read',
      'a b',
      'a  b',
      [AUDIENCE],
      [AUDIENCE, 1],
      0,
      -1,
      1.5,
      1_767_225_600,
      4e9,
      1e300,
    )
    const changes = fc.dictionary(claim, fc.oneof(known, fc.jsonValue({ maxDepth: 2 })), { maxKeys: 3 })
    await fc.assert(
      fc.asyncProperty(changes, async changed => {
        const claims = { ...(honest[0] as Honest).claims, ...changed }
        const isRead = !hasEscapedName(claims)
        const token = compact(honest[0] as Honest, { payload: claims })
        const request = { method: 'GET', url: '/', headers: { authorization: `Bearer ${token}` } }
        for (const { core } of bench.apis) {
          expect([(await core.check(request, authenticated)).granted, changed]).toEqual([
            isRead && isAllowed(claims),
            changed,
          ])
        }
      }),
      { seed: SEED, numRuns: 700 },
    )
  })

  test('no random bytes over HTTP reach a handler, and each gets an answer', async () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 80 }).map(each => Buffer.from(each).toString('latin1'))
    const value = fc
      .tuple(fc.constantFrom('', 'Bearer ', 'Bearer'), fc.oneof(bytes, noise))
      .map(parts => parts.join(''))
    await fc.assert(
      fc.asyncProperty(value, fc.nat(3), async (text, at) => {
        const port = bench.apis.flatMap(api => Object.values(api.ports))[at] as number
        const raw = await exchange(port, requestText({ path: '/guarded', headers: [`Authorization: ${text}`] }))
        expect([400, 401]).toContain(parseResponse(raw).status)
        expect(raw).not.toContain(HANDLED)
      }),
      { seed: SEED, numRuns: 150 },
    )
  })
})

/** RFC 9068 sections 2.2 and 4, written down a second time. */
function isAllowed(claims: Readonly<Record<string, unknown>>): boolean {
  const now = bench.clock() / 1000
  const { iss, aud, exp, iat, nbf, scope } = claims
  const isText = (value: unknown) => typeof value === 'string' && value !== ''
  const isTime = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value < 253_402_300_800
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  return (
    iss === bench.issuer.issuer &&
    audiences.includes(AUDIENCE) &&
    audiences.every(each => typeof each === 'string') &&
    isTime(exp) &&
    exp > now &&
    isTime(iat) &&
    iat <= now &&
    (!('nbf' in claims) || (isTime(nbf) && nbf <= now)) &&
    [claims.sub, claims.client_id, claims.jti].every(isText) &&
    (!('scope' in claims) || (typeof scope === 'string' && /^[!#-[\]-~]+( [!#-[\]-~]+)*$/.test(scope))) &&
    !('cnf' in claims)
  )
}
