import { type IntrospectionOptions, introspection } from '@scopeward/core'
import { createTestIssuer, type IntrospectionJwtInput, type TestIssuer } from '@scopeward/testing'
import { decodeJwt } from 'jose'
import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { AUDIENCE, OTHER_AUDIENCE } from './support/audiences.ts'
import { MISDIRECTED, refused, unavailable } from './support/challenges.ts'
import { type AnswerAlgorithm, CALLERS, INTROSPECTORS, signedIntrospector } from './support/opaque-clients.ts'
import { type OpaqueProvider, startOpaqueProvider } from './support/opaque-provider.ts'
import { CLIENT_SECRET } from './support/provider.ts'
import { discoverServer, openidClientSource, type TokenSource } from './support/token-sources.ts'
import { startTrustingApis, type TrustingApis, type TrustOptions } from './support/trusting-apis.ts'

const READ = { resource: AUDIENCE, scope: 'reports:read' }
const SERVICE = { subject: CALLERS.service, clientId: CALLERS.service, kind: 'service' }
const ALICE = { subject: 'alice', clientId: CALLERS.app, kind: 'user' }
const UNAVAILABLE = unavailable('introspection_unavailable')

interface Introspector {
  readonly issuer: string
  readonly clientId: string
  /** What the client is registered with. Default: RS256. */
  readonly algorithm?: AnswerAlgorithm
}

function signedAnswersOf({ issuer, clientId }: Introspector, changes: Partial<IntrospectionOptions> = {}) {
  return introspection({
    issuer,
    clientId,
    clientAuthentication: { method: 'client_secret_basic', clientSecret: CLIENT_SECRET },
    signedResponses: true,
    profile: 'oidcProviderOpaque',
    ...changes,
  })
}

async function startedApis(options: TrustOptions): Promise<TrustingApis> {
  const apis = await startTrustingApis(options)
  onTestFinished(() => apis.stop())
  return apis
}

/** What oauth4webapi says of the answer: `active`, `inactive`, or `refused`; the signature is checked too. */
async function independentVerdict({ issuer, clientId, algorithm }: Introspector, token: string): Promise<string> {
  const server = await discoverServer(issuer)
  const api = { client_id: clientId, ...(algorithm && { introspection_signed_response_alg: algorithm }) }
  const insecure = { [oauth.allowInsecureRequests]: true }
  const secret = oauth.ClientSecretBasic(CLIENT_SECRET)
  const options = { ...insecure, requestJwtResponse: true }
  const response = await oauth.introspectionRequest(server, api, secret, token, options)
  try {
    const { active } = await oauth.processIntrospectionResponse(server, api, response)
    await oauth.validateApplicationLevelSignature(server, response, insecure)
    return active ? 'active' : 'inactive'
  } catch (error) {
    expect(error).toBeInstanceOf(oauth.OperationProcessingError)
    return 'refused'
  }
}

/** The signed answer itself. */
async function signedAnswer({ issuer, clientId }: Introspector, token: string): Promise<string> {
  const { introspection_endpoint } = await discoverServer(issuer)
  const response = await fetch(String(introspection_endpoint), {
    method: 'POST',
    headers: {
      accept: 'application/token-introspection+jwt',
      authorization: `Basic ${Buffer.from(`${encodeURIComponent(clientId)}:${CLIENT_SECRET}`).toString('base64')}`,
    },
    body: new URLSearchParams({ token }),
  })
  expect(response.headers.get('content-type')).toMatch('application/token-introspection+jwt')
  return response.text()
}

