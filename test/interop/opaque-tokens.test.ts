import { type ClientAuthentication, type IntrospectionOptions, introspection } from '@scopeward/core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { recordEvents } from '../support/events.ts'
import { AUDIENCE, OTHER_AUDIENCE } from './support/audiences.ts'
import { EXPIRED, MISDIRECTED, REALM, refused, unavailable } from './support/challenges.ts'
import { CALLERS, INTROSPECTORS } from './support/opaque-clients.ts'
import { type OpaqueProvider, startOpaqueProvider } from './support/opaque-provider.ts'
import { CLIENT_SECRET } from './support/provider.ts'
import { openidClientSource, TOKEN_SOURCES, type TokenSource } from './support/token-sources.ts'
import { startTrustingApis, type TrustingApis, type TrustOptions } from './support/trusting-apis.ts'

const READ = { resource: AUDIENCE, scope: 'reports:read' }
const SERVICE = { subject: CALLERS.service, clientId: CALLERS.service, kind: 'service' }
const ALICE = { subject: 'alice', clientId: CALLERS.app, kind: 'user' }

let provider: OpaqueProvider

beforeAll(async () => {
  provider = await startOpaqueProvider()
})
afterAll(() => provider.stop())

const bySecret: ClientAuthentication = { method: 'client_secret_basic', clientSecret: CLIENT_SECRET }

function asked(changes: Partial<IntrospectionOptions> = {}) {
  return introspection({
    issuer: provider.issuer,
    clientId: INTROSPECTORS.bySecret,
    clientAuthentication: bySecret,
    profile: 'oidcProviderOpaque',
    ...changes,
  })
}

/** Each request asks the provider. */
const askedEachTime = () => asked({ cacheSeconds: 0 })

async function startedApis(options: TrustOptions): Promise<TrustingApis> {
  const apis = await startTrustingApis(options)
  onTestFinished(() => apis.stop())
  return apis
}

const sources = () => TOKEN_SOURCES.map(([, sourceOf]) => sourceOf(provider.issuer))
const serviceToken = () => openidClientSource(provider.issuer).clientCredentials(CALLERS.service, READ)

