import { generateKeyPairSync } from 'node:crypto'
import { createTestIssuer, forgeryNames, type TestIssuer } from '@scopeward/testing'
import { CompactEncrypt } from 'jose'
import { describe, expect, test } from 'vitest'
import { CLIENT, introspectionOf, startIssuer } from './support/rig.ts'
import { bearer, SCOPE, startCallers, type ThreeCallers } from './support/three-callers.ts'
import { expectGranted, unauthorized } from './support/verdicts.ts'

interface Both {
  /** Signs; its keys are published. */
  readonly a: TestIssuer
  /** Is asked about tokens. */
  readonly b: TestIssuer
  readonly callers: ThreeCallers
}

/** Both are trusted, and both are shown to work: a JWT of A, and an opaque token and a JWT of B. */
async function startBoth(): Promise<Both> {
  const [a, b] = await Promise.all([startIssuer({}), startIssuer({ clients: [CLIENT] })])
  const callers = await startCallers({
    allowHttpOnLoopback: true,
    clockToleranceSeconds: 0,
    issuer: [a.issuer, introspectionOf(b)],
  })
  await expectGranted(callers, await a.token(HONEST), { issuer: a.issuer })
  await expectGranted(callers, b.opaqueToken(HONEST), { issuer: b.issuer })
  await expectGranted(callers, await b.token(HONEST), { issuer: b.issuer })
  expect(b.requests.introspection).toBe(6)
  b.resetRequests()
  return { a, b, callers }
}

const HONEST = { clientId: 'billing', scope: SCOPE } as const
const base64url = (content: string | Uint8Array): string => Buffer.from(content as string).toString('base64url')
const partsOf = (token: string): [string, string, string] => token.split('.') as [string, string, string]

describe('a JWT that does not name the introspecting issuer is never sent to it', () => {
  const ALTERED: readonly (readonly [string, (token: string) => string, ...Parameters<typeof unauthorized>])[] = [
    ['with a padded signature', token => `${token}=`, 'token_malformed'],
    ['with a fourth part', token => `${token}.x`, 'token_malformed'],
    ['with a dot at the end', token => `${token}.`, 'token_malformed'],
    ['without its dots', token => token.replaceAll('.', ''), 'token_malformed'],
    ['with underscores for dots', token => token.replaceAll('.', '_'), 'token_malformed'],
    ['with tildes for dots', token => token.replaceAll('.', '~'), 'token_malformed'],
    ['with slashes for dots', token => token.replaceAll('.', '/'), 'token_malformed'],
    ['with seven parts', token => `a.b.c.d.${token}`, 'token_malformed'],
    ['without its signature', token => partsOf(token).slice(0, 2).join('.'), 'token_malformed'],
    ['with an empty signature', token => `${partsOf(token).slice(0, 2).join('.')}.`, 'token_malformed'],
    ['with an empty payload', token => `${partsOf(token)[0]}..${partsOf(token)[2]}`, 'token_malformed'],
    ['in the other base64 alphabet', token => `${partsOf(token)[0]}.${partsOf(token)[1]}.+/+/`, 'token_malformed'],
    ['whose header breaks off', withHeader('{"alg":"ES256"'), 'token_json_invalid', { part: 'header' }],
    ['whose header is not quite JSON', withHeader("{'alg':'ES256'}"), 'token_json_invalid', { part: 'header' }],
    [
      'whose header begins with white space',
      withHeader(' \n{"alg":"ES256",}'),
      'token_json_invalid',
      { part: 'header' },
    ],
    [
      'whose header names a member twice',
      withHeader('{"alg":"ES256","alg":"ES256"}'),
      'token_json_invalid',
      { part: 'header' },
    ],
    ['whose payload breaks off', withPayload('{"iss":"'), 'token_json_invalid', { part: 'payload' }],
    ['whose payload is a list', withPayload('[]'), 'token_json_invalid', { part: 'payload' }],
    ['by alg none', withHeader('{"alg":"none"}'), 'algorithm_not_allowed'],
    ['by an algorithm that nobody knows', withHeader('{"alg":"XS256"}'), 'algorithm_not_allowed'],
    ['with crit', withHeader('{"alg":"ES256","crit":["x"]}'), 'header_not_accepted', { parameter: 'crit' }],
  ]

  function withHeader(header: string): (token: string) => string {
    return token => [base64url(header), ...partsOf(token).slice(1)].join('.')
  }
  function withPayload(payload: string): (token: string) => string {
    return token => [partsOf(token)[0], base64url(payload), partsOf(token)[2]].join('.')
  }

  test('of another trusted issuer, damaged', async () => {
    const { a, b, callers } = await startBoth()
    for (const [name, alter, code, detail] of ALTERED) {
      const token = alter(await a.token(HONEST))
      expect(await callers.ask(token), name).toEqual(unauthorized(code, detail))
    }
    expect(b.requests.introspection).toBe(0)
  })

  test('of another trusted issuer, in lower case', async () => {
    const { a, b, callers } = await startBoth()
    for (let round = 0; round < 10; round++) {
      expect((await callers.ask((await a.token(HONEST)).toLowerCase())).status).toBe(401)
    }
    expect(b.requests.introspection).toBe(0)
  })

  test('of another trusted issuer, genuine but not accepted', async () => {
    const { a, b, callers } = await startBoth()
    const refused = unauthorized('audience_mismatch', { audiences: 1 })
    expect(await callers.ask(await a.token({ ...HONEST, audience: 'https://x.example' }))).toEqual(refused)
    expect(await callers.ask(await a.token({ ...HONEST, expiresInSeconds: -60 }))).toEqual(
      unauthorized('token_expired'),
    )
    expect(await callers.ask(await a.forge('alg-none', HONEST))).toEqual(unauthorized('token_malformed'))
    expect(b.requests.introspection).toBe(0)
  })

  test('of another trusted issuer, forged in any way there is', async () => {
    const { a, b, callers } = await startBoth()
    for (const name of forgeryNames('ES256')) {
      const outcome = await callers.core.check(bearer(await a.forge(name, HONEST)), SCOPE)
      expect(outcome.granted, name).toBe(false)
      expect(b.requests.introspection, name).toBe(0)
    }
  })

  test('of an issuer that nobody knows, without iss, or with one that is none', async () => {
    const { b, callers } = await startBoth()
    await using stranger = await createTestIssuer({ algorithm: 'ES256' })
    const withIss = (iss: unknown) => stranger.token({ ...HONEST, claims: { iss } })
    const untrusted = unauthorized('issuer_not_trusted')
    expect(await callers.ask(await stranger.token(HONEST))).toEqual(untrusted)
    expect(await callers.ask(await withIss(undefined))).toEqual(unauthorized('claim_missing', { claim: 'iss' }))
    for (const iss of [
      `${b.issuer}/`,
      b.issuer.toUpperCase(),
      ` ${b.issuer}`,
      [b.issuer],
      { iss: b.issuer },
      '',
      null,
      7,
    ]) {
      expect(await callers.ask(await withIss(iss)), JSON.stringify(iss)).toEqual(untrusted)
    }
    expect(b.requests.introspection).toBe(0)
  })

  test('that is encrypted, which nobody here can read (RFC 7516)', async () => {
    const { a, b, callers } = await startBoth()
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const nested = await new CompactEncrypt(Buffer.from(await a.token(HONEST)))
      .setProtectedHeader({ alg: 'RSA-OAEP', enc: 'A128GCM', cty: 'JWT' })
      .encrypt(publicKey)
    expect(await callers.ask(nested)).toEqual(unauthorized('token_malformed'))
    expect(b.requests.introspection).toBe(0)
  })
})

