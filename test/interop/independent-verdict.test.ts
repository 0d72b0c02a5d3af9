import { createResourceServer, type DenialCode, type ResourceServer, TokenRejected } from '@scopeward/core'
import { createTestIssuer, type ForgeryName, forgeryNames, type TestIssuer, type TokenInput } from '@scopeward/testing'
import * as oauth from 'oauth4webapi'
import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scopes } from './support/apis.ts'
import { AUDIENCE, OTHER_AUDIENCE } from './support/audiences.ts'
import { discover } from './support/clients.ts'
import { type Algorithm, CLIENTS, createSigning, type RunningProvider, startProvider } from './support/provider.ts'
import { discoverServer } from './support/token-sources.ts'

const ALGORITHMS: readonly Algorithm[] = ['RS256', 'ES256', 'Ed25519']

/** Two verdicts about the tokens of one issuer for one API. */
class Judges {
  readonly #ours: ResourceServer<keyof typeof scopes>
  readonly #server: oauth.AuthorizationServer

  static async about(issuer: string): Promise<Judges> {
    return new Judges(issuer, await discoverServer(issuer))
  }

  private constructor(issuer: string, server: oauth.AuthorizationServer) {
    this.#ours = createResourceServer({ issuer, audience: AUDIENCE, scopes, allowHttpOnLoopback: true })
    this.#server = server
  }

  /** Everything but a verdict is thrown on. */
  ours(token: string): Promise<'accepted' | DenialCode> {
    return this.#ours.verify(token).then(
      () => 'accepted' as const,
      error => {
        if (error instanceof TokenRejected) return error.code
        throw error
      },
    )
  }

  /** Of oauth4webapi, with the same algorithms; everything but a verdict is thrown on. */
  async theirs(token: string): Promise<'accepted' | 'refused'> {
    const request = new Request(AUDIENCE, { headers: { authorization: `Bearer ${token}` } })
    const options = {
      [oauth.allowInsecureRequests]: true,
      signingAlgorithms: ['RS256', 'PS256', 'ES256', 'Ed25519'],
    }
    try {
      await oauth.validateJwtAccessToken(this.#server, request, AUDIENCE, options)
      return 'accepted'
    } catch (error) {
      if (error instanceof oauth.OperationProcessingError || error instanceof oauth.UnsupportedOperationError) {
        return 'refused'
      }
      throw error
    }
  }
}

describe.each(ALGORITHMS)('tokens of oidc-provider signed with %s', algorithm => {
  let provider: RunningProvider
  let judges: Judges
  const tokens = new Map<string, string>()

  beforeAll(async () => {
    provider = await startProvider(await createSigning(algorithm, 'first'))
    judges = await Judges.about(provider.issuer)
    const [service, api] = await Promise.all([discover(provider, CLIENTS.service), discover(provider, CLIENTS.api)])
    const grant = async (parameters: Record<string, string>) =>
      (await client.clientCredentialsGrant(service, parameters)).access_token
    const request = { scope: 'openid reports:read', login_hint: 'alice', resource: AUDIENCE }
    const { auth_req_id } = await client.initiateBackchannelAuthentication(api, request)
    const ciba = 'urn:openid:params:grant-type:ciba'
    const signIn = await client.genericGrantRequest(api, ciba, { auth_req_id, resource: AUDIENCE })
    tokens.set('a service', await grant({ resource: AUDIENCE, scope: 'reports:read' }))
    tokens.set('a service without scope', await grant({ resource: AUDIENCE }))
    tokens.set('a user', signIn.access_token)
    tokens.set('an ID token', String(signIn.id_token))
    tokens.set('another resource', await grant({ resource: OTHER_AUDIENCE }))
    tokens.set('no resource', await grant({}))
  })
  afterAll(() => provider.stop())

  test.each(['a service', 'a service without scope', 'a user'])('%s: both accept', async name => {
    const token = String(tokens.get(name))
    expect([await judges.ours(token), await judges.theirs(token)]).toEqual(['accepted', 'accepted'])
  })

  test.each<[string, DenialCode]>([
    ['an ID token', 'type_not_accepted'],
    ['another resource', 'audience_mismatch'],
    ['no resource', 'token_malformed'],
  ])('%s: both refuse (RFC 9068 section 4)', async (name, code) => {
    expect(await judges.ours(String(tokens.get('a service')))).toBe('accepted')
    const token = String(tokens.get(name))
    expect([await judges.ours(token), await judges.theirs(token)]).toEqual([code, 'refused'])
  })
})

const now = Math.floor(Date.now() / 1000)