describe.each<[string, () => ClientAuthentication, string]>([
  ['client_secret_basic', () => bySecret, INTROSPECTORS.bySecret],
  [
    'private_key_jwt',
    () => ({
      method: 'private_key_jwt',
      privateKey: provider.introspectorKey,
      algorithm: 'ES256',
      keyId: 'introspector',
    }),
    INTROSPECTORS.byKey,
  ],
  [
    'tls_client_auth',
    () => ({
      method: 'tls_client_auth',
      ...provider.introspectorCertificate,
      certificateAuthority: provider.serverCertificate.certificate,
    }),
    INTROSPECTORS.byCertificate,
  ],
])('an API that introspects opaque tokens of oidc-provider with %s', (_method, authentication, clientId) => {
  let apis: TrustingApis

  beforeAll(async () => {
    apis = await startTrustingApis({ issuer: asked({ clientId, clientAuthentication: authentication() }) })
  })
  afterAll(() => apis.stop())

  describe.each(TOKEN_SOURCES)('for a token that %s got', (_library, sourceOf) => {
    let source: TokenSource

    beforeAll(() => {
      source = sourceOf(provider.issuer)
    })

    test('a service with the scope is let in, and the handler knows that it is one', async () => {
      const token = await source.clientCredentials(CALLERS.service, READ)
      expect(token).not.toContain('.')
      await apis.expectEverywhere(token, { status: 200, body: SERVICE })
      await apis.expectEverywhere(token, { status: 200 }, 'GET /services')
      await apis.expectEverywhere(token, { status: 403, code: 'insufficient_scope' }, 'GET /users')
    })

    test('a user with the scope is let in, and is not taken for the client (RFC 9700 section 4.15)', async () => {
      const { accessToken } = await source.signIn()
      await apis.expectEverywhere(accessToken, { status: 200, body: ALICE })
      await apis.expectEverywhere(accessToken, { status: 200 }, 'GET /users')
      await apis.expectEverywhere(accessToken, { status: 403, code: 'insufficient_scope' }, 'GET /services')
    })

    test('a token without the scope gets 403 with the scope of the route (RFC 6750 section 3.1)', async () => {
      const token = await source.clientCredentials(CALLERS.service, READ)
      await apis.expectEverywhere(token, { status: 200 })
      const description = 'The access token does not carry the privilege that this resource requires'
      const challenge = `${REALM}, error="insufficient_scope", error_description="${description}", scope="reports:write"`
      await apis.expectEverywhere(token, { status: 403, code: 'insufficient_scope', challenge }, 'POST /reports')
      const writer = await source.clientCredentials(CALLERS.service, { ...READ, scope: 'reports:write' })
      await apis.expectEverywhere(writer, { status: 200 }, 'POST /reports')
    })

    test('a token for another resource is refused (RFC 7662 section 4, RFC 8707 section 2)', async () => {
      await apis.expectEverywhere(await source.clientCredentials(CALLERS.service, READ), { status: 200 })
      const misdirected = await source.clientCredentials(CALLERS.service, { ...READ, resource: OTHER_AUDIENCE })
      await apis.expectEverywhere(misdirected, MISDIRECTED)
    })

    test('a token for no resource at all is refused (RFC 7662 section 2.2)', async () => {
      await apis.expectEverywhere(await source.clientCredentials(CALLERS.service, READ), { status: 200 })
      await apis.expectEverywhere(await source.clientCredentials(CALLERS.service, {}), refused('claim_missing'))
    })

    test('a refresh token is refused, though the provider calls it active (RFC 6749 section 1.5)', async () => {
      const { accessToken, refreshToken } = await source.signIn()
      await apis.expectEverywhere(accessToken, { status: 200, body: ALICE })
      const events = recordEvents()
      await apis.expectEverywhere(refreshToken, refused('claim_missing'))
      events.stop()
      // It has no `token_type` either, but is for no API in the first place.
      expect(events.denied.map(({ detail }) => detail)).toEqual([{ claim: 'aud' }, { claim: 'aud' }])
    })
  })

  test('a token that nobody issued is refused (RFC 7662 section 2.2)', async () => {
    const token = await serviceToken()
    await apis.expectEverywhere(token, { status: 200 })
    await apis.expectEverywhere(`${token.slice(0, -1)}~`, refused('token_inactive'))
  })
})

test('a revoked token is refused at the next question (RFC 7009 section 2)', async () => {
  const apis = await startedApis({ issuer: askedEachTime() })
  for (const source of sources()) {
    const token = await source.clientCredentials(CALLERS.service, READ)
    const kept = await source.clientCredentials(CALLERS.service, READ)
    await apis.expectEverywhere(token, { status: 200 })
    await source.revoke(CALLERS.service, token)
    await apis.expectEverywhere(token, refused('token_inactive'))
    await apis.expectEverywhere(kept, { status: 200 })
  }
})

test('a revoked token is believed until the ten seconds of an answer are over (RFC 7662 section 4)', async () => {
  let passed = 0
  const apis = await startedApis({ issuer: asked(), clock: () => Date.now() + passed })
  const source = openidClientSource(provider.issuer)
  const token = await source.clientCredentials(CALLERS.service, READ)
  await apis.expectEverywhere(token, { status: 200 })
  await source.revoke(CALLERS.service, token)
  await apis.expectEverywhere(token, { status: 200 })
  passed += 10_000
  await apis.expectEverywhere(token, refused('token_inactive'))
})

test('a user whose refresh token was revoked is out at the next question (RFC 7009 section 2.1)', async () => {
  const apis = await startedApis({ issuer: askedEachTime() })
  for (const source of sources()) {
    const { accessToken, refreshToken } = await source.signIn()
    await apis.expectEverywhere(accessToken, { status: 200, body: ALICE })
    await source.revoke(CALLERS.app, refreshToken)
    await apis.expectEverywhere(accessToken, refused('token_inactive'))
  }
})

test('a token that expired at the provider is refused (RFC 7662 section 2.2)', async () => {
  const apis = await startedApis({ issuer: askedEachTime() })
  const token = await openidClientSource(provider.issuer).clientCredentials(CALLERS.shortLived, READ)
  await apis.expectEverywhere(token, { status: 200 })
  await expect
    .poll(() => apis.expectEverywhere(token, refused('token_inactive')).then(() => 'refused'), { timeout: 10_000 })
    .toBe('refused')
  await apis.expectEverywhere(await serviceToken(), { status: 200 })
})

