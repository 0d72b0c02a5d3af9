import { createResourceServer } from '@scopeward/core'
import { describe, expect, test } from 'vitest'
import { AUDIENCE, SCOPES } from './apis.ts'
import { holdRows } from './hold-rows.ts'
import { changePart, compact, withClaims } from './mint.ts'
import { answersTo, bearer, expectAccepted, expectCheckRefused, expectRefused, useBench } from './support.ts'

holdRows()

const bench = useBench()
const HONEST = { claims: { details: { level: 1 }, roles: ['reader'] } }

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const next = (character: string): string => ALPHABET[(ALPHABET.indexOf(character) + 1) % 64] ?? ''
const tamper = (token: string): string => changePart(token, 2, part => next(part[0] ?? '') + part.slice(1))

async function accessesOf(token: string) {
  return Promise.all(bench.apis.map(({ core }) => core.verify(token)))
}

describe('CL17: what one request leaves behind for another (CVE-2026-35039, SEEN2)', () => {
  test('a handler cannot change the access, and the next request with this token sees it as it was', async () => {
    const { token, claims } = await bench.honest(HONEST)
    await expectAccepted(bench, token)
    for (const { status, body } of await answersTo(bench, { ...bearer(token), path: '/mutate' })) {
      expect([status, JSON.parse(body)]).toEqual([200, { succeeded: [] }])
    }
    for (const { status } of await answersTo(bench, { ...bearer(token), path: '/admin' })) expect(status).toBe(403)
    await expectCheckRefused(bench, token, 'insufficient_scope', 'admin')
    for (const access of await accessesOf(token)) {
      expect(access.claims).toEqual(claims)
      expect([access.clientId, [...access.scopes], access.has('admin')]).toEqual(['test-client', ['items:read'], false])
    }
  })

  test('tokens that differ in one claim alone never share an access', async () => {
    const honest = await bench.honest()
    const variants = [
      {},
      { scope: 'items:read admin' },
      { jti: 'other' },
      { sub: 'alice' },
      { client_id: 'other' },
      { exp: Number(honest.claims.exp) + 1 },
    ]
    const tokens = variants.map(changes => withClaims(changes)(honest))
    for (let round = 0; round < 3; round++) {
      for (const [index, token] of tokens.entries()) {
        await expectAccepted(bench, token)
        for (const { claims } of await accessesOf(token))
          expect(claims).toEqual({ ...honest.claims, ...variants[index] })
      }
    }
    const admins = await Promise.all(tokens.map(token => answersTo(bench, { ...bearer(token), path: '/admin' })))
    expect(admins.map(answers => answers.map(({ status }) => status))).toEqual(
      variants.map(({ scope }) => Array(4).fill(scope === undefined ? 403 : 200)),
    )
  })

  test('tokens of one kid, subject and audience, signed twice, are two tokens (CVE-2026-35039)', async () => {
    const honest = await bench.honest()
    const twin = compact(honest, {})
    expect(twin).not.toBe(honest.token)
    await expectAccepted(bench, honest.token)
    await expectAccepted(bench, twin)
    const [first, second] = await Promise.all([accessesOf(honest.token), accessesOf(twin)])
    expect(first?.[0]).not.toBe(second?.[0])
  })
})

describe('CL17: texts that resemble a token that is remembered', () => {
  const twins = {
    'the last character by another of the same bytes (ENC3)': [
      (token: string) => token.slice(0, -1) + next(token.at(-1) ?? ''),
      'token_malformed',
    ],
    'one character of the signature': [tamper, 'signature_invalid'],
    'padding behind': [(token: string) => `${token}=`, 'token_malformed'],
    'a dot behind': [(token: string) => `${token}.`, 'token_malformed'],
    'another header in front of the same claims and signature': [
      (token: string) =>
        changePart(token, 0, () =>
          Buffer.from('{"alg":"ES256","typ":"at+jwt","kid":"key-1","x":1}').toString('base64url'),
        ),
      'signature_invalid',
    ],
    'the signature in capitals': [
      (token: string) => changePart(token, 2, part => part.toUpperCase().slice(0, -1) + part.slice(-1)),
      'signature_invalid',
    ],
  } as const

  test.each(Object.entries(twins))('%s', async (_, [change, code]) => {
    const { token } = await bench.honest()
    await expectAccepted(bench, token)
    await expectRefused(bench, change(token), code)
    await expectAccepted(bench, token)
  })

  test('the verdict on a token never changes with the number of times it is sent (CVE-2026-35040)', async () => {
    const { token } = await bench.honest()
    const forged = tamper(token)
    for (let round = 0; round < 25; round++) {
      await expectAccepted(bench, token)
      await expectRefused(bench, forged, 'signature_invalid')
    }
  })

  test('the verdict does not depend on the size of the cache', async () => {
    const { token } = await bench.honest()
    const others = await Promise.all(Array.from({ length: 5 }, () => bench.honest()))
    const forged = tamper(token)
    for (const tokenCacheMaxEntries of [0, 1, 2]) {
      const server = createResourceServer({
        ...bench.issuer.options,
        audience: AUDIENCE,
        scopes: SCOPES,
        tokenCacheMaxEntries,
      })
      for (const each of [token, ...others.map(other => other.token), token]) await server.verify(each)
      await expect(server.verify(forged)).rejects.toHaveProperty('code', 'signature_invalid')
    }
  })
})

describe('CL2: what is remembered ends with the token', () => {
  test('a remembered token is refused from the second of its exp on (fast-jwt 6.3.2)', async () => {
    const { token } = await bench.honest({ expiresInSeconds: 30 })
    await expectAccepted(bench, token)
    bench.clock.advance({ seconds: 29.999 })
    await expectAccepted(bench, token)
    bench.clock.advance({ seconds: 0.001 })
    await expectRefused(bench, token, 'token_expired')
  })

  test('a remembered token is refused when the clock goes back behind its nbf and iat', async () => {
    const { token } = await bench.honest()
    await expectAccepted(bench, token)
    bench.clock.advance({ seconds: -1 })
    await expectRefused(bench, token, 'token_issued_in_future')
    bench.clock.advance({ seconds: 1 })
    await expectAccepted(bench, token)
  })
})
