import type { ProfileSamples } from '../sample.ts'

const ISSUER = 'https://sso.example.com/realms/shop'
const API = 'orders-api'
const FRONTEND = 'web-shop'
const MACHINE = 'order-importer'
const USER = '1d2d88f8-8b68-4b6b-883f-1af68b598612'
const SERVICE_ACCOUNT = 'b6cc7aa0-1af0-460e-9174-e05c881fb6d4'

const REPOSITORY = 'https://github.com/keycloak/keycloak'
const TYPES = `${REPOSITORY}/blob/main/core/src/main/java/org/keycloak/util/TokenUtil.java`
const REFRESH_TOKEN = `${REPOSITORY}/blob/main/core/src/main/java/org/keycloak/representations/RefreshToken.java`
const LOGOUT_TOKEN = `${REPOSITORY}/blob/main/core/src/main/java/org/keycloak/representations/LogoutToken.java`
const TOKEN_MANAGER = `${REPOSITORY}/blob/main/services/src/main/java/org/keycloak/protocol/oidc/TokenManager.java`
const CLIENT_CREDENTIALS = `${REPOSITORY}/blob/main/services/src/main/java/org/keycloak/protocol/oidc/grants/ClientCredentialsGrantType.java`
const CHANGES_25 = `${REPOSITORY}/blob/main/docs/documentation/upgrading/topics/changes/changes-25_0_0.adoc`
const AUDIENCE = 'https://www.keycloak.org/docs/latest/server_admin/#audience-support'
const SERVICE_ACCOUNTS = 'https://www.keycloak.org/docs/latest/server_admin/#_service_accounts'
const CLAIM_BY_CLAIM = 'https://phasetwo.io/tutorials/getting-started/your-first-token/'

type Claims = Readonly<Record<string, unknown>>

function common(now: number): Claims {
  return { iss: ISSUER, iat: now, exp: now + 300, jti: '000cdca9-a124-4ce3-9284-150e0978f208' }
}

function userToken(now: number): Claims {
  return {
    ...common(now),
    auth_time: now,
    aud: [API, 'account'],
    sub: USER,
    typ: 'Bearer',
    azp: FRONTEND,
    sid: '0a5c1e0f-6a3e-4c7c-8a93-1a8f2f7f5d21',
    acr: '1',
    'allowed-origins': ['https://shop.example.com'],
    realm_access: { roles: ['default-roles-shop', 'offline_access'] },
    resource_access: { [API]: { roles: ['buyer'] }, account: { roles: ['manage-account', 'view-profile'] } },
    scope: 'openid profile email',
    email_verified: false,
    preferred_username: 'alice',
  }
}

function serviceToken(now: number): Claims {
  return {
    ...common(now),
    aud: [API, 'account'],
    sub: SERVICE_ACCOUNT,
    typ: 'Bearer',
    azp: MACHINE,
    acr: '1',
    'allowed-origins': ['/*'],
    realm_access: { roles: ['default-roles-shop', 'uma_authorization'] },
    resource_access: { [MACHINE]: { roles: ['uma_protection'] }, account: { roles: ['manage-account'] } },
    scope: 'profile email',
    clientHost: '10.89.0.2',
    email_verified: false,
    preferred_username: `service-account-${MACHINE}`,
    clientAddress: '10.89.0.2',
    client_id: MACHINE,
  }
}

function idToken(now: number): Claims {
  return {
    ...common(now),
    auth_time: now,
    aud: FRONTEND,
    sub: USER,
    typ: 'ID',
    azp: FRONTEND,
    sid: '0a5c1e0f-6a3e-4c7c-8a93-1a8f2f7f5d21',
    acr: '1',
    email_verified: false,
    preferred_username: 'alice',
  }
}

function refreshToken(now: number): Claims {
  return { ...common(now), aud: ISSUER, sub: USER, typ: 'Refresh', azp: FRONTEND, scope: 'openid profile email' }
}

function logoutToken(now: number): Claims {
  return {
    ...common(now),
    aud: API,
    sub: USER,
    typ: 'Logout',
    sid: '0a5c1e0f-6a3e-4c7c-8a93-1a8f2f7f5d21',
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  }
}

function without(claims: Claims, ...names: readonly string[]): Claims {
  return Object.fromEntries(Object.entries(claims).filter(([key]) => !names.includes(key)))
}

const user = { clientId: FRONTEND, subject: USER, kind: 'user' } as const
const service = { clientId: MACHINE, subject: SERVICE_ACCOUNT, kind: 'service' } as const
const unknownService = { ...service, kind: 'unknown' } as const

