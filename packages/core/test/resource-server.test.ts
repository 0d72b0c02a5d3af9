import { describe, expect, test } from 'vitest'
import { authenticated, service, user } from '../src/access/expression.ts'
import { createResourceServer } from '../src/resource-server.ts'
import { requestWith, statusOf, summaryOf, tampered } from './support/requests.ts'
import { nextTurn } from './support/signatures.ts'
import {
  base64url,
  claims,
  compact,
  ISSUER,
  keys,
  type Members,
  mint,
  NOW,
  optionsFor,
  settableClock,
  type TestKey,
} from './support/tokens.ts'

const KEY = await keys()
const OTHER_KEY = await keys()
const api = createResourceServer(optionsFor(KEY))
const TOKEN = await mint(KEY)

const INVALID =
  'Bearer realm="https://api.example.com", error="invalid_token", error_description="The access token is not valid"'
const invalid = (text: string) => INVALID.replace('The access token is not valid', text)
const LACKS =
  'Bearer realm="https://api.example.com", error="insufficient_scope", error_description="The access token does not carry the privilege that this resource requires"'

test('a good token is let through with a frozen access that names the caller', async () => {
  const outcome = await api.check(requestWith(TOKEN), 'controls:read')
  expect(outcome).toMatchObject({
    granted: true,
    access: { clientId: 'nightly-import', kind: 'service', issuer: ISSUER },
  })
})

describe('the second request with the same token is answered at once, without a promise', () => {
  test('where it is granted', async () => {
    const server = createResourceServer(optionsFor(KEY))
    const first = server.check(requestWith(TOKEN), 'controls:read')
    expect(first).toBeInstanceOf(Promise)
    const { access } = (await first) as { access: unknown }
    const second = server.check(requestWith(TOKEN), 'controls:read')
    expect(second).toEqual({ granted: true, access })
    expect((second as { access: unknown }).access).toBe(access)
  })

  test('where it lacks the privilege', async () => {
    const server = createResourceServer(optionsFor(KEY))
    await server.check(requestWith(TOKEN), 'controls:read')
    const outcome = server.check(requestWith(TOKEN), 'imports:write')
    expect(outcome).not.toBeInstanceOf(Promise)
    expect(summaryOf(await outcome)).toEqual(['insufficient_scope', 403, `${LACKS}, scope="imports:write"`])
  })

  test('where it has expired since', async () => {
    const clock = settableClock()
    const server = createResourceServer(optionsFor(KEY, { clock: clock.read }))
    expect(summaryOf(await server.check(requestWith(TOKEN), 'controls:read'))).toBe('granted')
    clock.seconds = NOW + 604
    expect(server.check(requestWith(TOKEN), 'controls:read')).toMatchObject({ granted: true })
    clock.seconds = NOW + 605
    const outcome = server.check(requestWith(TOKEN), 'controls:read')
    expect(outcome).not.toBeInstanceOf(Promise)
    expect(summaryOf(await outcome)).toEqual(['token_expired', 401, invalid('The access token expired')])
  })

  test('but not where the cache is turned off: it is verified anew', async () => {
    const server = createResourceServer(optionsFor(KEY, { tokenCacheMaxEntries: 0 }))
    const access = async () => ((await server.check(requestWith(TOKEN), 'controls:read')) as { access: unknown }).access
    const first = await access()
    const second = server.check(requestWith(TOKEN), 'controls:read')
    expect(second, 'the one check at once of this turn is used up').toBeInstanceOf(Promise)
    expect(await second).toMatchObject({ granted: true })
    const third = await access()
    expect(third).toEqual(first)
    expect(third).not.toBe(first)
  })
})

