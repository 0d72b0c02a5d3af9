import type { DenialCode, ProfileName } from '@scopeward/core'
import type { MutableToken } from 'oauth2-mock-server'
import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { recordEvents } from '../support/events.ts'
import { AUDIENCE, OTHER_AUDIENCE } from './support/audiences.ts'
import { EXPIRED, MISDIRECTED, REALM, refused } from './support/challenges.ts'
import { discover } from './support/clients.ts'
import { type LegacyIssuer, startLegacyIssuer } from './support/legacy-issuer.ts'
import { CLIENTS, createSigning, startProvider } from './support/provider.ts'
import { startTrustingApis, type TrustingApis, type TrustOptions } from './support/trusting-apis.ts'

const NOBODY = { subject: '', clientId: '', kind: 'unknown' }
const NOT_YET = 'The access token is not valid yet'

let legacy: LegacyIssuer

beforeAll(async () => {
  legacy = await startLegacyIssuer()
})
afterAll(() => legacy.stop())

async function startedApis(options: TrustOptions): Promise<TrustingApis> {
  const apis = await startTrustingApis(options)
  onTestFinished(() => apis.stop())
  return apis
}

/** What operators are told about one token by both frameworks. */
async function deniedEvents(apis: TrustingApis, token: string, code: DenialCode) {
  const events = recordEvents()
  try {
    await apis.expectEverywhere(token, refused(code))
  } finally {
    events.stop()
  }
  expect(events.denied).toHaveLength(2)
  return events.denied
}

describe('the token of oauth2-mock-server as it comes', () => {
  test('is refused by default, and the event names the profile under which it fits (RFC 9068 section 4)', async () => {
    const token = await legacy.token()
    await (await startedApis({ issuer: legacy.issuer, profile: 'plainJwt' })).expectEverywhere(token, { status: 200 })
    const apis = await startedApis({ issuer: legacy.issuer })
    for (const event of await deniedEvents(apis, token, 'type_not_accepted')) {
      expect(event).toMatchObject({
        issuer: legacy.issuer,
        code: 'type_not_accepted',
        detail: { fittingProfile: 'plainJwt' },
        clientId: undefined,
      })
    }
  })

  test('is accepted under plainJwt, which says neither who the client is nor for whom it acts', async () => {
    const apis = await startedApis({ issuer: legacy.issuer, profile: 'plainJwt' })
    const token = await legacy.token()
    await apis.expectEverywhere(token, { status: 200, body: NOBODY })
    const challenge = `${REALM}, error="insufficient_scope", error_description="The access token does not carry the privilege that this resource requires", scope="reports:write"`
    await apis.expectEverywhere(token, { status: 403, code: 'insufficient_scope', challenge }, 'POST /reports')
    for (const route of ['GET /services', 'GET /users']) {
      await apis.expectEverywhere(token, { status: 403, code: 'insufficient_scope' }, route)
    }
  })

  test('is accepted beside oidc-provider, each issuer under its own profile and keys (RFC 8725 section 3.8)', async () => {
    const provider = await startProvider(await createSigning('ES256', 'first'))
    const forger = await startLegacyIssuer('ES256', 'first')
    onTestFinished(async () => void (await Promise.all([provider.stop(), forger.stop()])))
    const apis = await startedApis({ issuer: [{ issuer: legacy.issuer, profile: 'plainJwt' }, provider.issuer] })
    await apis.expectEverywhere(await legacy.token(), { status: 200, body: NOBODY })

    const service = await discover(provider, CLIENTS.service)
    const request = { resource: AUDIENCE, scope: 'reports:read' }
    const { access_token } = await client.clientCredentialsGrant(service, request)
    const body = { subject: CLIENTS.service, clientId: CLIENTS.service, kind: 'service' }
    await apis.expectEverywhere(access_token, { status: 200, body })

    const posing = ({ payload }: MutableToken) => void Object.assign(payload, { iss: provider.issuer })
    await apis.expectEverywhere(await legacy.token(posing), refused('type_not_accepted'))
    const disguised = (token: MutableToken) => {
      posing(token)
      token.header.typ = 'at+jwt'
      Object.assign(token.payload, { sub: CLIENTS.service, client_id: CLIENTS.service, jti: 'one' })
    }
    await apis.expectEverywhere(await legacy.token(disguised), refused('key_unknown'))
    await apis.expectEverywhere(await forger.token(disguised), refused('signature_invalid'))
    const stolenName = ({ payload }: MutableToken) => void Object.assign(payload, { iss: legacy.issuer })
    await apis.expectEverywhere(await forger.token(stolenName), refused('key_unknown'))
  })
})