/** Unusual, and allowed by RFC 9068 and RFC 7519: we accept them, so oauth4webapi must too. */
const UNUSUAL: readonly (TokenInput & { readonly name: string })[] = [
  { name: 'a user', subject: 'alice' },
  { name: 'several audiences', audience: [OTHER_AUDIENCE, AUDIENCE] },
  { name: 'the audience twice', audience: [AUDIENCE, AUDIENCE] },
  { name: 'the full media type in capitals', header: { typ: 'Application/AT+JWT' } },
  { name: 'no kid, of an issuer with one key', header: { kid: undefined } },
  { name: 'keys in the header that nobody reads', header: { jku: 'https://elsewhere.example.com/', x5c: ['AA=='] } },
  { name: 'unknown header parameters', header: { nonce: 'n', url: 'https://elsewhere.example.com/' } },
  { name: 'nbf of the past', claims: { nbf: now - 10 } },
  { name: 'times with fractions', claims: { iat: now - 10.5, exp: now + 300.5 } },
  { name: 'iat in 1970', claims: { iat: 0 } },
  { name: 'exp a second ago, within the tolerance', expiresInSeconds: -1 },
  { name: 'nbf three seconds ahead, within the tolerance', claims: { nbf: now + 3 } },
  { name: 'roles and groups', claims: { roles: ['auditor'], groups: ['everyone'] } },
  { name: 'an actor', claims: { act: { sub: 'assistant' } } },
  { name: 'a sign-in that no route asks about', subject: 'alice', claims: { auth_time: now, acr: '1', amr: ['pwd'] } },
]

/** What we refuse and oauth4webapi accepts. It never accepts what we refuse for any other reason. */
const STRICTER: Readonly<Record<string, readonly ForgeryName[]>> = {
  'header parameters that change what a token means are refused, not ignored (RFC 7797 section 7, RFC 7519 section 7.2)':
    ['b64-false', 'cty-jwt'],
  'JSON that two parsers read differently is refused (RFC 8725 section 3.7, RFC 7515 section 5.2)': [
    'header-duplicate-alg',
    'payload-invalid-utf8',
    'payload-bom',
    'payload-duplicate-scope',
    'payload-duplicate-escaped',
    'payload-deep',
    'lone-surrogate',
  ],
  'base64url has one spelling, so that a token has one (RFC 7515 section 2, RFC 4648 section 3.5)': [
    'signature-padding',
    'signature-noncanonical',
    'base64-standard-alphabet',
  ],
  'every audience must be a string (RFC 7519 section 4.1.3)': ['audience-mixed-array'],
  'a token must end, at a time that a date can hold (RFC 9068 section 2.2)': ['exp-infinity', 'exp-huge'],
  'a token of the future was prepared by somebody (RFC 7519 section 4.1.6)': ['issued-in-future'],
  'oauth4webapi leaves the scope to the application (RFC 8693 section 4.2, RFC 6749 section 3.3)': [
    'scope-array',
    'scope-object',
    'scope-double-space',
    'scope-tab',
    'scope-nbsp',
    'scope-leading-space',
    'scope-too-many',
  ],
}

const REASONS = new Map(
  Object.entries(STRICTER).flatMap(([reason, names]) => names.map(name => [name, reason] as const)),
)

describe.each(ALGORITHMS)('tokens of the test issuer signed with %s', algorithm => {
  let issuer: TestIssuer
  let judges: Judges

  beforeAll(async () => {
    issuer = await createTestIssuer({ algorithm })
    judges = await Judges.about(issuer.issuer)
  })
  afterAll(() => issuer.stop())

  const honest = { audience: AUDIENCE, scope: 'reports:read' }

  test.each([{ name: 'nothing unusual' }, ...UNUSUAL])('with $name: both accept', async ({ name: _, ...input }) => {
    const token = await issuer.token({ ...honest, ...input })
    expect([await judges.ours(token), await judges.theirs(token)]).toEqual(['accepted', 'accepted'])
  })

  test.each(forgeryNames(algorithm))('forged, %s: we refuse, and so do they unless a reason is listed', async name => {
    expect(await judges.ours(await issuer.token(honest))).toBe('accepted')
    const token = await issuer.forge(name, honest)
    expect(await judges.ours(token)).not.toBe('accepted')
    expect(await judges.theirs(token)).toBe(REASONS.has(name) ? 'accepted' : 'refused')
  })

  test.each<[string, TokenInput]>([
    ['an empty subject, which names nobody', { claims: { sub: '' } }],
    ['an empty client identifier', { claims: { client_id: '' } }],
    ['an empty jti, which identifies nothing', { claims: { jti: '' } }],
    ['an empty scope, which RFC 6749 section 3.3 has no room for', { scope: '' }],
    ['a scope that is null', { claims: { scope: null } }],
    ['an iat before 1970', { claims: { iat: -1 } }],
    ['a binding to nothing', { claims: { cnf: {} } }],
    ['authorization_details that are no array (RFC 9396 section 2)', { claims: { authorization_details: 'x' } }],
  ])('with %s: we refuse what they leave to the application', async (_case, input) => {
    expect(await judges.ours(await issuer.token(honest))).toBe('accepted')
    const token = await issuer.token({ ...honest, ...input })
    expect(await judges.ours(token)).toMatch(/^claim_invalid$|^sender_constraint_unsupported$/)
    expect(await judges.theirs(token)).toBe('accepted')
  })
})
