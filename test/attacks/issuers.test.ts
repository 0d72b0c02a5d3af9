import { createHmac, randomBytes } from 'node:crypto'
import { ConfigurationError, type IssuerDefinition, sharedSecret } from '@scopeward/core'
import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import { afterAll, describe, expect, test } from 'vitest'
import { HANDLED } from './apis.ts'
import { holdRows } from './hold-rows.ts'
import { compact, type Honest, honestToken, signerOf, withClaims, withHeader } from './mint.ts'
import { answersTo, bearer, CANARY, checksOf, expectAccepted, expectRefused, restarted, useBench } from './support.ts'

holdRows()

let second: TestIssuer
/** Both issuers are trusted, and both call their key `key-1`. */
const bench = useBench(['ES256'], async issuer => {
  second = await createTestIssuer({ algorithm: 'ES256', clock: bench.clock })
  return { issuer: [issuer.issuer, second.issuer] }
})
afterAll(() => second.stop())

const tokenOf = (issuer: TestIssuer, scope = 'items:read'): Promise<Honest> =>
  honestToken(issuer, { key: 'key-1', scope, claims: { canary: CANARY } })

const both = async (): Promise<readonly [Honest, Honest]> => [await tokenOf(bench.issuer), await tokenOf(second)]

describe('CL9: two trusted issuers with one kid (RFC 8725 section 3.8)', () => {
  test('CL9 a token of either is refused with the signature of the other', async () => {
    const [ours, theirs] = await both()
    expect(ours.key.kid).toBe(theirs.key.kid)
    for (const { token } of [ours, theirs]) await expectAccepted(bench, token)
    await expectRefused(bench, compact(ours, { sign: signerOf(theirs.key) }), 'signature_invalid')
    await expectRefused(bench, compact(theirs, { sign: signerOf(ours.key) }), 'signature_invalid')
    for (const { token } of [ours, theirs]) await expectAccepted(bench, token)
  })

  test('CL9 an issuer that names the other in iss is refused, with its own kid and without one', async () => {
    const [ours, theirs] = await both()
    for (const { token } of [ours, theirs]) await expectAccepted(bench, token)
    const named = { ...theirs, claims: { ...theirs.claims, iss: ours.claims.iss } }
    await expectRefused(bench, compact(named, {}), 'signature_invalid')
    await expectRefused(bench, withHeader({ kid: undefined })(named), 'signature_invalid')
  })

  test('CL9 requests that come at once are each judged by the issuer of their own token', async () => {
    const [ours, theirs] = [await tokenOf(bench.issuer, 'items:read'), await tokenOf(second, 'items:read admin')]
    const started = await restarted(bench, { issuer: [bench.issuer.issuer, second.issuer] })
    const tokens = Array.from({ length: 20 }, (_, index) => compact(index % 2 === 0 ? ours : theirs, {}))
    const answers = await Promise.all(tokens.map(token => answersTo(started, bearer(token))))
    for (const [index, each] of answers.entries()) {
      const scopes = index % 2 === 0 ? ['items:read'] : ['items:read', 'admin']
      for (const { body } of each) expect(JSON.parse(body)).toEqual({ [HANDLED]: true, scopes })
    }
    const outcomes = await Promise.all(tokens.map(token => checksOf(started, token)))
    for (const [index, each] of outcomes.entries()) {
      const { issuer } = index % 2 === 0 ? bench.issuer : second
      for (const outcome of each) expect(outcome).toMatchObject({ granted: true, access: { issuer } })
    }
  })
})

describe('CL9: kids that make two caches one where they are joined with the issuer (CVE-2025-59936)', () => {
  const joined = (): readonly string[] => [
    ...[':', '/', '|', ' ', '\0', ',', '#', '::'].flatMap(mark => [
      `key-1${mark}${second.issuer}`,
      `${second.issuer}${mark}key-1`,
      `ES256${mark}key-1${mark}${second.issuer}`,
    ]),
    `${second.issuer}/.well-known/jwks.json:key-1`,
    JSON.stringify([second.issuer, 'key-1']),
  ]

  test('CL9 a kid with the name of the other issuer in it leads to no key of that issuer', async () => {
    const [ours, theirs] = await both()
    for (const { token } of [ours, theirs]) await expectAccepted(bench, token)
    for (const kid of joined()) {
      const header = { ...ours.header, kid }
      await expectRefused(bench, compact(ours, { header, sign: signerOf(theirs.key) }), 'key_unknown')
    }
  })

  test('CL9 an issuer that publishes such kids signs for itself with them, and for nobody else', async () => {
    const [ours, theirs] = await both()
    const kids = joined()
    bench.issuer.publish({ keys: ['key-1', ...kids].map(kid => ({ ...ours.key.publicJwk, kid })) })
    const started = await restarted(bench, { issuer: [bench.issuer.issuer, second.issuer] })
    await expectAccepted(started, theirs.token)
    for (const kid of kids) {
      await expectAccepted(started, withHeader({ kid })(ours))
      const stolen = { ...ours, claims: { ...ours.claims, iss: second.issuer } }
      await expectRefused(started, withHeader({ kid })(stolen), 'key_unknown')
      await expectRefused(started, withHeader({ kid: 'key-1' })(stolen), 'signature_invalid')
    }
    await expectAccepted(started, theirs.token)
    bench.issuer.publish(undefined)
  })

  test('CL10 the issuer is looked up before any key: a stranger costs no request to anybody', async () => {
    const [ours, theirs] = await both()
    for (const { token } of [ours, theirs]) await expectAccepted(bench, token)
    bench.clock.advance({ seconds: 6 })
    for (const issuer of [bench.issuer, second]) issuer.resetRequests()
    for (const iss of ['https://attacker.example', `${second.issuer}/`, `${second.issuer}:key-1`]) {
      const named = { ...ours, claims: { ...ours.claims, iss } }
      for (const kid of ['key-1', 'unknown'])
        await expectRefused(bench, withHeader({ kid })(named), 'issuer_not_trusted')
    }
    for (const { requests } of [bench.issuer, second]) expect(requests).toMatchObject({ metadata: 0, jwks: 0 })
  })
})