describe('oidc-provider', () => {
  let provider: OpaqueProvider
  let source: TokenSource

  beforeAll(async () => {
    provider = await startOpaqueProvider()
    source = openidClientSource(provider.issuer)
  })
  afterAll(() => provider.stop())

  const serviceToken = () => source.clientCredentials(CALLERS.service, READ)

  function introspectorOf(algorithm: AnswerAlgorithm): Introspector {
    return { issuer: provider.issuer, clientId: signedIntrospector(algorithm), algorithm }
  }

  describe.each<AnswerAlgorithm>(['RS256', 'ES256', 'PS256'])('whose answers are signed with %s', algorithm => {
    let apis: TrustingApis
    let introspector: Introspector

    beforeAll(async () => {
      introspector = introspectorOf(algorithm)
      apis = await startTrustingApis({
        issuer: signedAnswersOf(introspector, { cacheSeconds: 0, algorithms: [algorithm] }),
      })
    })
    afterAll(() => apis.stop())

    test('a service and a user are let in for what the signed answer says (RFC 9701 section 5)', async () => {
      const token = await serviceToken()
      const { accessToken } = await source.signIn()
      await apis.expectEverywhere(token, { status: 200, body: SERVICE })
      await apis.expectEverywhere(accessToken, { status: 200, body: ALICE })
      for (const each of [token, accessToken]) expect(await independentVerdict(introspector, each)).toBe('active')
      await apis.expectEverywhere(token, { status: 403, code: 'insufficient_scope' }, 'POST /reports')
    })

    test('tokens that are revoked, for another resource, or no access tokens are refused', async () => {
      const token = await serviceToken()
      const { accessToken, refreshToken } = await source.signIn()
      for (const each of [token, accessToken]) await apis.expectEverywhere(each, { status: 200 })
      const misdirected = await source.clientCredentials(CALLERS.service, { ...READ, resource: OTHER_AUDIENCE })
      await apis.expectEverywhere(misdirected, MISDIRECTED)
      await apis.expectEverywhere(refreshToken, refused('claim_missing'))
      await source.revoke(CALLERS.service, token)
      await apis.expectEverywhere(token, refused('token_inactive'))
      expect(await independentVerdict(introspector, token)).toBe('inactive')
    })

    test('a JWT, the signed answer among them, is refused where the issuer is only asked (RFC 9701 section 5)', async () => {
      const token = await serviceToken()
      await apis.expectEverywhere(token, { status: 200 })
      await apis.expectEverywhere(await signedAnswer(introspector, token), refused('token_inactive'))
      await apis.expectEverywhere(await source.clientCredentials(CALLERS.modern, READ), refused('token_inactive'))
    })
  })

  test('a signed answer for this very API is refused as an access token where the issuer has keys too (RFC 9701 section 5)', async () => {
    const introspector = { issuer: provider.issuer, clientId: INTROSPECTORS.bySecret }
    const apis = await startedApis({ issuer: [provider.issuer, signedAnswersOf(introspector)] })
    const token = await serviceToken()
    await apis.expectEverywhere(token, { status: 200, body: SERVICE })
    const response = await signedAnswer(introspector, token)
    expect(decodeJwt(response)).toMatchObject({ iss: provider.issuer, aud: AUDIENCE })
    await apis.expectEverywhere(response, refused('type_not_accepted'))
  })

  test('an answer signed in a way that the API does not list is not believed (RFC 8725 section 3.1)', async () => {
    const token = await serviceToken()
    const introspector = introspectorOf('RS256')
    const honest = await startedApis({ issuer: signedAnswersOf(introspector, { algorithms: ['RS256'] }) })
    await honest.expectEverywhere(token, { status: 200 })
    const strict = await startedApis({ issuer: signedAnswersOf(introspector, { algorithms: ['ES256'] }) })
    await strict.expectEverywhere(token, UNAVAILABLE)
    expect(await independentVerdict({ ...introspector, algorithm: 'ES256' }, token)).toBe('refused')
  })

  test('an answer in plain JSON is not believed where signed ones are demanded (RFC 9701 section 4)', async () => {
    const unsigning = await startOpaqueProvider({ jwtIntrospection: false })
    onTestFinished(() => unsigning.stop())
    const introspector = { issuer: unsigning.issuer, clientId: INTROSPECTORS.bySecret }
    const token = await openidClientSource(unsigning.issuer).clientCredentials(CALLERS.service, READ)
    const plain = await startedApis({ issuer: signedAnswersOf(introspector, { signedResponses: false }) })
    await plain.expectEverywhere(token, { status: 200, body: SERVICE })
    await (await startedApis({ issuer: signedAnswersOf(introspector) })).expectEverywhere(token, UNAVAILABLE)
  })
})

interface Row extends IntrospectionJwtInput {
  readonly answer: string
  /** Of oauth4webapi. */
  readonly theirs: 'active' | 'refused'
  /** Why we refuse what they accept. */
  readonly because?: string
}

const now = Math.floor(Date.now() / 1000)

const GOOD: readonly Row[] = [
  { answer: 'as it comes', theirs: 'active' },
  { answer: 'for several clients', claims: { aud: ['billing-api', 'reports-api'] }, theirs: 'active' },
  { answer: 'with an exp that is not over', claims: { exp: now + 3600 }, theirs: 'active' },
  { answer: 'with the full media type', header: { typ: 'application/token-introspection+jwt' }, theirs: 'active' },
  { answer: 'without a kid, of an issuer with one key', header: { kid: undefined }, theirs: 'active' },
]