type Change = (token: MutableToken) => void

function claims(changes: Readonly<Record<string, unknown>>): Change {
  return ({ payload }) => void Object.assign(payload, changes)
}

function header(changes: Readonly<Record<string, unknown>>): Change {
  return token => void Object.assign(token.header, changes)
}

const now = () => Math.floor(Date.now() / 1000)
const invalid = refused('claim_invalid')
const missing = refused('claim_missing')
const otherType = refused('type_not_accepted')

describe('a token of oauth2-mock-server under plainJwt', () => {
  let apis: TrustingApis

  beforeAll(async () => {
    apis = await startTrustingApis({ issuer: legacy.issuer, profile: 'plainJwt' })
  })
  afterAll(() => apis.stop())

  test.each<[string, Change]>([
    ['without typ', header({ typ: undefined })],
    ['with typ in lower case', header({ typ: 'jwt' })],
    ['with the full media type', header({ typ: 'application/jwt' })],
    ['with several audiences', claims({ aud: [OTHER_AUDIENCE, AUDIENCE] })],
    ['without nbf', claims({ nbf: undefined })],
    ['of a user, whom nothing tells from a client', claims({ sub: 'johndoe', amr: ['pwd'] })],
  ])('%s is accepted', async (_case, change) => {
    await apis.expectEverywhere(await legacy.token(change), { status: 200, body: { clientId: '', kind: 'unknown' } })
  })

  test.each<[string, Change, ReturnType<typeof refused>]>([
    ['of another issuer', claims({ iss: 'https://elsewhere.example.com' }), refused('issuer_not_trusted')],
    [
      'of the issuer with a slash',
      token => claims({ iss: `${token.payload.iss}/` })(token),
      refused('issuer_not_trusted'),
    ],
    ['of a list of issuers', token => claims({ iss: [token.payload.iss] })(token), refused('issuer_not_trusted')],
    ['of no issuer', claims({ iss: undefined }), missing],
    ['for another audience', claims({ aud: OTHER_AUDIENCE }), MISDIRECTED],
    ['for the start of the audience', claims({ aud: AUDIENCE.slice(0, -1) }), MISDIRECTED],
    ['for a list in one string', claims({ aud: `${OTHER_AUDIENCE} ${AUDIENCE}` }), MISDIRECTED],
    ['for an audience that is an object', claims({ aud: { [AUDIENCE]: true } }), invalid],
    ['for no audience', claims({ aud: undefined }), missing],
    ['without exp', claims({ exp: undefined }), missing],
    ['with exp in a string', claims({ exp: String(now() + 3600) }), invalid],
    ['with exp null', claims({ exp: null }), invalid],
    ['with exp of an hour ago', claims({ exp: now() - 3600 }), EXPIRED],
    ['without iat', claims({ iat: undefined }), missing],
    ['with iat of the future', claims({ iat: now() + 3600 }), refused('token_issued_in_future', NOT_YET)],
    ['with nbf of the future', claims({ nbf: now() + 3600 }), refused('token_not_yet_valid', NOT_YET)],
    ['with nbf in a string', claims({ nbf: String(now() - 10) }), invalid],
    ['with scopes in an array', claims({ scope: ['reports:read'] }), invalid],
    ['with scopes in an object', claims({ scope: { 'reports:read': true } }), invalid],
    ['with two spaces between scopes', claims({ scope: 'reports:read  reports:write' }), invalid],
    ['without scope', claims({ scope: undefined }), missing],
    ['with a subject that is a number', claims({ sub: 42 }), invalid],
    ['with a nonce', claims({ nonce: 'n-0S6_WzA2Mj' }), refused('claim_not_accepted')],
    ['with the time of the sign-in', claims({ auth_time: now() }), refused('claim_not_accepted')],
    ['with the events of a logout token', claims({ events: {} }), refused('claim_not_accepted')],
    ['bound to a key', claims({ cnf: { jkt: 'x' } }), refused('sender_constraint_unsupported')],
    ['with a kid that is not published', header({ kid: 'elsewhere' }), refused('key_unknown')],
    ['with a kid that is a number', header({ kid: 7 }), refused('header_not_accepted')],
    ['that says it is a nested JWT', header({ cty: 'JWT' }), refused('header_not_accepted')],
    ['with the typ of RFC 9068', header({ typ: 'at+jwt' }), otherType],
    ['with the typ of a DPoP proof', header({ typ: 'dpop+jwt' }), otherType],
    ['with the typ of a logout token', header({ typ: 'logout+jwt' }), otherType],
    ['with the typ of an introspection response', header({ typ: 'token-introspection+jwt' }), otherType],
    ['with an empty typ', header({ typ: '' }), otherType],
    ['with a typ that is an array', header({ typ: ['JWT'] }), otherType],
    ['with a typ and a parameter', header({ typ: 'JWT; v=1' }), otherType],
  ])('%s is refused', async (_case, change, refusal) => {
    await apis.expectEverywhere(await legacy.token(), { status: 200, body: NOBODY })
    await apis.expectEverywhere(await legacy.token(change), refusal)
  })

  test.each<[string, string, DenialCode]>([
    ['RS512, which the API does not list', 'RS512', 'algorithm_not_allowed'],
    ['RS384, which the API does not list', 'RS384', 'algorithm_not_allowed'],
    ['PS256 of another key', 'PS256', 'key_unknown'],
    ['ES256 of another key', 'ES256', 'key_unknown'],
    ['RS256 of another key', 'RS256', 'signature_invalid'],
  ])('under the published kid with %s is refused (RFC 8725 section 3.1)', async (_case, algorithm, code) => {
    const other = await startLegacyIssuer('RS256', 'legacy')
    onTestFinished(() => other.stop())
    const trusting = await startedApis({ issuer: other.issuer, profile: 'plainJwt' })
    await trusting.expectEverywhere(await other.token(), { status: 200 })
    await trusting.expectEverywhere(await other.tokenUnderNewKey(algorithm, 'legacy'), refused(code))
  })
})

