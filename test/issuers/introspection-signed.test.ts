import { createSecretKey } from 'node:crypto'
import { CompactSign } from 'jose'
import { describe, expect, test } from 'vitest'
import { type Endpoint, startEndpoint, trusting } from './support/endpoint.ts'
import { createRig, startIssuer } from './support/rig.ts'
import { SCOPE, startCallers, type ThreeCallers } from './support/three-callers.ts'
import { expectGranted, unauthorized, unavailable } from './support/verdicts.ts'

const signedRig = () => createRig({ introspection: { signedResponses: true, algorithms: ['ES256'] } })

describe('a signed answer is believed (RFC 9701 section 5)', () => {
  test('and asked for by its media type', async () => {
    const { callers, issuer, token } = await signedRig()
    await expectGranted(callers, token())
    expect(issuer.lastIntrospection?.accept).toBe('application/token-introspection+jwt')
    expect(issuer.requests.jwks).toBe(3)
    expect(await callers.ask('never-issued')).toEqual(unauthorized('token_inactive'))
  })

  test.each<[string, Record<string, unknown>?, Record<string, unknown>?]>([
    ['for several clients', { aud: ['other-api', 'reports-api'] }],
    ['with exp in the future', { exp: 4e9 }],
    ['with typ as a full media type', {}, { typ: 'application/token-introspection+jwt' }],
    ['with typ in capitals', {}, { typ: 'Token-Introspection+JWT' }],
  ])('%s', async (_name, claims = {}, header = {}) => {
    const { callers, token } = await signedRig()
    await expectGranted(callers, token({ introspectionJwt: { claims, header } }))
  })

  test('what it says of the token is checked like any other answer', async () => {
    const { callers, token } = await signedRig()
    await expectGranted(callers, token())
    const refused = unauthorized('audience_mismatch', { audiences: 1 })
    expect(await callers.ask(token({ audience: 'https://other.example.com' }))).toEqual(refused)
    expect(await callers.ask(token({ introspection: { token_type: 'DPoP' } }))).toEqual(
      unauthorized('claim_invalid', { claim: 'token_type' }),
    )
  })
})

describe('a signed answer that is not for this question, here and now, is 503', () => {
  const refused = (code: string) => `the signed answer was refused (${code})`
  const NOT_NOW = 'the signed answer is not from now'
  const NO_OBJECT = 'the signed answer has no object token_introspection'
  const OTHER_CLIENT = 'the signed answer is for another client'
  const now = 1_767_225_600
  test.each<[string, Record<string, unknown>, Record<string, unknown>, string]>([
    ['of another issuer', { iss: 'https://other.example.com' }, {}, 'the signed answer is of another issuer'],
    ['without iss', { iss: undefined }, {}, 'the signed answer is of another issuer'],
    ['for another client', { aud: 'other-api' }, {}, OTHER_CLIENT],
    ['for the audience of tokens', { aud: 'https://api.example.com' }, {}, OTHER_CLIENT],
    ['for a client with a longer name', { aud: 'reports-api-2' }, {}, OTHER_CLIENT],
    ['for a list in a list', { aud: [['reports-api']] }, {}, OTHER_CLIENT],
    ['for nobody', { aud: undefined }, {}, OTHER_CLIENT],
    ['of a minute and more ago', { iat: now - 66 }, {}, NOT_NOW],
    ['of the future', { iat: now + 6 }, {}, NOT_NOW],
    ['without iat', { iat: undefined }, {}, NOT_NOW],
    ['with iat a string', { iat: String(now) }, {}, NOT_NOW],
    ['that expired', { exp: now - 5 }, {}, NOT_NOW],
    ['with exp a string', { exp: '4000000000' }, {}, NOT_NOW],
    ['with exp null', { exp: null }, {}, NOT_NOW],
    ['without token_introspection', { token_introspection: undefined, active: true }, {}, NO_OBJECT],
    ['with token_introspection a list', { token_introspection: [{ active: true }] }, {}, NO_OBJECT],
    ['with token_introspection null', { token_introspection: null }, {}, NO_OBJECT],
    [
      'with active beside it',
      { token_introspection: {}, active: true },
      {},
      'the answer does not say whether the token is active',
    ],
    ['with typ JWT', {}, { typ: 'JWT' }, refused('type_not_accepted')],
    ['with the typ of access tokens', {}, { typ: 'at+jwt' }, refused('type_not_accepted')],
    ['without typ', {}, { typ: undefined }, refused('type_not_accepted')],
    ['with an unknown kid', {}, { kid: 'key-9' }, refused('key_unknown')],
    ['that is nested', {}, { cty: 'JWT' }, refused('header_not_accepted')],
  ])('%s', async (_name, claims, header, reason) => {
    const { callers, token } = await signedRig()
    await expectGranted(callers, token({ introspectionJwt: { claims: { iat: now - 65 } } }))
    expect(await callers.ask(token({ introspectionJwt: { claims, header } }))).toEqual(unavailable(reason))
  })
})