describe('the introspecting issuer is asked', () => {
  test('about its own JWTs, whoever signed them: its word counts', async () => {
    const { b, callers } = await startBoth()
    const own = await b.token({ ...HONEST, subject: 'alice' })
    await expectGranted(callers, own, { issuer: b.issuer, subject: 'alice', kind: 'user' })
    expect(b.lastIntrospection?.token).toBe(own)
    const forged = await b.forge('wrong-key', HONEST)
    expect(await callers.ask(forged)).toEqual(unauthorized('token_inactive'))
    b.revoke(own)
    expect(b.requests.introspection).toBe(6)
  })

  test('about tokens with dots that are no JWTs', async () => {
    const { b, callers } = await startBoth()
    for (const token of ['ory_at_abc.def', 'ya29.a0.Ab', 'a.b.c', '..', 'W10.W10.W10']) {
      expect(await callers.ask(token), token).toEqual(unauthorized('token_inactive'))
      expect(b.lastIntrospection?.token).toBe(token)
    }
  })

  test('and is the only one: without one, opaque tokens are malformed', async () => {
    const a = await startIssuer({})
    const callers = await startCallers({ allowHttpOnLoopback: true, issuer: [a.issuer] })
    await expectGranted(callers, await a.token(HONEST))
    expect(await callers.ask(a.opaqueToken(HONEST))).toEqual(unauthorized('token_malformed'))
    expect(a.requests.introspection).toBe(0)
  })
})

describe('an issuer that is listed with its keys and with introspection', () => {
  test('is asked about its opaque tokens alone; its JWTs are checked by its keys', async () => {
    const issuer = await startIssuer({ clients: [CLIENT] })
    for (const order of [
      [issuer.issuer, introspectionOf(issuer)],
      [introspectionOf(issuer), issuer.issuer],
    ]) {
      issuer.resetRequests()
      const callers = await startCallers({ allowHttpOnLoopback: true, issuer: order })
      const jwt = await issuer.token(HONEST)
      await expectGranted(callers, jwt)
      expect(issuer.requests.introspection).toBe(0)
      await expectGranted(callers, issuer.opaqueToken(HONEST))
      expect(issuer.requests.introspection).toBe(3)
      expect(await callers.ask(await issuer.forge('wrong-key', HONEST))).toEqual(unauthorized('signature_invalid'))
      expect(issuer.requests.introspection).toBe(3)
    }
  })
})
