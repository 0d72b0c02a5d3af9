import { randomUUID } from 'node:crypto'
import { CompactSign, UnsecuredJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestIssuer, type TestClock, type TestIssuer, type TestKey, testClock } from '../../src/index.ts'
import { assertionParameters } from '../support.ts'

let clock: TestClock
let issuer: TestIssuer
/** The client's keys: those of another test issuer. */
let owner: TestIssuer
let key: TestKey

beforeEach(async () => {
  clock = testClock()
  owner = await createTestIssuer({ algorithm: 'ES256', clock })
  key = owner.signingKey
  issuer = await createTestIssuer({
    algorithm: 'ES256',
    clock,
    clients: [
      { clientId: 'api', jwks: { keys: [key.publicJwk] }, scopes: [] },
      { clientId: 'both', clientSecret: 's', jwks: { keys: [key.publicJwk] }, scopes: [] },
      { clientId: 'secret', clientSecret: 's', scopes: [] },
    ],
  })
})
afterEach(() => Promise.all([issuer.stop(), owner.stop()]))

type Members = Record<string, unknown>

/** An assertion that is honest but for the changes. */
function assertion(claims: Members = {}, header: Members = {}, by: TestKey = key): Promise<string> {
  const now = Math.floor(clock() / 1000)
  const payload = { iss: 'api', sub: 'api', aud: issuer.issuer, jti: randomUUID(), iat: now, exp: now + 60, ...claims }
  return new CompactSign(Buffer.from(JSON.stringify(payload)))
    .setProtectedHeader({ alg: by.algorithm, kid: by.kid, ...header })
    .sign(by.privateKey)
}

interface Result {
  readonly status: number
  readonly body: Members
}

async function post(url: string, parameters: Members, headers: Record<string, string> = {}): Promise<Result> {
  const body = new URLSearchParams(parameters as Record<string, string>)
  const response = await fetch(url, { method: 'POST', body, headers })
  return { status: response.status, body: (await response.json()) as Members }
}

function introspect(parameters: Members, headers?: Record<string, string>): Promise<Result> {
  return post(issuer.introspectionEndpoint, { token: 'unknown', ...parameters }, headers)
}

const ACCEPTED = { status: 200, body: { active: false } }

function refused(why: string): Result {
  const body = { error: 'invalid_client', error_description: `the client assertion is not valid: ${why}` }
  return { status: 401, body }
}

describe('private_key_jwt (RFC 7523 section 3) is accepted', () => {
  test('at the introspection endpoint, and named by lastIntrospection', async () => {
    expect(await introspect(assertionParameters(await assertion()))).toEqual(ACCEPTED)
    expect(issuer.lastIntrospection).toMatchObject({ clientId: 'api', method: 'private_key_jwt', token: 'unknown' })
  })

  test('at the token endpoint, where the audience may be its URL', async () => {
    const parameters = assertionParameters(await assertion({ aud: issuer.tokenEndpoint }))
    const { status, body } = await post(issuer.tokenEndpoint, { ...parameters, grant_type: 'client_credentials' })
    expect([status, body.token_type]).toEqual([200, 'Bearer'])
  })

  test.each<[string, () => Members]>([
    ['the URL of the endpoint', () => ({ aud: issuer.introspectionEndpoint })],
    ['a list with the issuer', () => ({ aud: ['https://other.example', issuer.issuer] })],
    ['exp in a second', () => ({ exp: clock() / 1000 + 1 })],
  ])('with %s', async (_, claims) => {
    expect(await introspect(assertionParameters(await assertion(claims())))).toEqual(ACCEPTED)
  })

  test('with its own client_id beside it', async () => {
    expect(await introspect({ ...assertionParameters(await assertion()), client_id: 'api' })).toEqual(ACCEPTED)
  })

  test('for a client with a secret too, which may use either', async () => {
    const both = assertionParameters(await assertion({ iss: 'both', sub: 'both' }))
    expect(await introspect(both)).toEqual(ACCEPTED)
    expect(await introspect({ client_id: 'both', client_secret: 's' })).toEqual(ACCEPTED)
  })

  test('with a jti that another client has used', async () => {
    expect(await introspect(assertionParameters(await assertion({ jti: 'a' })))).toEqual(ACCEPTED)
    const other = await assertion({ iss: 'both', sub: 'both', jti: 'a' })
    expect(await introspect(assertionParameters(other))).toEqual(ACCEPTED)
  })
})