test('a token is refused once its exp is past here, whatever the provider thinks (RFC 7662 section 2.2)', async () => {
  let passed = 0
  const clock = () => Date.now() + passed
  const remembering = await startedApis({ issuer: asked(), clock })
  const token = await serviceToken()
  await remembering.expectEverywhere(token, { status: 200 })
  passed += 606_000
  await remembering.expectEverywhere(token, EXPIRED)
  const unknowing = await startedApis({ issuer: asked(), clock })
  await unknowing.expectEverywhere(token, EXPIRED)
})

test('under rfc7662, the default, a service of oidc-provider is of unknown kind and a user is a user', async () => {
  const { issuer } = provider
  const definition = introspection({ issuer, clientId: INTROSPECTORS.bySecret, clientAuthentication: bySecret })
  const apis = await startedApis({ issuer: definition })
  for (const source of sources()) {
    const token = await source.clientCredentials(CALLERS.service, READ)
    await apis.expectEverywhere(token, { status: 200, body: { ...SERVICE, kind: 'unknown' } })
    for (const route of ['GET /services', 'GET /users']) {
      await apis.expectEverywhere(token, { status: 403, code: 'insufficient_scope' }, route)
    }
    const { accessToken } = await source.signIn()
    await apis.expectEverywhere(accessToken, { status: 200, body: ALICE })
  }
})

test('while the provider is down requests get 503, and after it they are served again (RFC 9110 section 15.6.4)', async () => {
  const remote = await startOpaqueProvider()
  onTestFinished(() => remote.stop())
  const apis = await startedApis({ issuer: asked({ issuer: remote.issuer, cacheSeconds: 0 }) })
  const token = await openidClientSource(remote.issuer).clientCredentials(CALLERS.service, READ)
  await apis.expectEverywhere(token, { status: 200 })
  await remote.goDown()
  await apis.expectEverywhere(token, unavailable('introspection_unavailable'))
  await remote.comeBack()
  await apis.expectEverywhere(token, { status: 200, body: SERVICE })
})

test('an API that started while the provider was down serves requests a cooldown after it came back', async () => {
  let passed = 0
  const remote = await startOpaqueProvider()
  onTestFinished(() => remote.stop())
  const token = await openidClientSource(remote.issuer).clientCredentials(CALLERS.service, READ)
  await remote.goDown()
  const apis = await startedApis({ issuer: asked({ issuer: remote.issuer }), clock: () => Date.now() + passed })
  await apis.expectEverywhere(token, unavailable('introspection_unavailable'))
  await remote.comeBack()
  passed += 5000
  await apis.expectEverywhere(token, { status: 200, body: SERVICE })
})

test('with wrong credentials of the API requests get 503 and not 401, for it is no verdict on the token', async () => {
  const token = await serviceToken()
  await (await startedApis({ issuer: asked() })).expectEverywhere(token, { status: 200 })
  const clientAuthentication = { method: 'client_secret_basic', clientSecret: 'not-the-secret' } as const
  const apis = await startedApis({ issuer: asked({ clientAuthentication }) })
  await apis.expectEverywhere(token, unavailable('introspection_unavailable'))
})

test('an issuer that stands there with keys too has its JWTs checked by them and its opaque tokens by asking', async () => {
  const apis = await startedApis({ issuer: [provider.issuer, asked()] })
  for (const source of sources()) {
    const jwt = await source.clientCredentials(CALLERS.modern, READ)
    expect(jwt.split('.')).toHaveLength(3)
    const body = { subject: CALLERS.modern, clientId: CALLERS.modern, kind: 'service' }
    await apis.expectEverywhere(jwt, { status: 200, body })
    await apis.expectEverywhere(await source.clientCredentials(CALLERS.service, READ), { status: 200, body: SERVICE })
    const misdirected = await source.clientCredentials(CALLERS.modern, { ...READ, resource: OTHER_AUDIENCE })
    await apis.expectEverywhere(misdirected, MISDIRECTED)
  }
})