const BAD: readonly Row[] = [
  { answer: 'for another client', claims: { aud: 'billing-api' }, theirs: 'refused' },
  { answer: 'for no client', claims: { aud: undefined }, theirs: 'refused' },
  { answer: 'of another issuer', claims: { iss: 'https://elsewhere.example.com' }, theirs: 'refused' },
  { answer: 'of no issuer', claims: { iss: undefined }, theirs: 'refused' },
  { answer: 'of no time', claims: { iat: undefined }, theirs: 'refused' },
  { answer: 'with a time in a string', claims: { iat: String(now) }, theirs: 'refused' },
  { answer: 'that expired', claims: { exp: now - 3600 }, theirs: 'refused' },
  { answer: 'with nbf of the future', claims: { nbf: now + 3600 }, theirs: 'refused' },
  { answer: 'with nbf in a string', claims: { nbf: 'x' }, theirs: 'refused' },
  { answer: 'with exp null', claims: { exp: null }, theirs: 'refused' },
  { answer: 'with the typ of an access token', header: { typ: 'at+jwt' }, theirs: 'refused' },
  { answer: 'with the typ JWT', header: { typ: 'JWT' }, theirs: 'refused' },
  { answer: 'without typ', header: { typ: undefined }, theirs: 'refused' },
  { answer: 'with an unknown kid', header: { kid: 'key-2' }, theirs: 'refused' },
  { answer: 'with RS512', header: { alg: 'RS512' }, theirs: 'refused' },
  { answer: 'with nothing in it', claims: { token_introspection: undefined }, theirs: 'refused' },
  { answer: 'with a text in it', claims: { token_introspection: '{"active":true}' }, theirs: 'refused' },
  { answer: 'at the top level', claims: { token_introspection: undefined, active: true }, theirs: 'refused' },
  {
    answer: 'of an hour ago',
    claims: { iat: now - 3600 },
    theirs: 'active',
    because: 'an answer is made for one question; an older one was kept by somebody',
  },
  {
    answer: 'of an hour ahead',
    claims: { iat: now + 3600 },
    theirs: 'active',
    because: 'RFC 7519 leaves the check of iat open; an answer of the future was prepared by somebody',
  },
  {
    answer: 'that says it is a nested JWT',
    header: { cty: 'JWT' },
    theirs: 'active',
    because: 'the signature of a nested JWT would be checked by nobody (RFC 7519 section 7.2)',
  },
]

describe('an answer of the test issuer', () => {
  let issuer: TestIssuer
  let introspector: Introspector
  let apis: TrustingApis

  beforeAll(async () => {
    const client = { clientId: 'reports-api', clientSecret: CLIENT_SECRET, scopes: [] }
    issuer = await createTestIssuer({ clients: [client] })
    introspector = { issuer: issuer.issuer, clientId: client.clientId }
    apis = await startTrustingApis({ issuer: signedAnswersOf(introspector, { profile: 'rfc7662' }) })
  })
  afterAll(async () => {
    await apis.stop()
    await issuer.stop()
  })

  function mint({ header = {}, claims = {} }: Partial<Row>): string {
    return issuer.opaqueToken({ audience: AUDIENCE, scope: 'reports:read', introspectionJwt: { header, claims } })
  }

  test.each(GOOD)('$answer is believed here and by oauth4webapi (RFC 9701 section 5)', async row => {
    const token = mint(row)
    await apis.expectEverywhere(token, { status: 200, body: { clientId: 'test-client', kind: 'service' } })
    expect(await independentVerdict(introspector, token)).toBe(row.theirs)
  })

  test.each(BAD)('$answer is not believed, and oauth4webapi finds it $theirs (RFC 9701 section 5)', async row => {
    await apis.expectEverywhere(mint({}), { status: 200 })
    const token = mint(row)
    await apis.expectEverywhere(token, UNAVAILABLE)
    expect(await independentVerdict(introspector, token)).toBe(row.theirs)
    expect(row.because !== undefined, 'a difference needs a reason').toBe(row.theirs === 'active')
  })

  test('the signed answer presented as an access token is refused as what was never issued (RFC 9701 section 5)', async () => {
    const token = mint({})
    await apis.expectEverywhere(token, { status: 200 })
    await apis.expectEverywhere(await signedAnswer(introspector, token), refused('token_inactive'))
  })
})