describe('a body that is no answer signed by the issuer is 503', () => {
  /** Asks an endpoint of its own, whose keys the test issuer publishes, after an honest answer. */
  async function answering(sign: (payload: object) => Promise<string> | string): Promise<[ThreeCallers, Endpoint]> {
    const [endpoint, issuer] = await Promise.all([startEndpoint(), startIssuer({})])
    const { jwksUri } = issuer
    const callers = await startCallers(
      trusting(endpoint, { signedResponses: true, algorithms: ['ES256'], jwksUri, cacheSeconds: 0 }),
    )
    const seconds = Math.floor(Date.now() / 1000)
    const token_introspection = {
      active: true,
      token_type: 'Bearer',
      client_id: 'billing',
      sub: 'billing',
      aud: 'https://api.example.com',
      scope: SCOPE,
      exp: seconds + 300,
    }
    const payload = { iss: endpoint.issuer, aud: 'reports-api', iat: seconds, token_introspection }
    const honest = await sealed(payload, issuer.signingKey.privateKey, { alg: 'ES256', kid: 'key-1' })
    endpoint.reply = () => ({ body: honest })
    await expectGranted(callers, 'opaque')
    const body = await sign(payload)
    endpoint.reply = () => ({ body })
    return [callers, endpoint]
  }

  const sealed = (payload: object, key: Parameters<CompactSign['sign']>[0], header: { alg: string; kid?: string }) =>
    new CompactSign(Buffer.from(JSON.stringify(payload)))
      .setProtectedHeader({ typ: 'token-introspection+jwt', ...header })
      .sign(key)
  const encoded = (content: object): string => Buffer.from(JSON.stringify(content)).toString('base64url')
  const refused = (code: string) => unavailable(`the signed answer was refused (${code})`)

  test('signed by the key of somebody else', async () => {
    const stranger = await startIssuer({})
    const [callers] = await answering(payload =>
      sealed(payload, stranger.signingKey.privateKey, { alg: 'ES256', kid: 'key-1' }),
    )
    expect(await callers.ask('opaque')).toEqual(refused('signature_invalid'))
  })

  test('alg none', async () => {
    const header = { alg: 'none', typ: 'token-introspection+jwt' }
    const [unsigned] = await answering(payload => `${encoded(header)}.${encoded(payload)}.`)
    expect(await unsigned.ask('opaque')).toEqual(refused('token_malformed'))
    const [signed] = await answering(payload => `${encoded(header)}.${encoded(payload)}.AAAA`)
    expect(await signed.ask('opaque')).toEqual(refused('algorithm_not_allowed'))
  })

  test('HS256 with the client secret, or with the published key', async () => {
    for (const secret of ['correct horse battery staple and more', '{"kty":"EC","crv":"P-256","x":"…"}']) {
      const key = createSecretKey(secret, 'utf8')
      const [callers] = await answering(payload => sealed(payload, key, { alg: 'HS256', kid: 'key-1' }))
      expect(await callers.ask('opaque')).toEqual(refused('algorithm_not_allowed'))
    }
  })

  test('plain JSON, active or not: whoever sits in between could write that', async () => {
    for (const plain of ['{"active":false}', '{"active":true}']) {
      const [callers] = await answering(() => plain)
      expect(await callers.ask('opaque')).toEqual(refused('token_malformed'))
    }
  })

  test.each(['', 'a.b.c', 'nonsense', 'e30.e30.e30', 'eyJhbGciOiJFUzI1NiJ9.e30.AAAA\n'])('%j', async body => {
    const [callers] = await answering(() => body)
    const answer = await callers.ask('opaque')
    expect([answer.status, answer.code]).toEqual([503, 'introspection_unavailable'])
    expect(answer.detail?.reason).toMatch(/^the signed answer was refused \([a-z_]+\)$/)
  })
})

describe('the keys of signed answers', () => {
  test('rotate: a new key is found, and a withdrawn one is believed no more', async () => {
    const { callers, clock, issuer, token } = await createRig({
      introspection: { signedResponses: true, algorithms: ['ES256'], cacheSeconds: 0 },
    })
    const opaque = token()
    await expectGranted(callers, opaque)
    clock.advance({ seconds: 5 })
    await issuer.rotateKeys({ keepOld: false })
    await expectGranted(callers, opaque)
    clock.advance({ seconds: 5 })
    const stranger = await startIssuer({})
    issuer.publish({ keys: [stranger.signingKey.publicJwk] })
    clock.advance({ hours: 1 })
    expect(await callers.ask(opaque)).toEqual(unavailable('the signed answer was refused (key_unknown)'))
  })

  test('that cannot be fetched are 503 keys_unavailable, for nobody knows what the answer is worth', async () => {
    const { callers, issuer, token } = await createRig({
      introspection: { signedResponses: true, algorithms: ['ES256'] },
      keySetFault: 'down',
    })
    expect(await callers.ask(token())).toEqual(unavailable('', 'keys_unavailable'))
    issuer.setFault(undefined)
  })
})

describe('a signed answer is no access token (RFC 9701 section 8.1)', () => {
  test('for the issuer that made it, listed with its keys beside', async () => {
    const issuer = await startIssuer({})
    const callers = await startCallers({ allowHttpOnLoopback: true, issuer: issuer.issuer })
    await expectGranted(callers, await issuer.token({ clientId: 'billing', scope: SCOPE }))
    const header = { typ: 'token-introspection+jwt' }
    const token_introspection = { active: true }
    const answer = await issuer.token({ clientId: 'billing', scope: SCOPE, header, claims: { token_introspection } })
    expect(await callers.ask(answer)).toEqual(unauthorized('type_not_accepted'))
  })
})
