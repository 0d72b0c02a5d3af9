import { describe, expect, test } from 'vitest'
import { type DpopOptions, parseDpop } from '../../src/options/parse-dpop.ts'
import { parseOptions } from '../../src/options/parse-options.ts'
import type { ResourceServerOptions } from '../../src/options/resource-server-options.ts'
import { createReplayStore } from '../../src/sender/dpop/replay-store.ts'
import { misuseOf } from '../support/refusals.ts'

const SECRET = 'x7Gq2vPZl4mYtR9sKdWnB3cJhF6uAe1o'
const misuse = (option: unknown) => misuseOf(() => parseDpop(option))
const accepted = (more: unknown) => parseDpop({ mode: 'accepted', ...(more as Omit<DpopOptions, 'mode'>) })
const refused = (more: unknown) => misuseOf(() => accepted(more))

test('off is the default, and leaves nothing behind', () => {
  expect([parseDpop(undefined), parseDpop('off')]).toEqual([undefined, undefined])
})

test.each(['accepted', 'required'] as const)('%s alone suffices, and the defaults are the documented ones', mode => {
  const parsed = parseDpop(mode)
  expect(parsed).toEqual({
    mode,
    algorithms: expect.any(Map),
    proofMaxAgeSeconds: 60,
    nonces: undefined,
    replayStore: undefined,
  })
  expect([...(parsed?.algorithms.keys() ?? [])]).toEqual(['ES256', 'Ed25519', 'PS256'])
  expect(Object.isFrozen(parsed)).toBe(true)
  expect(parseDpop({ mode })).toEqual(parsed)
})

test('everything that can be set', () => {
  const replayStore = createReplayStore()
  const parsed = accepted({
    algorithms: ['ES384', 'EdDSA'],
    proofMaxAgeSeconds: 5,
    nonces: { secrets: [SECRET, Buffer.from(SECRET).reverse()], rotateSeconds: 10 },
    replayStore,
  })
  expect([...(parsed?.algorithms.keys() ?? [])]).toEqual(['ES384', 'EdDSA'])
  expect(parsed).toMatchObject({ proofMaxAgeSeconds: 5, nonces: { rotateSeconds: 10 } })
  expect(parsed?.nonces?.secrets.map(secret => Buffer.from(secret).toString())).toEqual([
    SECRET,
    [...SECRET].reverse().join(''),
  ])
  expect(parsed?.replayStore).toBe(replayStore)
  expect(accepted({ nonces: { secrets: [SECRET] } })?.nonces?.rotateSeconds).toBe(300)
})

test('a secret that is overwritten afterwards stays what it was', () => {
  const secret = Buffer.from(SECRET)
  const parsed = accepted({ nonces: { secrets: [secret] } })
  secret.fill(0)
  expect(Buffer.from(parsed?.nonces?.secrets[0] ?? []).toString()).toBe(SECRET)
})

describe('the mode', () => {
  const message = (name: string, shown: string) =>
    `Option ${name} must be 'accepted' or 'required', not ${shown}. Without DPoP leave "dpop" out, or write dpop: 'off'.`
  test.each<[unknown, string, string]>([
    ['on', '"dpop"', '"on"'],
    ['Required', '"dpop"', '"Required"'],
    ['', '"dpop"', '""'],
    [true, '"dpop"', 'true'],
    [null, '"dpop"', 'null'],
    [1, '"dpop"', '1'],
    [['accepted'], '"dpop"', 'an array'],
    [{}, '"dpop.mode"', 'undefined'],
    [{ mode: 'off' }, '"dpop.mode"', '"off"'],
    [{ mode: true }, '"dpop.mode"', 'true'],
    [{ proofMaxAgeSeconds: 60 }, '"dpop.mode"', 'undefined'],
  ])('%j', (option, name, shown) => {
    expect(misuse(option)).toEqual({ code: 'option_invalid', message: message(name, shown) })
  })
})

describe('a name that is none', () => {
  test.each<[unknown, string]>([
    [{ algs: [] }, 'Option "dpop" has no option "algs". Did you mean "algorithms"?'],
    [{ nonce: {} }, 'Option "dpop" has no option "nonce". Did you mean "nonces"?'],
    [
      { secret: 'x' },
      'Option "dpop" has no option "secret". Known: mode, algorithms, proofMaxAgeSeconds, nonces, replayStore.',
    ],
    [{ nonces: { secret: [SECRET] } }, 'Option "dpop.nonces" has no option "secret". Did you mean "secrets"?'],
  ])('%j', (more, message) => {
    expect(refused(more)).toEqual({ code: 'option_unknown', message })
  })
})