const SECRET = randomBytes(32)
const LEGACY = 'https://legacy.example.com'

/** The claims of the honest token, signed with a secret. */
function hmac(honest: Honest, secret: string | Uint8Array, iss: unknown = LEGACY): string {
  const header = { alg: 'HS256', typ: 'at+jwt' }
  const sign = (input: string) => createHmac('sha256', secret).update(input).digest()
  return compact(honest, { header, payload: { ...honest.claims, iss }, sign })
}

describe('ALG3, ALG5: an issuer with a shared secret beside one with keys', () => {
  /** Trusts an issuer with a key set and one with a shared secret. */
  const bench = useBench(['ES256'], async ({ issuer }) => ({
    issuer: [issuer, sharedSecret({ issuer: LEGACY, secrets: [SECRET] })],
  }))

  test('ALG5 an HMAC with an empty secret, or with any other, is refused (CVE-2026-44351, CVE-2026-45363)', async () => {
    const honest = await bench.honest()
    await expectAccepted(bench, honest.token)
    await expectAccepted(bench, hmac(honest, SECRET))
    const others = ['', '\0', Buffer.alloc(32), 'undefined', 'null', '[object Object]', SECRET.toString('hex')]
    const spelled = [SECRET.toString('base64'), SECRET.toString('base64url'), Buffer.concat([SECRET, Buffer.from([1])])]
    for (const secret of [...others, ...spelled]) await expectRefused(bench, hmac(honest, secret), 'signature_invalid')
  })

  test('ALG3 neither kind of signature stands in for the other', async () => {
    const honest = await bench.honest()
    await expectAccepted(bench, honest.token)
    await expectAccepted(bench, hmac(honest, SECRET))
    await expectRefused(bench, hmac(honest, SECRET, honest.claims.iss), 'algorithm_not_allowed')
    await expectRefused(bench, withClaims({ iss: LEGACY })(honest), 'algorithm_not_allowed')
    const pem = honest.key.publicKey.export({ format: 'pem', type: 'spki' })
    await expectRefused(bench, hmac(honest, pem, honest.claims.iss), 'algorithm_not_allowed')
    await expectRefused(bench, hmac(honest, pem), 'signature_invalid')
  })

  const noSecrets = [
    '',
    Buffer.alloc(0),
    'short',
    Buffer.alloc(32),
    undefined,
    null,
    5,
    {},
    { toString: () => 'x'.repeat(40) },
    [SECRET],
  ]
  test.each(noSecrets.map(value => [value]))(
    'ALG5 %o is no secret: no such issuer can be made (CVE-2022-23529)',
    secret => {
      sharedSecret({ issuer: LEGACY, secrets: [SECRET] })
      expect(() => sharedSecret({ issuer: LEGACY, secrets: [secret as string] })).toThrow(ConfigurationError)
      expect(() => sharedSecret({ issuer: LEGACY, secrets: [SECRET, secret as string] })).toThrow(ConfigurationError)
    },
  )

  test('ALG5 a function that answers with the issuer lets its tokens in, and those of nobody else', async () => {
    const honest = await bench.honest()
    const started = await restarted(bench, { issuer: () => sharedSecret({ issuer: LEGACY, secrets: [SECRET] }) })
    await expectAccepted(started, hmac(honest, SECRET))
    await expectRefused(started, hmac(honest, ''), 'signature_invalid')
    await expectRefused(started, hmac(honest, SECRET, `${LEGACY}/`), 'issuer_unavailable')
  })

  const answers: readonly (readonly [string, () => unknown, 'issuer_not_trusted' | 'issuer_unavailable'])[] = [
    ['undefined', () => undefined, 'issuer_not_trusted'],
    ['null', () => null, 'issuer_not_trusted'],
    ['an empty name', () => '', 'issuer_unavailable'],
    ['an object without anything', () => ({}), 'issuer_unavailable'],
    ['a promise of nothing', async () => undefined, 'issuer_not_trusted'],
    ['an empty key set', () => ({ issuer: LEGACY, jwks: { keys: [] } }), 'issuer_unavailable'],
    ['an empty secret', () => sharedSecret({ issuer: LEGACY, secrets: [''] }), 'issuer_unavailable'],
    ['another issuer', () => sharedSecret({ issuer: `${LEGACY}/`, secrets: [SECRET] }), 'issuer_unavailable'],
  ]
  test.each(answers)('ALG5 a function for the issuer that answers with %s lets nobody in', async (_, answer, code) => {
    const honest = await bench.honest()
    const token = hmac(honest, SECRET)
    await expectAccepted(bench, token)
    const started = await restarted(bench, { issuer: answer as () => IssuerDefinition })
    for (const secret of [SECRET, '', 'undefined']) await expectRefused(started, hmac(honest, secret), code)
  })
})
