import type { ProfileSamples } from '../sample.ts'

const TENANT = 'aaaabbbb-0000-cccc-1111-dddd2222eeee'
const OTHER_TENANT = '72f988bf-86f1-41af-91ab-2d7cd011db47'
const V2_ISSUER = `https://login.microsoftonline.com/${TENANT}/v2.0`
const V1_ISSUER = `https://sts.windows.net/${TENANT}/`
const API = '00001111-aaaa-2222-bbbb-3333cccc4444'
const CLIENT = '11112222-bbbb-3333-cccc-4444dddd5555'
const GRAPH = '00000003-0000-0000-c000-000000000000'
const USER = 'HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ'
const USER_OID = '690222be-ff1a-4d56-abd1-7e4f7d38e474'
const SERVICE_OID = 'aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb'
const ADMIN_ROLE = 'b79fbf4d-3ef9-4689-8143-76b194e85509'

const CLAIMS_PAGE = 'https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference'
const TOKENS_PAGE = 'https://learn.microsoft.com/en-us/entra/identity-platform/access-tokens'
const OPTIONAL_PAGE = 'https://learn.microsoft.com/en-us/entra/identity-platform/optional-claims-reference'
const VALIDATION_PAGE = 'https://learn.microsoft.com/en-us/entra/identity-platform/claims-validation'
const SERVICE_PAGE = 'https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow'
const AGENT_PAGE = 'https://learn.microsoft.com/en-us/entra/agent-id/agent-token-claims'
const ID_TOKEN_PAGE = 'https://learn.microsoft.com/en-us/entra/identity-platform/id-token-claims-reference'
const ID_SAMPLES_PAGE = 'https://learn.microsoft.com/en-us/entra/identity-platform/id-tokens'

const V1_HEADER = { typ: 'JWT', x5t: 'i6lGk3FZzxRcUb2C3nEQ7syHJlY' }

function common(now: number): Readonly<Record<string, unknown>> {
  const times = { iat: now - 60, nbf: now - 60, exp: now + 3600 }
  return { aud: API, tid: TENANT, ...times, aio: 'AXQAi/8IAAAA', rh: 'I', uti: 'fqiBqXLPj0eQa82S-IYFAA' }
}

function v2UserToken(now: number): Readonly<Record<string, unknown>> {
  return {
    ...common(now),
    iss: V2_ISSUER,
    ver: '2.0',
    azp: CLIENT,
    azpacr: '0',
    name: 'Abe Lincoln',
    oid: USER_OID,
    preferred_username: 'abeli@example.com',
    scp: 'Orders.Read Orders.Write',
    sub: USER,
  }
}

/** As it is without optional claims and without app roles. */
function v2ServiceToken(now: number): Readonly<Record<string, unknown>> {
  const client = { azp: CLIENT, azpacr: '1' }
  return { ...common(now), iss: V2_ISSUER, ver: '2.0', ...client, oid: SERVICE_OID, sub: SERVICE_OID }
}

/** Of the API's own app registration: the audience of its ID tokens is that of its access tokens. */
function v2IdToken(now: number): Readonly<Record<string, unknown>> {
  const user = { name: 'Abe Lincoln', preferred_username: 'abeli@example.com', oid: USER_OID, sub: USER }
  return { ...common(now), iss: V2_ISSUER, ver: '2.0', ...user }
}

function v1UserToken(now: number): Readonly<Record<string, unknown>> {
  return {
    ...common(now),
    iss: V1_ISSUER,
    ver: '1.0',
    acr: '1',
    amr: ['wia'],
    appid: CLIENT,
    appidacr: '0',
    family_name: 'Lincoln',
    given_name: 'Abe',
    ipaddr: '192.0.2.22',
    name: 'abeli',
    oid: USER_OID,
    scp: 'user_impersonation',
    sub: USER,
    unique_name: 'abeli@example.com',
  }
}

function v1ServiceToken(now: number): Readonly<Record<string, unknown>> {
  const client = { appid: CLIENT, appidacr: '2', idp: V1_ISSUER }
  return { ...common(now), iss: V1_ISSUER, ver: '1.0', ...client, oid: SERVICE_OID, sub: SERVICE_OID }
}