describe('a request is refused with the code, the status and the challenge of its fault', () => {
  const HEADER = { alg: 'ES256', typ: 'at+jwt', kid: 'key-1' }
  const unsigned = (header: Members, payload: Members = {}) =>
    compact(JSON.stringify(header), JSON.stringify(claims(payload)))
  const cases: [string, string | Promise<string>, string, string?][] = [
    ['opaque', 'SplxlOBeZQQYbYS6WxSbIA', 'token_malformed'],
    [
      'a duplicate claim',
      `${base64url(JSON.stringify(HEADER))}.${base64url('{"iss":1,"iss":2}')}.c2ln`,
      'token_json_invalid',
    ],
    ['crit', unsigned({ ...HEADER, crit: ['exp'] }), 'header_not_accepted'],
    ['alg none', unsigned({ ...HEADER, alg: 'none' }), 'algorithm_not_allowed'],
    ['an ID token', mint(KEY, {}, { typ: 'JWT' }), 'type_not_accepted'],
    ['another issuer', mint(KEY, { iss: 'https://attacker.example' }), 'issuer_not_trusted'],
    [
      'another audience',
      mint(KEY, { aud: 'https://other.example.com' }),
      'audience_mismatch',
      invalid('The access token is meant for another audience'),
    ],
    ['an unknown kid', mint(KEY, {}, { kid: 'key-2' }), 'key_unknown'],
    ['the right kid and a foreign key', mint(OTHER_KEY), 'signature_invalid'],
    ['a changed signature', tampered(TOKEN), 'signature_invalid'],
    ['no sub', mint(KEY, { sub: undefined }), 'claim_missing'],
    ['a numeric client_id', mint(KEY, { client_id: 7 }), 'claim_invalid'],
    ['expired', mint(KEY, { exp: NOW - 5 }), 'token_expired', invalid('The access token expired')],
    ['not valid yet', mint(KEY, { nbf: NOW + 6 }), 'token_not_yet_valid', invalid('The access token is not valid yet')],
    [
      'issued in the future',
      mint(KEY, { iat: NOW + 6 }),
      'token_issued_in_future',
      invalid('The access token is not valid yet'),
    ],
    ['bound to a key', mint(KEY, { cnf: { jkt: 'a' } }), 'sender_constraint_unsupported'],
    ['more than 16,384 characters', 'a'.repeat(16_385), 'token_too_large'],
  ]

  test.each(cases)('%s', async (_name, token, code, challenge = INVALID) => {
    expect(summaryOf(await api.check(requestWith(TOKEN), 'controls:read'))).toBe('granted')
    for (const _again of [1, 2]) {
      expect(summaryOf(await api.check(requestWith(await token), 'controls:read'))).toEqual([code, 401, challenge])
    }
  })

  test('no credentials', async () => {
    expect(summaryOf(await api.check(requestWith(), 'controls:read'))).toEqual([
      'credentials_missing',
      401,
      'Bearer realm="https://api.example.com", scope="controls:read"',
    ])
  })

  const MALFORMED =
    'Bearer realm="https://api.example.com", error="invalid_request", error_description="The Authorization header is malformed"'
  const TWICE = MALFORMED.replace(
    'The Authorization header is malformed',
    'The request has more than one Authorization header',
  )
  const UNTOLD = 'Bearer realm="https://api.example.com", scope="controls:read"'
  test.each<[string, string[], unknown[]]>([
    ['two words', ['Authorization', `Bearer ${TOKEN} x`], ['authorization_malformed', 400, MALFORMED]],
    ['two tokens', ['Authorization', `Bearer ${TOKEN}, Bearer ${TOKEN}`], ['authorization_malformed', 400, MALFORMED]],
    ['quotes', ['Authorization', `Bearer "${TOKEN}"`], ['authorization_malformed', 400, MALFORMED]],
    ['no token', ['Authorization', 'Bearer'], ['authorization_malformed', 400, MALFORMED]],
    [
      'two headers',
      ['Authorization', `Bearer ${TOKEN}`, 'authorization', `Bearer ${TOKEN}`],
      ['authorization_duplicated', 400, TWICE],
    ],
    ['Basic', ['Authorization', 'Basic Y2xpZW50OnNlY3JldA=='], ['scheme_unsupported', 401, UNTOLD]],
  ])('a header with %s, even around a token that is remembered', async (_name, headers, expected) => {
    expect(summaryOf(await api.check(requestWith(TOKEN), 'controls:read'))).toBe('granted')
    expect(summaryOf(await api.check({ ...requestWith(), headers }, 'controls:read'))).toEqual(expected)
  })

  test('more than four keys that fit a token without kid', async () => {
    const others = await Promise.all(['a', 'b', 'c', 'd'].map(kid => keys('ES256', kid)))
    const token = await mint(KEY, {}, { kid: undefined })
    const askWith = async (keys: readonly TestKey[]) => {
      const jwks = { keys: [...keys, KEY].map(({ publicJwk }) => publicJwk) as Members[] }
      return summaryOf(await createResourceServer(optionsFor(KEY, { jwks })).check(requestWith(token), 'controls:read'))
    }
    expect(await askWith(others.slice(1))).toBe('granted')
    expect(await askWith(others)).toEqual(['key_ambiguous', 401, INVALID])
  })
})