/** Tokens of other vendors, as far as their shape goes. */
const VENDORS: readonly {
  readonly profile: ProfileName
  readonly caller: string
  readonly body: Readonly<Record<string, string>>
  readonly change: Change
}[] = [
  {
    profile: 'auth0',
    caller: 'service',
    body: { subject: 'orders@clients', clientId: 'orders', kind: 'service' },
    change: claims({ nbf: undefined, sub: 'orders@clients', azp: 'orders', gty: 'client-credentials' }),
  },
  {
    profile: 'auth0',
    caller: 'user',
    body: { subject: 'auth0|alice', clientId: 'web', kind: 'user' },
    change: claims({ nbf: undefined, sub: 'auth0|alice', azp: 'web', scope: 'openid reports:read' }),
  },
  {
    profile: 'keycloak',
    caller: 'service',
    body: { subject: 'b6cc7aa0', clientId: 'orders', kind: 'service' },
    change: claims({
      nbf: undefined,
      jti: 'one',
      typ: 'Bearer',
      sub: 'b6cc7aa0',
      azp: 'orders',
      client_id: 'orders',
      preferred_username: 'service-account-orders',
    }),
  },
  {
    profile: 'keycloak',
    caller: 'user',
    body: { subject: '1d2d88f8', clientId: 'web', kind: 'user' },
    change: token =>
      claims({
        nbf: undefined,
        jti: 'one',
        typ: 'Bearer',
        sub: '1d2d88f8',
        azp: 'web',
        sid: '0a5c1e0f',
        acr: '1',
        auth_time: token.payload.iat,
        preferred_username: 'alice',
      })(token),
  },
  {
    profile: 'okta',
    caller: 'service',
    body: { subject: '0oa', clientId: '0oa', kind: 'service' },
    change: okta({ sub: '0oa' }),
  },
  {
    profile: 'okta',
    caller: 'user',
    body: { subject: 'alice@example.com', clientId: '0oa', kind: 'user' },
    change: okta({ sub: 'alice@example.com', uid: '00u' }),
  },
]

function okta(changes: Readonly<Record<string, unknown>>): Change {
  return token => {
    header({ typ: undefined })(token)
    claims({ nbf: undefined, scope: undefined, ver: 1, jti: 'AT.1', cid: '0oa', scp: ['reports:read'], ...changes })(
      token,
    )
  }
}

describe.each(VENDORS)("a $caller's token in the shape of $profile", ({ profile, body, change }) => {
  test('is accepted under that profile, and by default the event names it', async () => {
    const token = await legacy.token(change)
    const fitting = await startedApis({ issuer: legacy.issuer, profile })
    await fitting.expectEverywhere(token, { status: 200, body })
    const byDefault = await startedApis({ issuer: legacy.issuer })
    for (const { detail } of await deniedEvents(byDefault, token, 'type_not_accepted')) {
      expect(detail).toEqual({ fittingProfile: profile })
    }
  })
})