function v1IdToken(now: number): Readonly<Record<string, unknown>> {
  const user = { amr: ['rsa'], name: 'abeli', unique_name: 'abeli@example.com', oid: USER_OID, sub: USER }
  return { ...common(now), iss: V1_ISSUER, ver: '1.0', ...user }
}

/** An API with `accessTokenAcceptedVersion` 2. */
export const entraSamples: ProfileSamples = {
  profile: 'entra',
  issuer: V2_ISSUER,
  audience: API,
  samples: [
    {
      name: "a user's v2.0 token with delegated permissions",
      source: TOKENS_PAGE,
      claims: v2UserToken,
      expected: 'accepted',
      access: { clientId: CLIENT, subject: USER, kind: 'user', scopes: ['Orders.Read', 'Orders.Write'], roles: [] },
    },
    {
      name: "a user's v2.0 token for the client that is the API itself",
      source: TOKENS_PAGE,
      claims: now => ({ ...v2UserToken(now), azp: API, scp: 'access_as_user' }),
      expected: 'accepted',
      access: { clientId: API, subject: USER, kind: 'user', scopes: ['access_as_user'] },
    },
    {
      name: "a user's v2.0 token with app roles",
      source: CLAIMS_PAGE,
      claims: now => ({ ...v2UserToken(now), roles: ['Orders.Approver'] }),
      expected: 'accepted',
      access: {
        clientId: CLIENT,
        subject: USER,
        kind: 'user',
        scopes: ['Orders.Read', 'Orders.Write'],
        roles: ['Orders.Approver'],
      },
    },
    {
      name: "a guest's v2.0 token with groups and directory roles, which are no roles of the API",
      source: CLAIMS_PAGE,
      claims: now => ({
        ...v2UserToken(now),
        idp: `https://sts.windows.net/${OTHER_TENANT}/`,
        groups: ['bbbbbbbb-1111-2222-3333-cccccccccccc'],
        wids: [ADMIN_ROLE],
        acrs: ['p1'],
        xms_cc: ['cp1'],
      }),
      expected: 'accepted',
      access: { clientId: CLIENT, subject: USER, kind: 'user', roles: [], permissions: [] },
    },
    {
      name: "a user's v2.0 token with idtyp and a session",
      source: OPTIONAL_PAGE,
      claims: now => ({ ...v2UserToken(now), idtyp: 'user', auth_time: now - 120, sid: '5f3c9d1e' }),
      expected: 'accepted',
      access: { clientId: CLIENT, subject: USER, kind: 'user' },
    },
    {
      name: "a user's v2.0 token with idtyp and app roles instead of scopes",
      source: VALIDATION_PAGE,
      claims: now => ({ ...v2UserToken(now), idtyp: 'user', scp: undefined, roles: ['Orders.Approver'] }),
      expected: 'accepted',
      access: { clientId: CLIENT, subject: USER, kind: 'user', scopes: [], roles: ['Orders.Approver'] },
    },
    {
      name: "a service's v2.0 token with idtyp and application permissions",
      source: OPTIONAL_PAGE,
      claims: now => ({ ...v2ServiceToken(now), idtyp: 'app', roles: ['Orders.Read.All'] }),
      expected: 'accepted',
      access: { clientId: CLIENT, subject: SERVICE_OID, kind: 'service', scopes: [], roles: ['Orders.Read.All'] },
    },
    {
      name: "a service's v2.0 token without idtyp is told by its sub, which is its oid",
      source: SERVICE_PAGE,
      claims: now => ({ ...v2ServiceToken(now), roles: ['Orders.Read.All'] }),
      expected: 'accepted',
      access: { clientId: CLIENT, subject: SERVICE_OID, kind: 'service', roles: ['Orders.Read.All'] },
    },
    {
      name: "a service's v2.0 token without any permission has no roles",
      source: SERVICE_PAGE,
      claims: now => ({ ...v2ServiceToken(now), idtyp: 'app' }),
      expected: 'accepted',
      access: { clientId: CLIENT, subject: SERVICE_OID, kind: 'service', scopes: [], roles: [] },
    },
    {
      name: "a device's v2.0 token is neither a user's nor a service's",
      source: OPTIONAL_PAGE,
      claims: now => ({ ...v2ServiceToken(now), idtyp: 'device' }),
      expected: 'accepted',
      access: { clientId: CLIENT, subject: SERVICE_OID, kind: 'unknown' },
    },
    {
      name: 'a v2.0 token for an app with delegated permissions is of no kind',
      source: OPTIONAL_PAGE,
      claims: now => ({ ...v2UserToken(now), idtyp: 'app' }),
      expected: 'accepted',
      access: { clientId: CLIENT, subject: USER, kind: 'unknown' },
    },
    {
      name: "a v2.0 ID token of the API's own registration",
      source: ID_TOKEN_PAGE,
      claims: v2IdToken,
      expected: 'claim_missing',
    },
    {
      name: "a v2.0 ID token of the API's own registration with app roles and a session",
      source: ID_TOKEN_PAGE,
      claims: now => ({ ...v2IdToken(now), roles: ['Orders.Approver'], sid: '5f3c9d1e' }),
      expected: 'claim_missing',
    },
    {
      name: "a v2.0 ID token of the API's own registration with a nonce",
      source: ID_SAMPLES_PAGE,
      claims: now => ({ ...v2IdToken(now), nonce: '123523' }),
      expected: 'claim_not_accepted',
    },
    {
      name: 'a v2.0 ID token with a nonce that names a client',
      source: ID_SAMPLES_PAGE,
      claims: now => ({ ...v2IdToken(now), azp: API, nonce: '123523' }),
      expected: 'claim_not_accepted',
    },
    {
      name: "a v2.0 ID token of the API's own registration from the hybrid flow",
      source: ID_TOKEN_PAGE,
      claims: now => ({ ...v2IdToken(now), c_hash: 'LDktKdoQak3Pk0cnXxCltA' }),
      expected: 'claim_not_accepted',
    },
    {
      name: 'a v2.0 ID token of another client',
      source: ID_TOKEN_PAGE,
      claims: now => ({ ...v2IdToken(now), aud: CLIENT }),
      expected: 'audience_mismatch',
    },
    {
      name: 'a v2.0 token that names no client',
      source: CLAIMS_PAGE,
      claims: now => ({ ...v2UserToken(now), azp: undefined }),
      expected: 'claim_missing',
    },
    {
      name: 'a v2.0 token without a version',
      source: CLAIMS_PAGE,
      claims: now => ({ ...v2UserToken(now), ver: undefined }),
      expected: 'claim_missing',
    },
    {
      name: 'a v2.0 token whose version is a number',
      source: CLAIMS_PAGE,
      claims: now => ({ ...v2UserToken(now), ver: 2 }),
      expected: 'claim_invalid',
    },
    {
      name: 'a v2.0 token without a tenant',
      source: VALIDATION_PAGE,
      claims: now => ({ ...v2UserToken(now), tid: undefined }),
      expected: 'claim_missing',
    },
    {
      name: "another tenant's v2.0 token",
      source: TOKENS_PAGE,
      claims: now => ({
        ...v2UserToken(now),
        iss: `https://login.microsoftonline.com/${OTHER_TENANT}/v2.0`,
        tid: OTHER_TENANT,
      }),
      expected: 'issuer_not_trusted',
    },
    {
      name: 'a v1.0 token for an API that has v2.0 tokens',
      source: TOKENS_PAGE,
      header: V1_HEADER,
      claims: v1UserToken,
      expected: 'issuer_not_trusted',
    },
    {
      name: 'a v2.0 token for Microsoft Graph',
      source: VALIDATION_PAGE,
      claims: now => ({ ...v2UserToken(now), aud: GRAPH }),
      expected: 'audience_mismatch',
    },
    {
      name: 'a v2.0 token whose scopes are an array',
      source: CLAIMS_PAGE,
      claims: now => ({ ...v2UserToken(now), scp: ['Orders.Read'] }),
      expected: 'claim_invalid',
    },
    {
      name: 'a v2.0 token whose roles are one string',
      source: CLAIMS_PAGE,
      claims: now => ({ ...v2ServiceToken(now), roles: 'Orders.Read.All' }),
      expected: 'claim_invalid',
    },
    {
      name: 'a v2.0 token without a type in its header',
      source: CLAIMS_PAGE,
      header: {},
      claims: v2UserToken,
      expected: 'type_not_accepted',
    },
  ],
}

