import { testClock } from '@scopeward/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { introspection } from '../../src/options/introspection.ts'
import { requestWith } from '../support/requests.ts'
import { findingBy } from '../support/tenants.ts'
import { issuerForTest, readToken, twoIssuers } from '../support/test-issuers.ts'

const SECRET = 'secret-5c1f'
const FAILED = 'the function "issuer" failed: '
const OTHER = `${FAILED}it answered with another issuer than the one asked for`
const THREW = `${FAILED}it threw`
const NO_ISSUER = (shown: string) =>
  `${FAILED}An issuer must be its identifier, { issuer, … }, sharedSecret(…) or introspection(…), not ${shown}.`

const loop = (name: string, value: object): object => Object.assign(value, { [name]: value })
const withGetter = (get: () => unknown): object => Object.defineProperty({}, 'issuer', { enumerable: true, get })
const credentials = {
  clientId: 'api',
  clientAuthentication: { method: 'client_secret_basic', clientSecret: SECRET.repeat(4) },
} as const

const fail = (): never => {
  throw new Error(SECRET)
}

const failWith = (code: unknown): never => {
  throw Object.assign(new Error(SECRET), { code })
}

const ANSWERS: readonly (readonly [string, (iss: string) => unknown, string])[] = [
  ['throws', fail, THREW],
  ['throws what is no error', () => Promise.reject(SECRET), THREW],
  ['throws nothing', () => Promise.reject(undefined), THREW],
  ['rejects', async () => fail(), THREW],
  ['throws an error with a code', () => failWith('ECONNREFUSED'), `${THREW} (ECONNREFUSED)`],
  ['throws an error with a code of 40 characters', () => failWith('E'.repeat(40)), `${THREW} (${'E'.repeat(40)})`],
  ['throws an error whose code is longer', () => failWith('E'.repeat(41)), THREW],
  ['throws an error whose code may be a secret', () => failWith(SECRET), THREW],
  ['throws an error whose code is a sentence', () => failWith('SECRET 5C1F'), THREW],
  ['throws an error whose code is a number', () => failWith(42), THREW],
  ['throws what is no error, with a code', () => Promise.reject({ code: 'ECONNREFUSED' }), THREW],
  // biome-ignore lint/suspicious/noThenProperty: what a broken library with promises of its own returns
  ['answers with a thenable that throws', () => ({ then: fail }), THREW],
  ['answers with the name of another issuer', () => 'https://login.example.com', OTHER],
  ['answers with a secret by mistake', () => SECRET, OTHER],
  ['answers with a definition that has a secret for its name', () => ({ issuer: SECRET }), OTHER],
  ['answers with the name and a slash', iss => `${iss}/`, OTHER],
  ['answers with the definition of another issuer', () => ({ issuer: 'https://login.example.com' }), OTHER],
  [
    'answers with credentials for another issuer',
    () => introspection({ issuer: 'https://login.example.com', ...credentials }),
    OTHER,
  ],
  ['answers with a number', () => 5, OTHER],
  ['answers with false', () => false, OTHER],
  ['answers with a function', iss => () => iss, OTHER],
  ['promises garbage', async () => Number.NaN, OTHER],
  ['answers with a list', iss => [iss], NO_ISSUER('an array')],
  [
    'answers with what only inherits the name',
    iss => Object.create({ issuer: iss }),
    NO_ISSUER('an object of a class'),
  ],
  ['answers with getters that throw', () => withGetter(fail), THREW],
  ['answers with a proxy that throws', () => new Proxy({}, { get: fail, getPrototypeOf: fail, ownKeys: fail }), THREW],
  ['answers with what is its own name', () => loop('issuer', {}), OTHER],
  [
    'answers with what refers to itself',
    iss => loop('jwks', { issuer: iss }),
    `${FAILED}it answered with something that is not plain data`,
  ],
  [
    'answers with an http key set elsewhere',
    iss => ({ issuer: iss, jwksUri: 'http://keys.example.com' }),
    `${FAILED}Option "jwksUri" must be an https URL, not "http://keys.example.com".`,
  ],
  [
    'answers with an unknown member',
    iss => ({ issuer: iss, jwkUri: 'https://keys.example.com' }),
    `${FAILED}An issuer has no option "jwkUri". Did you mean "jwksUri"?`,
  ],
  [
    'answers without the name',
    () => ({ jwksUri: 'https://keys.example.com' }),
    `${FAILED}Option "issuer" is missing. Type the exact "iss" of your tokens, for example issuer: 'https://login.example.com'.`,
  ],
  [
    'answers with none as algorithm',
    iss => ({ issuer: iss, algorithms: ['none'] }),
    `${FAILED}Option "algorithms": "none" cannot be used. Choose from RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, Ed25519, EdDSA.`,
  ],
  [
    'answers with a bad audience',
    iss => ({ issuer: iss, audience: [] }),
    `${FAILED}Option "audience" must be a non-empty string or an array of them.`,
  ],
  [
    'answers with a private key',
    iss => ({ issuer: iss, jwks: { keys: [{ kty: 'EC', crv: 'P-256', d: SECRET }] } }),
    `${FAILED}Option "jwks": keys[0] cannot be used: it has private members, which must never be published.`,
  ],
]