export const keycloakSamples: ProfileSamples = {
  profile: 'keycloak',
  issuer: ISSUER,
  audience: API,
  samples: [
    {
      name: 'a user with roles of the realm and of the API, and not with those of another API',
      source: CLAIM_BY_CLAIM,
      claims: userToken,
      expected: 'accepted',
      access: {
        ...user,
        scopes: ['email', 'openid', 'profile'],
        roles: ['buyer', 'default-roles-shop', 'offline_access'],
        permissions: [],
      },
    },
    {
      name: 'a user whose token is for one API only',
      source: AUDIENCE,
      claims: now => ({ ...userToken(now), aud: API }),
      expected: 'accepted',
      access: user,
    },
    {
      name: 'a user without any roles',
      source: AUDIENCE,
      claims: now => without(userToken(now), 'realm_access', 'resource_access'),
      expected: 'accepted',
      access: { ...user, roles: [] },
    },
    {
      name: 'a user of a client that is set to at+jwt',
      source: `${REPOSITORY}/issues/34146`,
      header: { typ: 'at+jwt' },
      claims: userToken,
      expected: 'accepted',
      access: user,
    },
    {
      name: 'a user of Keycloak 24 or older, with nonce and session_state',
      source: CHANGES_25,
      claims: now => ({
        ...userToken(now),
        nonce: 'n-0S6_WzA2Mj',
        session_state: '0a5c1e0f-6a3e-4c7c-8a93-1a8f2f7f5d21',
      }),
      expected: 'accepted',
      access: user,
    },
    {
      name: 'a user to whom no scope was granted, with an empty string',
      source: `${REPOSITORY}/issues/16523`,
      claims: now => ({ ...userToken(now), scope: '' }),
      expected: 'accepted',
      access: { ...user, scopes: [] },
    },
    {
      name: 'a service account, with client_id',
      source: `${REPOSITORY}/issues/16329`,
      claims: serviceToken,
      expected: 'accepted',
      access: {
        ...service,
        scopes: ['email', 'profile'],
        roles: ['default-roles-shop', 'uma_authorization'],
        permissions: [],
      },
    },
    {
      name: 'a service account of a client made by an older version, with clientId',
      source: `${REPOSITORY}/issues/16329`,
      claims: now => ({ ...without(serviceToken(now), 'client_id'), clientId: MACHINE }),
      expected: 'accepted',
      access: service,
    },
    {
      name: 'a service account without the claim of the client credentials grant is of unknown kind',
      source: SERVICE_ACCOUNTS,
      claims: now => without(serviceToken(now), 'client_id'),
      expected: 'accepted',
      access: unknownService,
    },
    {
      name: 'a service account without the client scope profile is of unknown kind',
      source: SERVICE_ACCOUNTS,
      claims: now => without(serviceToken(now), 'preferred_username'),
      expected: 'accepted',
      access: unknownService,
    },
    {
      name: 'a service account whose token another client exchanged is of unknown kind',
      source: `${REPOSITORY}/pull/30975`,
      claims: now => ({ ...without(serviceToken(now), 'client_id'), azp: 'gateway' }),
      expected: 'accepted',
      access: { ...unknownService, clientId: 'gateway' },
    },
    {
      name: 'a person who took the name of a service account is of unknown kind',
      source: CLIENT_CREDENTIALS,
      claims: now => ({ ...userToken(now), preferred_username: `service-account-${FRONTEND}` }),
      expected: 'accepted',
      access: { ...user, kind: 'unknown' },
    },
    {
      name: 'a token without auth_time is of unknown kind',
      source: CHANGES_25,
      claims: now => without(userToken(now), 'auth_time'),
      expected: 'accepted',
      access: { ...user, kind: 'unknown' },
    },
    {
      name: 'a user without the client scope profile is of unknown kind',
      source: CHANGES_25,
      claims: now => without(userToken(now), 'preferred_username'),
      expected: 'accepted',
      access: { ...user, kind: 'unknown' },
    },
    {
      name: 'a service account of an older client without the client scope profile is of unknown kind',
      source: SERVICE_ACCOUNTS,
      claims: now => ({
        ...without(serviceToken(now), 'client_id', 'preferred_username'),
        clientId: MACHINE,
      }),
      expected: 'accepted',
      access: unknownService,
    },
    {
      name: 'a sign-in contradicts a service account',
      source: CLIENT_CREDENTIALS,
      claims: now => ({ ...serviceToken(now), auth_time: now }),
      expected: 'accepted',
      access: unknownService,
    },
    {
      name: 'a sign-in contradicts a service account of an older client',
      source: CLIENT_CREDENTIALS,
      claims: now => ({ ...without(serviceToken(now), 'client_id'), clientId: MACHINE, auth_time: now }),
      expected: 'accepted',
      access: unknownService,
    },
    {
      name: 'refuses the ID token, which is for the client',
      source: TOKEN_MANAGER,
      claims: idToken,
      expected: 'audience_mismatch',
    },
    {
      name: 'refuses the ID token of an API that is a client too',
      source: TOKEN_MANAGER,
      claims: now => ({ ...idToken(now), aud: API, azp: API }),
      expected: 'claim_invalid',
    },
    {
      name: 'refuses the ID token of an API that is a client too, with nonce',
      source: CHANGES_25,
      claims: now => ({ ...idToken(now), aud: API, azp: API, nonce: 'n-0S6_WzA2Mj' }),
      expected: 'claim_invalid',
    },
    {
      name: 'refuses the ID token of an API that is a client too, with at_hash',
      source: TOKEN_MANAGER,
      claims: now => ({ ...idToken(now), aud: API, azp: API, at_hash: 'HK6E_P6Dh8Y93mRNtsDB1Q' }),
      expected: 'claim_not_accepted',
    },
    {
      name: 'refuses the refresh token, which is for the realm',
      source: REFRESH_TOKEN,
      claims: refreshToken,
      expected: 'audience_mismatch',
    },
    {
      name: 'refuses a refresh token even if it named the API',
      source: TYPES,
      claims: now => ({ ...refreshToken(now), aud: [ISSUER, API] }),
      expected: 'claim_invalid',
    },
    {
      name: 'refuses an offline token even if it named the API',
      source: TYPES,
      claims: now => ({ ...refreshToken(now), aud: [ISSUER, API], typ: 'Offline' }),
      expected: 'claim_invalid',
    },
    {
      name: 'refuses the logout token',
      source: TYPES,
      header: { typ: 'logout+jwt' },
      claims: logoutToken,
      expected: 'type_not_accepted',
    },
    {
      name: 'refuses the logout token of a version that wrote typ JWT',
      source: LOGOUT_TOKEN,
      claims: logoutToken,
      expected: 'claim_not_accepted',
    },
    {
      name: 'refuses a token without azp',
      source: TOKEN_MANAGER,
      claims: now => without(userToken(now), 'azp'),
      expected: 'claim_missing',
    },
    {
      name: 'refuses a token without the claim typ',
      source: TYPES,
      claims: now => without(userToken(now), 'typ'),
      expected: 'claim_missing',
    },
    {
      name: 'refuses a token without the claim typ although its header says at+jwt',
      source: TYPES,
      header: { typ: 'at+jwt' },
      claims: now => without(userToken(now), 'typ'),
      expected: 'claim_missing',
    },
    {
      name: 'refuses a lightweight token, which has no sub',
      source: CHANGES_25,
      claims: now =>
        without(userToken(now), 'sub', 'auth_time', 'realm_access', 'resource_access', 'preferred_username'),
      expected: 'claim_missing',
    },
    {
      name: 'refuses a token without jti',
      source: TOKEN_MANAGER,
      claims: now => without(userToken(now), 'jti'),
      expected: 'claim_missing',
    },
    {
      name: 'refuses a token without iat',
      source: TOKEN_MANAGER,
      claims: now => without(userToken(now), 'iat'),
      expected: 'claim_missing',
    },
    {
      name: 'refuses a token for another API',
      source: AUDIENCE,
      claims: now => ({ ...userToken(now), aud: ['service2', 'account'] }),
      expected: 'audience_mismatch',
    },
    {
      name: 'refuses a token without aud, as it is without roles or mapper for the API',
      source: AUDIENCE,
      claims: now => without(userToken(now), 'aud'),
      expected: 'claim_missing',
    },
    {
      name: 'refuses a token of another realm',
      source: AUDIENCE,
      claims: now => ({ ...userToken(now), iss: 'https://sso.example.com/realms/master' }),
      expected: 'issuer_not_trusted',
    },
    {
      name: 'refuses roles of the realm that are a string',
      source: CLAIM_BY_CLAIM,
      claims: now => ({ ...userToken(now), realm_access: { roles: 'admin' } }),
      expected: 'claim_invalid',
    },
    {
      name: 'refuses roles of the API that are a string',
      source: CLAIM_BY_CLAIM,
      claims: now => ({ ...userToken(now), resource_access: { [API]: { roles: 'admin' } } }),
      expected: 'claim_invalid',
    },
    {
      name: 'refuses scopes that are an array',
      source: CLAIM_BY_CLAIM,
      claims: now => ({ ...userToken(now), scope: ['openid'] }),
      expected: 'claim_invalid',
    },
  ],
}