describe('private_key_jwt (RFC 7523 section 3) is refused with invalid_client', () => {
  test.each<[string, () => Members, string]>([
    ['another iss', () => ({ iss: 'both' }), 'unexpected iss claim value'],
    ['no iss', () => ({ iss: undefined }), 'missing required iss claim'],
    ['no sub', () => ({ sub: undefined }), 'sub is missing'],
    ['an unknown sub', () => ({ iss: 'nobody', sub: 'nobody' }), 'unknown client, or one without jwks'],
    ['a client without jwks', () => ({ iss: 'secret', sub: 'secret' }), 'unknown client, or one without jwks'],
    ['another aud', () => ({ aud: 'https://other.example' }), 'unexpected aud claim value'],
    ['the URL of another endpoint', () => ({ aud: issuer.tokenEndpoint }), 'unexpected aud claim value'],
    ['no aud', () => ({ aud: undefined }), 'missing required aud claim'],
    ['no exp', () => ({ exp: undefined }), 'missing required exp claim'],
    ['exp by the clock of the issuer', () => ({ exp: clock() / 1000 }), 'exp claim timestamp check failed'],
    ['no jti', () => ({ jti: undefined }), 'missing required jti claim'],
    ['a number as jti', () => ({ jti: 1 }), 'jti must be text'],
  ])('%s', async (_, claims, why) => {
    expect(await introspect(assertionParameters(await assertion()))).toEqual(ACCEPTED)
    expect(await introspect(assertionParameters(await assertion(claims())))).toEqual(refused(why))
  })

  test('a jti that was used before, at whichever endpoint', async () => {
    const parameters = assertionParameters(await assertion())
    expect(await introspect(parameters)).toEqual(ACCEPTED)
    expect(await introspect(parameters)).toEqual(refused('jti was used before'))
    const again = await post(issuer.tokenEndpoint, { ...parameters, grant_type: 'client_credentials' })
    expect(again).toEqual(refused('jti was used before'))
  })

  test('the second of two at the same time', async () => {
    const parameters = assertionParameters(await assertion())
    const results = await Promise.all([introspect(parameters), introspect(parameters)])
    expect(results.map(({ status }) => status).sort()).toEqual([200, 401])
  })

  test('a key that the client does not have, though its kid is the same', async () => {
    const stranger = issuer.signingKey
    expect(stranger.kid).toBe(key.kid)
    const forged = await assertion({}, {}, stranger)
    expect(await introspect(assertionParameters(forged))).toEqual(refused('signature verification failed'))
  })

  test('no signature at all, and what is no JWT', async () => {
    const claims = { iss: 'api', sub: 'api', aud: issuer.issuer, jti: 'a', exp: clock() / 1000 + 60 }
    const unsigned = await introspect(assertionParameters(new UnsecuredJWT(claims).encode()))
    expect([unsigned.status, unsigned.body.error]).toEqual([401, 'invalid_client'])
    expect(await introspect(assertionParameters('a.b'))).toEqual(refused('not a JWT'))
  })

  test('a missing assertion, and a missing or other type of it', async () => {
    const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
    const why = `client_assertion_type must be ${type}`
    const client_assertion = await assertion()
    expect(await introspect({ client_assertion })).toEqual(refused(why))
    expect(await introspect({ client_assertion, client_assertion_type: 'jwt-bearer' })).toEqual(refused(why))
    expect(await introspect({ client_assertion_type: type })).toEqual(refused('client_assertion is missing'))
    expect(await introspect({ client_assertion, client_assertion_type: type })).toEqual(ACCEPTED)
  })

  test('an empty secret of a client that has none', async () => {
    const authorization = `Basic ${btoa('api:')}`
    const { status, body } = await introspect({}, { authorization })
    expect([status, body.error_description]).toEqual([401, 'unknown client or wrong secret'])
  })
})

describe('private_key_jwt is refused with invalid_request', () => {
  test.each<[string, Members, Record<string, string>]>([
    ['a secret beside it', { client_id: 'both', client_secret: 's' }, {}],
    ['Basic beside it', {}, { authorization: `Basic ${btoa('both:s')}` }],
  ])('%s (RFC 6749 section 2.3)', async (_, parameters, headers) => {
    const both = { iss: 'both', sub: 'both' }
    expect(await introspect(assertionParameters(await assertion(both)))).toEqual(ACCEPTED)
    const twice = await introspect({ ...assertionParameters(await assertion(both)), ...parameters }, headers)
    const error_description = 'the client used two authentication methods'
    expect(twice).toEqual({ status: 400, body: { error: 'invalid_request', error_description } })
  })

  test('a client_id that is not sub (RFC 7521 section 4.2)', async () => {
    const parameters = { ...assertionParameters(await assertion()), client_id: 'both' }
    const error_description = 'client_id is not the client that authenticated'
    const body = { error: 'invalid_request', error_description }
    expect(await introspect(parameters)).toEqual({ status: 400, body })
  })
})