const unhandled: unknown[] = []
const onUnhandled = (reason: unknown): void => void unhandled.push(reason)

beforeEach(() => void process.on('unhandledRejection', onUnhandled))
afterEach(() => {
  process.off('unhandledRejection', onUnhandled)
  expect(unhandled).toEqual([])
})

describe('a function that gives nothing that can be used: 503, the reason for operators, and no secret', () => {
  test.each(ANSWERS)('it %s', async (_what, answer, reason) => {
    const [a, b] = await twoIssuers({ clock: testClock() })
    let give: (iss: string) => unknown = iss => iss
    const { api, ask, clock, denied, lastDenied } = findingBy(iss => give(iss))
    expect(await ask(await readToken(a))).toBe('granted')
    give = answer
    const outcome = await api.check(requestWith(await readToken(b)), 'items:read')
    expect(outcome).toMatchObject({ granted: false, denial: { status: 503, headers: { 'Retry-After': '5' } } })
    const expected = { code: 'issuer_unavailable', status: 503, issuer: undefined, detail: { reason } } as const
    expect(lastDenied()).toEqual(expected)
    expect(JSON.stringify([outcome, denied])).not.toContain(SECRET)
    expect(b.requests).toMatchObject({ metadata: 0, jwks: 0, introspection: 0 })
    give = iss => iss
    expect(await ask(await readToken(b))).toBe('issuer_unavailable')
    expect(lastDenied()).toEqual(expected)
    clock.advance({ seconds: 5 })
    expect(await ask(await readToken(b))).toBe('granted')
  })
})

test('a function that never answers is given up after fetchTimeoutSeconds, and asked again after refreshCooldownSeconds', async () => {
  const a = await issuerForTest({ clock: testClock() })
  let answer: Promise<string> | string = new Promise<string>(() => undefined)
  // Of the keys too, which have to come in time at last, also on a busy machine.
  const { ask, asked, clock, lastDenied } = findingBy(() => answer, { fetchTimeoutSeconds: 0.5 })
  const token = await readToken(a)
  expect(await Promise.all([ask(token), ask(token)])).toEqual(['issuer_unavailable', 'issuer_unavailable'])
  expect(lastDenied()).toEqual({
    code: 'issuer_unavailable',
    status: 503,
    issuer: undefined,
    detail: { reason: `${FAILED}it did not answer within 0.5 s` },
  })
  expect(asked.length).toBe(1)
  answer = a.issuer
  clock.advance({ seconds: 5 })
  expect(await ask(token)).toBe('granted')
  expect(asked.length).toBe(2)
})

test('an answer that comes after the deadline is not used', async () => {
  const a = await issuerForTest({ clock: testClock() })
  let answer: (value: unknown) => void = () => undefined
  const { ask, asked, clock } = findingBy(
    () =>
      new Promise(resolve => {
        answer = resolve
      }),
    { fetchTimeoutSeconds: 0.1 },
  )
  const token = await readToken(a)
  expect(await ask(token)).toBe('issuer_unavailable')
  answer(a.issuer)
  expect(await ask(token)).toBe('issuer_unavailable')
  clock.advance({ seconds: 5 })
  const again = ask(token)
  answer(undefined)
  expect(await again).toBe('issuer_not_trusted')
  expect(asked.length).toBe(2)
})

test('credentials for the issuer itself make its JWTs be asked about, at that issuer alone (RFC 7662)', async () => {
  const a = await issuerForTest({
    clients: [{ clientId: 'api', clientSecret: SECRET.repeat(4), scopes: [] }],
    clock: testClock(),
  })
  const { ask } = findingBy(iss => introspection({ issuer: iss, ...credentials }))
  const token = await readToken(a)
  expect(await ask(token)).toBe('granted')
  expect(a.requests).toMatchObject({ introspection: 1, jwks: 0 })
  a.revoke(token)
  const revoked = await readToken(a)
  a.revoke(revoked)
  expect(await ask(revoked)).toBe('token_inactive')
})