describe('algorithms', () => {
  test.each<[unknown]>([
    [[]],
    ['ES256'],
    [null],
    [['none']],
    [['HS256']],
    [['es256']],
    [['ES256', 'HS256']],
    [[1]],
    [new Array(1)],
  ])('%j', algorithms => {
    expect(refused({ algorithms })).toEqual({
      code: 'option_invalid',
      message:
        'Option "dpop.algorithms" must be a non-empty array of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, Ed25519, EdDSA.',
    })
  })
})

describe('numbers are within their bounds and never coerced', () => {
  test.each<[unknown]>([[4.999], [3600.001], [0], [-60], ['60'], [Number.NaN], [null]])(
    'proofMaxAgeSeconds %j',
    value => {
      expect(refused({ proofMaxAgeSeconds: value })).toMatchObject({
        code: 'option_invalid',
        message: expect.stringContaining(
          'Option "dpop.proofMaxAgeSeconds" must be a number from 5 to 3600 (default 60)',
        ),
      })
    },
  )

  test.each<[unknown]>([[9.999], [3601], ['300'], [null]])('rotateSeconds %j', rotateSeconds => {
    expect(refused({ nonces: { secrets: [SECRET], rotateSeconds } })).toMatchObject({
      code: 'option_invalid',
      message: expect.stringContaining(
        'Option "dpop.nonces.rotateSeconds" must be a number from 10 to 3600 (default 300)',
      ),
    })
  })
})

describe('secrets', () => {
  const LIST = 'Option "dpop.nonces.secrets" must be an array of one or 2 secrets, the current one first.'
  test.each<[unknown, string, string]>([
    [SECRET, 'option_invalid', 'Option "dpop.nonces" must be an object: { secrets: [current] }.'],
    [[SECRET], 'option_invalid', 'Option "dpop.nonces" must be an object: { secrets: [current] }.'],
    [true, 'option_invalid', 'Option "dpop.nonces" must be an object: { secrets: [current] }.'],
    [{}, 'option_missing', LIST],
    [{ secrets: SECRET }, 'option_invalid', LIST],
    [{ secrets: [] }, 'option_invalid', LIST],
    [{ secrets: [SECRET, SECRET, SECRET] }, 'option_invalid', LIST],
  ])('%j', (nonces, code, message) => {
    expect(refused({ nonces })).toEqual({ code, message })
  })

  test.each<[string, unknown]>([
    ['too short', SECRET.slice(1)],
    ['too short, as bytes', Buffer.from(SECRET.slice(1))],
    ['empty', ''],
    ['one byte over and over', 'a'.repeat(64)],
    ['zeros', new Uint8Array(64)],
    ['null', null],
    ['undefined', undefined],
    ['a number', 1e32],
    ['a list of bytes', [...Buffer.from(SECRET)]],
    ['an object', { length: 64 }],
  ])('%s is refused, and never shown', (_name, secret) => {
    const { code, message } = refused({ nonces: { secrets: [SECRET, secret] } })
    expect(code).toBe('option_invalid')
    expect(message).toBe(
      'Option "dpop.nonces.secrets[1]" must be random text or bytes, at least 32 of them. Make one: openssl rand -base64 32',
    )
  })

  test('32 bytes suffice, also where they are fewer characters', () => {
    for (const secret of [SECRET, 'äöü€'.repeat(4), Buffer.from(SECRET)]) {
      expect(accepted({ nonces: { secrets: [secret] } })?.nonces?.secrets).toHaveLength(1)
    }
  })
})

test.each<[unknown]>([[null], [{}], [() => true], ['memory'], [{ remember: true }]])(
  'replayStore %j cannot remember',
  replayStore => {
    expect(refused({ replayStore })).toEqual({
      code: 'option_invalid',
      message:
        'Option "dpop.replayStore" must have a method remember(proof). Take createReplayStore() of @scopeward/redis.',
    })
  },
)