test('two resource servers with different audiences do not share what they remember', async () => {
  const other = createResourceServer(optionsFor(KEY, { audience: 'https://other.example.com' }))
  expect(summaryOf(await api.check(requestWith(TOKEN), authenticated))).toBe('granted')
  expect(statusOf(await other.check(requestWith(TOKEN), authenticated))).toEqual(['audience_mismatch', 401])
})

test('the least privilege is decided on every request: one token, several requirements', async () => {
  expect(summaryOf(await api.check(requestWith(TOKEN), service))).toBe('granted')
  expect(statusOf(await api.check(requestWith(TOKEN), user))).toEqual(['insufficient_scope', 403])
  expect(statusOf(await api.check(requestWith(TOKEN), 'controls:write'))).toEqual(['insufficient_scope', 403])
})

test.each(['guard', 'optionalGuard', 'check'] as const)(
  '%s() takes one requirement: a second would be dropped, and the route be open',
  name => {
    const request = { method: 'GET', url: '/', headers: {} }
    const call = (...required: readonly unknown[]) => {
      const take = api[name] as (...arguments_: readonly unknown[]) => unknown
      return name === 'check' ? take(request, ...required) : take(...required)
    }
    expect(call('controls:read')).toBeDefined()
    expect(() => call('controls:read', authenticated)).toThrow(
      'A guard takes one requirement. Write allOf(a, b) where both must hold, anyOf(a, b) where one is enough.',
    )
  },
)

test('ready() says whether tokens can be checked', async () => {
  expect(await createResourceServer(optionsFor(KEY)).ready()).toEqual({
    issuers: [{ issuer: ISSUER, keySet: 'available' }],
  })
})

test('a request without a header object is one without credentials', async () => {
  for (const headers of [null, undefined, { authorization: null }, {}]) {
    const request = { method: 'GET', url: '/', headers: headers as never }
    expect(summaryOf(await api.check(request, authenticated))).toMatchObject([
      'credentials_missing',
      401,
      expect.anything(),
    ])
  }
})

test('settle() calls back at once for a remembered token and for the first other one of a turn, later else, and never both ways', async () => {
  const guard = api.guard('controls:read')
  const seen: string[] = []
  const ask = (token: string) =>
    new Promise<void>(resolve => {
      const note = (text: string) => {
        seen.push(text)
        resolve()
      }
      guard.settle(
        requestWith(token),
        outcome => note(outcome.granted ? 'granted' : outcome.denial.code),
        () => note('error'),
      )
      seen.push('returned')
    })
  await api.check(requestWith(TOKEN), 'controls:read')
  await ask(TOKEN)
  expect(seen.splice(0)).toEqual(['granted', 'returned'])
  const fresh = [await mint(KEY), await mint(KEY)] as const
  await nextTurn()
  const [first, second] = fresh.map(ask)
  expect(seen.splice(0)).toEqual(['granted', 'returned', 'returned'])
  await Promise.all([first, second])
  expect(seen.splice(0)).toEqual(['granted'])
  await ask(tampered(TOKEN))
  expect(seen).toEqual(['returned', 'signature_invalid'])
})

test('settle() hands what a callback throws to the other one, at once or later', async () => {
  const guard = api.guard('controls:read')
  const fails = (token: string) =>
    new Promise(resolve => {
      guard.settle(
        requestWith(token),
        () => {
          throw new Error('from the callback')
        },
        resolve,
      )
    })
  await api.check(requestWith(TOKEN), 'controls:read')
  for (const token of [TOKEN, await mint(KEY)]) expect(await fails(token)).toEqual(new Error('from the callback'))
})
