import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { refusalFor } from '../support/refusals.ts'
import { holdRows } from './hold-rows.ts'
import { compact, signerOf, withClaims, withHeader } from './mint.ts'
import { answersTo, bearer, expectAccepted, expectCheckRefused, expectRefused, restarted, useBench } from './support.ts'

holdRows()

const bench = useBench()
let attacker: TestIssuer

beforeAll(async () => {
  attacker = await createTestIssuer({ algorithm: 'ES256', clock: bench.clock })
})
afterAll(() => attacker.stop())

/** Six servers trust the issuer: two frameworks and `check()`, with two engines each. */
const SERVERS = 6

describe('CL9, CL10: the issuer decides whose keys count (RFC 8725 section 3.8)', () => {
  test('CL9 the attacker has a key with the same kid, and it counts for nothing', async () => {
    const honest = await bench.honest()
    await expectAccepted(bench, honest.token)
    expect(attacker.signingKey.kid).toBe(honest.key.kid)
    await expectRefused(bench, compact(honest, { sign: signerOf(attacker.signingKey) }), 'signature_invalid')
    const own = withClaims({ iss: attacker.issuer })(honest)
    await expectRefused(
      bench,
      compact(
        { ...honest, claims: { ...honest.claims, iss: attacker.issuer } },
        { sign: signerOf(attacker.signingKey) },
      ),
      'issuer_not_trusted',
    )
    await expectRefused(bench, own, 'issuer_not_trusted')
  })

  test('CL10 an issuer that the token names is never asked for its keys', () => {
    expect(Object.values(attacker.requests)).toEqual([0, 0, 0, 0, 0, 0])
  })
})

describe('NET1, NET2: floods of tokens that no key fits (coreos/go-oidc#482, CVE-2026-48524)', () => {
  test('NET1 unknown kids cause one fetch per server and cool-down', async () => {
    const honest = await bench.honest()
    await expectAccepted(bench, honest.token)
    bench.clock.advance({ seconds: 6 })
    bench.issuer.resetRequests()
    for (let i = 0; i < 20; i++) await expectRefused(bench, withHeader({ kid: `unknown-${i}` })(honest), 'key_unknown')
    expect(bench.issuer.requests.jwks).toBe(SERVERS)
    await expectAccepted(bench, honest.token)
  })

  test('NET2 bad signatures cause one fetch per server and cool-down', async () => {
    const honest = await bench.honest()
    await expectAccepted(bench, honest.token)
    bench.clock.advance({ seconds: 6 })
    bench.issuer.resetRequests()
    for (let i = 0; i < 20; i++) {
      const forged = compact(honest, { payload: { ...honest.claims, i }, sign: signerOf(attacker.signingKey) })
      await expectRefused(bench, forged, 'signature_invalid')
    }
    expect(bench.issuer.requests.jwks).toBe(SERVERS)
  })

  test('NET1 what is wrong without any key causes no fetch at all', async () => {
    const honest = await bench.honest()
    bench.clock.advance({ seconds: 6 })
    bench.issuer.resetRequests()
    for (const [changes, code] of [
      [{ aud: 'x' }, 'audience_mismatch'],
      [{ iss: attacker.issuer }, 'issuer_not_trusted'],
      [{ exp: 1 }, 'token_expired'],
    ] as const) {
      await expectRefused(bench, withClaims(changes)({ ...honest, header: { ...honest.header, kid: 'unknown' } }), code)
    }
    await expectRefused(bench, withHeader({ kid: 'unknown', typ: 'JWT' })(honest), 'type_not_accepted')
    await expectRefused(bench, withHeader({ kid: 'unknown', alg: 'none' })(honest), 'algorithm_not_allowed')
    expect(bench.issuer.requests.jwks).toBe(0)
  })

  test('NET1 a flood while the issuer is down leaves the good keys good, and is not answered with 401', async () => {
    const honest = await bench.honest()
    await expectAccepted(bench, honest.token)
    bench.issuer.setFault('down')
    bench.clock.advance({ seconds: 6 })
    bench.issuer.resetRequests()
    for (let i = 0; i < 10; i++) {
      for (const { status, body } of await answersTo(bench, bearer(withHeader({ kid: `unknown-${i}` })(honest)))) {
        expect({ status, challenge: [], body }).toEqual(refusalFor('keys_unavailable', ''))
      }
      await expectCheckRefused(bench, withHeader({ kid: `unknown-${i}` })(honest), 'keys_unavailable')
      await expectAccepted(bench, (await bench.honest()).token)
    }
    expect(bench.issuer.requests.metadata + bench.issuer.requests.jwks).toBeLessThanOrEqual(2 * SERVERS)
    bench.issuer.setFault(undefined)
    bench.clock.advance({ seconds: 60 })
    await expectAccepted(bench, (await bench.honest()).token)
  })
})