/** An API with `accessTokenAcceptedVersion` 1 or null. */
export const entraV1Samples: ProfileSamples = {
  profile: 'entra',
  issuer: V1_ISSUER,
  audience: API,
  samples: [
    {
      name: "a user's v1.0 token with delegated permissions",
      source: TOKENS_PAGE,
      header: V1_HEADER,
      claims: v1UserToken,
      expected: 'accepted',
      access: { clientId: CLIENT, subject: USER, kind: 'user', scopes: ['user_impersonation'], roles: [] },
    },
    {
      name: "a user's v1.0 token with app roles and idtyp",
      source: OPTIONAL_PAGE,
      header: V1_HEADER,
      claims: now => ({ ...v1UserToken(now), idtyp: 'user', roles: ['Orders.Approver'] }),
      expected: 'accepted',
      access: { clientId: CLIENT, subject: USER, kind: 'user', roles: ['Orders.Approver'] },
    },
    {
      name: "a service's v1.0 token with idtyp and application permissions",
      source: OPTIONAL_PAGE,
      header: V1_HEADER,
      claims: now => ({ ...v1ServiceToken(now), idtyp: 'app', roles: ['Orders.Read.All'] }),
      expected: 'accepted',
      access: { clientId: CLIENT, subject: SERVICE_OID, kind: 'service', roles: ['Orders.Read.All'] },
    },
    {
      name: "an autonomous agent's v1.0 token",
      source: AGENT_PAGE,
      header: V1_HEADER,
      claims: now => ({ ...v1ServiceToken(now), idtyp: 'app', xms_act_fct: '3 9 11', xms_sub_fct: '9 3 11' }),
      expected: 'accepted',
      access: { clientId: CLIENT, subject: SERVICE_OID, kind: 'service', scopes: [], roles: [] },
    },
    {
      name: "a service's v1.0 token without idtyp is told by its sub, which is its oid",
      source: SERVICE_PAGE,
      header: V1_HEADER,
      claims: v1ServiceToken,
      expected: 'accepted',
      access: { clientId: CLIENT, subject: SERVICE_OID, kind: 'service' },
    },
    {
      name: "a v1.0 ID token of the API's own registration",
      source: ID_TOKEN_PAGE,
      header: V1_HEADER,
      claims: v1IdToken,
      expected: 'claim_missing',
    },
    {
      name: "a v1.0 ID token of the API's own registration with a nonce",
      source: ID_SAMPLES_PAGE,
      header: V1_HEADER,
      claims: now => ({ ...v1IdToken(now), nonce: '123523' }),
      expected: 'claim_not_accepted',
    },
    {
      name: 'a v1.0 token that names no client',
      source: CLAIMS_PAGE,
      header: V1_HEADER,
      claims: now => ({ ...v1UserToken(now), appid: undefined }),
      expected: 'claim_missing',
    },
    {
      name: 'a v1.0 token whose audience is the App ID URI, where the client id is configured',
      source: CLAIMS_PAGE,
      header: V1_HEADER,
      claims: now => ({ ...v1UserToken(now), aud: `api://${API}` }),
      expected: 'audience_mismatch',
    },
    {
      name: 'a v2.0 token for an API that has v1.0 tokens',
      source: TOKENS_PAGE,
      claims: v2UserToken,
      expected: 'issuer_not_trusted',
    },
    {
      name: "another tenant's v1.0 token",
      source: VALIDATION_PAGE,
      header: V1_HEADER,
      claims: now => ({ ...v1UserToken(now), iss: `https://sts.windows.net/${OTHER_TENANT}/`, tid: OTHER_TENANT }),
      expected: 'issuer_not_trusted',
    },
    {
      name: 'a v1.0 token of an unknown version',
      source: CLAIMS_PAGE,
      header: V1_HEADER,
      claims: now => ({ ...v1UserToken(now), ver: '3.0' }),
      expected: 'claim_invalid',
    },
    {
      name: 'a v1.0 token whose client is a number',
      source: CLAIMS_PAGE,
      header: V1_HEADER,
      claims: now => ({ ...v1UserToken(now), appid: 7 }),
      expected: 'claim_invalid',
    },
    {
      name: 'a v1.0 token without a subject',
      source: CLAIMS_PAGE,
      header: V1_HEADER,
      claims: now => ({ ...v1UserToken(now), sub: undefined }),
      expected: 'claim_missing',
    },
  ],
}
