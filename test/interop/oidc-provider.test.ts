import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningApi, startExpressApi, startFastifyApi } from './support/apis.ts'
import { AUDIENCE, OTHER_AUDIENCE } from './support/audiences.ts'
import { discover } from './support/clients.ts'
import { type Answer, send, withToken } from './support/denials.ts'
import {
  type Algorithm,
  CLIENT_SECRET,
  CLIENTS,
  createSigning,
  type RunningProvider,
  startProvider,
} from './support/provider.ts'

const REALM = `Bearer realm="${AUDIENCE}"`
const NOT_VALID = `${REALM}, error="invalid_token", error_description="The access token is not valid"`

function refusedAs(code: string, challenge: string): Partial<Answer> {
  return { status: 401, code, challenge }
}

describe.each<Algorithm>(['RS256', 'ES256', 'Ed25519'])('oidc-provider signing with %s', algorithm => {
  let provider: RunningProvider
  let service: client.Configuration
  let api: client.Configuration

  beforeAll(async () => {
    provider = await startProvider(await createSigning(algorithm, 'first'))
    ;[service, api] = await Promise.all([discover(provider, CLIENTS.service), discover(provider, CLIENTS.api)])
  })
  afterAll(() => provider.stop())

  async function accessToken(parameters: Record<string, string>): Promise<string> {
    return (await client.clientCredentialsGrant(service, parameters)).access_token
  }

  /** A user signs in at the API's own client (CIBA): an access token for a person, and an ID token beside it. */
  async function signIn(): Promise<{ accessToken: string; idToken: string }> {
    const request = { scope: 'openid reports:read', login_hint: 'alice', resource: AUDIENCE }
    const { auth_req_id } = await client.initiateBackchannelAuthentication(api, request)
    const grantType = 'urn:openid:params:grant-type:ciba'
    const tokens = await client.genericGrantRequest(api, grantType, { auth_req_id, resource: AUDIENCE })
    return { accessToken: tokens.access_token, idToken: String(tokens.id_token) }
  }

  describe.each([
    ['Express', startExpressApi],
    ['Fastify', startFastifyApi],
  ])('for an API in %s', (_framework, start) => {
    let running: RunningApi
    let honest: string

    beforeAll(async () => {
      running = await start({ issuer: provider.issuer })
      honest = await accessToken({ resource: AUDIENCE, scope: 'reports:read' })
    })
    afterAll(() => running.stop())

    const read = (token: string) => send(running.reports, withToken(token))

    async function expectRefused(token: string, refusal: Partial<Answer>): Promise<void> {
      expect((await read(honest)).status).toBe(200)
      expect(await read(token)).toMatchObject(refusal)
    }

    test('a service with the scope is let in, and the handler knows who it is', async () => {
      expect(await read(honest)).toEqual({
        status: 200,
        challenge: null,
        code: undefined,
        body: { subject: CLIENTS.service, clientId: CLIENTS.service, kind: 'service' },
      })
    })

    test('a user with the scope is let in, and is not taken for the client (RFC 9068 section 2.2)', async () => {
      const { accessToken } = await signIn()
      const body = { subject: 'alice', clientId: CLIENTS.api, kind: 'user' }
      expect(await read(accessToken)).toMatchObject({ status: 200, body })
    })

    test('a token without the scope gets 403 with the scope of the route (RFC 6750 section 3.1)', async () => {
      expect((await read(honest)).status).toBe(200)
      const detail = 'The access token does not carry the privilege that this resource requires'
      expect(await send(running.reports, { method: 'POST', ...withToken(honest) })).toEqual({
        status: 403,
        code: 'insufficient_scope',
        challenge: `${REALM}, error="insufficient_scope", error_description="${detail}", scope="reports:write"`,
        body: { title: 'Forbidden', status: 403, detail, error: 'insufficient_scope' },
      })
      const writer = await accessToken({ resource: AUDIENCE, scope: 'reports:write' })
      expect((await send(running.reports, { method: 'POST', ...withToken(writer) })).status).toBe(200)
    })

    test('a request without a token gets 401 without an error code (RFC 6750 section 3)', async () => {
      expect(await send(running.reports, {})).toEqual({
        status: 401,
        code: 'credentials_missing',
        challenge: `${REALM}, scope="reports:read"`,
        body: { title: 'Unauthorized', status: 401, detail: 'This resource needs an access token' },
      })
    })

    test('a token for another resource is refused (RFC 9068 section 4, RFC 8707 section 2)', async () => {
      const misdirected = await accessToken({ resource: OTHER_AUDIENCE, scope: 'reports:read' })
      const description = 'The access token is meant for another audience'
      const challenge = `${REALM}, error="invalid_token", error_description="${description}"`
      await expectRefused(misdirected, refusedAs('audience_mismatch', challenge))
    })

    test('a token with a scope written into it afterwards is refused (RFC 7515 section 5.2)', async () => {
      const [header, payload = '', signature] = honest.split('.')
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
      const richer = Buffer.from(JSON.stringify({ ...claims, scope: 'reports:read reports:write' }))
      await expectRefused(
        [header, richer.toString('base64url'), signature].join('.'),
        refusedAs('signature_invalid', NOT_VALID),
      )
    })

    test('an opaque token, as issued where no resource was asked for, is refused (RFC 8707 section 2)', async () => {
      const opaque = await accessToken({})
      expect(opaque).not.toContain('.')
      await expectRefused(opaque, refusedAs('token_malformed', NOT_VALID))
    })

    test('an ID token is refused, even one for a client that has the name of the API (RFC 9068 section 4)', async () => {
      const { idToken } = await signIn()
      expect(decodeClaims(idToken)).toMatchObject({ iss: provider.issuer, aud: AUDIENCE })
      await expectRefused(idToken, refusedAs('type_not_accepted', NOT_VALID))
    })

    test('a signed introspection response for this API is refused as a token (RFC 9701 section 5)', async () => {
      const response = await introspect(api, await accessToken({}))
      expect(decodeClaims(response)).toMatchObject({ iss: provider.issuer, aud: AUDIENCE })
      await expectRefused(response, refusedAs('type_not_accepted', NOT_VALID))
    })

    test('the challenges are read by a real client as they are meant', async () => {
      const opaque = await accessToken({})
      const challenged = (method: string, token: string, options?: client.DPoPOptions) =>
        client
          .fetchProtectedResource(service, token, running.reports, method, undefined, undefined, options)
          .catch(error => (error instanceof client.WWWAuthenticateChallengeError ? error.cause : error))

      expect(await challenged('GET', honest)).toMatchObject({ status: 200 })
      expect(await challenged('GET', opaque)).toEqual([
        {
          scheme: 'bearer',
          parameters: { realm: AUDIENCE, error: 'invalid_token', error_description: 'The access token is not valid' },
        },
      ])
      expect(await challenged('POST', honest)).toMatchObject([
        { scheme: 'bearer', parameters: { realm: AUDIENCE, error: 'insufficient_scope', scope: 'reports:write' } },
      ])
      const DPoP = client.getDPoPHandle(service, await client.randomDPoPKeyPair())
      expect(await challenged('GET', honest, { DPoP })).toEqual([
        { scheme: 'bearer', parameters: { realm: AUDIENCE, scope: 'reports:read' } },
      ])
    })
  })
})

/** openid-client reads such responses only as JSON; the API asks for the signed form itself (RFC 9701 section 4). */
async function introspect(api: client.Configuration, token: string): Promise<string> {
  const response = await fetch(String(api.serverMetadata().introspection_endpoint), {
    method: 'POST',
    headers: { accept: 'application/token-introspection+jwt' },
    body: new URLSearchParams({ token, client_id: CLIENTS.api, client_secret: CLIENT_SECRET }),
  })
  expect(response.headers.get('content-type')).toMatch('application/token-introspection+jwt')
  return response.text()
}

function decodeClaims(token: string): unknown {
  return JSON.parse(Buffer.from(String(token.split('.')[1]), 'base64url').toString())
}