describe('within the options of a resource server', () => {
  const HONEST = { issuer: 'https://login.example.com', audience: 'https://api.example.com', scopes: {} }
  const parse = (more: unknown) => parseOptions({ ...HONEST, ...(more as Partial<ResourceServerOptions<string>>) })
  const misuseWith = (more: unknown) => misuseOf(() => parse(more))
  const proxy = (more: object) => ({ trustedProxy: { addresses: ['10.0.0.1'], ...more } })

  test('a proof is made for a URL, so the origin must be said, by configuration or by the declared proxy', () => {
    const origin = { publicOrigin: 'https://api.example.com' }
    expect(parse({ dpop: 'accepted', ...origin })).toMatchObject(origin)
    expect(parse({ dpop: 'required', ...proxy({ origin: 'forwarded' }) }).publicOrigin).toBeUndefined()
    for (const more of [{}, proxy({ clientCertificate: 'nginx' })]) {
      expect(misuseWith({ dpop: 'accepted', ...more })).toEqual({
        code: 'option_missing',
        message:
          "Option \"publicOrigin\" is missing: a DPoP proof is made for one URL, and the Host header is the client's own word. Write the scheme and host that clients call, such as publicOrigin: 'https://api.example.com'.",
      })
    }
    expect(parse({ dpop: 'off' })).toMatchObject({ dpop: undefined, publicOrigin: undefined })
    expect(parse(origin)).toMatchObject({ dpop: undefined, ...origin })
  })

  test.each([
    ['https://api.example.com', 'https://api.example.com'],
    ['https://api.example.com/', 'https://api.example.com'],
    ['https://API.example.com:443', 'https://api.example.com'],
    ['https://api.example.com:8443', 'https://api.example.com:8443'],
  ])('publicOrigin %s is compared as %s', (publicOrigin, normal) => {
    expect(parse({ publicOrigin }).publicOrigin).toBe(normal)
  })

  test.each<[unknown, string]>([
    [
      'https://api.example.com/v1',
      `Option "publicOrigin" must be scheme and host alone, such as 'https://api.example.com', not "https://api.example.com/v1".`,
    ],
    [
      'https://api.example.com?a',
      `Option "publicOrigin" must be scheme and host alone, such as 'https://api.example.com', not "https://api.example.com?a".`,
    ],
    [
      'https:api.example.com',
      `Option "publicOrigin" must be scheme and host alone, such as 'https://api.example.com', not "https:api.example.com".`,
    ],
    [
      'https:\\\\api.example.com',
      `Option "publicOrigin" must be scheme and host alone, such as 'https://api.example.com', not "https:\\\\\\\\api.example.com".`,
    ],
    ['api.example.com', 'Option "publicOrigin" must be an absolute URL, not "api.example.com".'],
    ['', 'Option "publicOrigin" must be an absolute URL, not "".'],
    [1, 'Option "publicOrigin" must be an absolute URL, not 1.'],
    [null, 'Option "publicOrigin" must be an absolute URL, not null.'],
    ['ftp://api.example.com', 'Option "publicOrigin" must be an https URL, not "ftp://api.example.com".'],
    ['http://api.example.com', 'Option "publicOrigin" must be an https URL, not "http://api.example.com".'],
    [
      'http://127.0.0.1:3000',
      'Option "publicOrigin" is an http URL. For tests on this machine add allowHttpOnLoopback: true.',
    ],
    ['https://user@api.example.com', 'Option "publicOrigin" must have no user name, password or fragment.'],
    ['https://api.example.com#', 'Option "publicOrigin" must have no user name, password or fragment.'],
  ])('publicOrigin %j', (publicOrigin, message) => {
    expect(misuseWith({ publicOrigin })).toEqual({ code: 'option_invalid', message })
  })

  test('an http origin is for tests on this machine', () => {
    expect(parse({ publicOrigin: 'http://127.0.0.1:3000', allowHttpOnLoopback: true }).publicOrigin).toBe(
      'http://127.0.0.1:3000',
    )
  })

  test.each<[unknown]>([[null], [{}], [[]], ['list'], [() => 'revoked'], [{ verdictOn: 'revoked' }]])(
    'revocation %j gives no verdict',
    revocation => {
      expect(misuseWith({ revocation })).toEqual({
        code: 'option_invalid',
        message: 'Option "revocation" must have a method verdictOn(token). Take createRevocationList().',
      })
    },
  )
})