describe('NET6: where metadata may send us for keys (RFC 8414 section 2)', () => {
  const addresses = [
    'http://login.example.com/jwks',
    'http://169.254.169.254/latest/meta-data',
    'http://127.0.0.1/jwks',
    'http://127.0.0.1.attacker.example/jwks',
    'HTTP://login.example.com/jwks',
    'file:///etc/passwd',
    'data:application/json,{"keys":[]}',
    'blob:https://login.example.com/1',
    '/jwks',
    '//login.example.com/jwks',
    '',
    5,
    null,
    ['https://login.example.com/jwks'],
    undefined,
  ] as const

  test.each(addresses)('NET6 jwks_uri %j is never asked', async jwksUri => {
    const issuer = 'https://login.example.com'
    const token = withClaims({ iss: issuer })(await bench.honest())
    let address: unknown = jwksUri
    const asked: string[] = []
    const started = await restarted(bench, {
      issuer,
      allowHttpOnLoopback: false,
      fetch: async url => {
        asked.push(String(url))
        const keys = bench.issuer.keys.map(key => key.publicJwk)
        return Response.json(String(url).includes('/.well-known/') ? { issuer, jwks_uri: address } : { keys })
      },
    })
    await expectRefused(started, token, 'keys_unavailable')
    const places = ['oauth-authorization-server', 'openid-configuration'].map(name => `${issuer}/.well-known/${name}`)
    expect(asked.sort()).toEqual(places.flatMap(place => Array(SERVERS).fill(place)))
    address = 'https://keys.example.net/jwks'
    bench.clock.advance({ seconds: 6 })
    await expectAccepted(started, token)
  })
})

describe('NET9, NET11: keys that come and go (GHSA-675f-rq2r-jw82, SEEN11)', () => {
  test('NET1 a flood cannot starve a key that the issuer has just rotated to (SEEN10)', async () => {
    const old = await bench.honest()
    await expectAccepted(bench, old.token)
    const key = await bench.issuer.rotateKeys()
    const early = await bench.issuer.token({ key, scope: 'items:read', claims: { canary: old.claims.canary } })
    for (let i = 0; i < 15; i++) {
      const flood = withHeader({ kid: `flood-${i}` })(old)
      for (const { status } of await answersTo(bench, bearer(flood))) expect(status).toBe(401)
      await expectCheckRefused(bench, flood, 'key_unknown')
    }
    bench.clock.advance({ seconds: 6 })
    await expectAccepted(bench, early)
    await expectAccepted(bench, old.token)
  })

  test('NET11 a kid with new key material: the old tokens are refused, the new ones are not', async () => {
    const old = await bench.honest()
    await expectAccepted(bench, old.token)
    await bench.issuer.replaceKey('key-1')
    bench.clock.advance({ seconds: 6 })
    await expectAccepted(bench, (await bench.honest()).token)
    await expectRefused(bench, old.token, 'signature_invalid')
  })

  test('NET9 a key that is no longer published ends its tokens, those that are remembered as well', async () => {
    const honest = await bench.honest()
    await expectAccepted(bench, honest.token)
    bench.issuer.withdrawKey('key-1')
    bench.clock.advance({ seconds: 6 })
    await answersTo(bench, bearer(withHeader({ kid: 'unknown' })(honest)))
    for (const { core } of bench.apis)
      await expect(core.verify(withHeader({ kid: 'unknown' })(honest))).rejects.toThrow()
    await expectRefused(bench, honest.token, 'key_unknown')
  })
})
