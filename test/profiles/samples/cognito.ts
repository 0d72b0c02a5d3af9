import type { ProfileSamples } from '../sample.ts'

const ISSUER = 'https://cognito-idp.us-west-2.amazonaws.com/us-west-2_example'
const APP_CLIENT = '57cbishk4j24pabc1234567890'
const USER = 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee'

const GUIDE = 'https://docs.aws.amazon.com/cognito/latest/developerguide'
const ACCESS_TOKEN = `${GUIDE}/amazon-cognito-user-pools-using-the-access-token.html`
const ID_TOKEN = `${GUIDE}/amazon-cognito-user-pools-using-the-id-token.html`
const RESOURCE_SERVERS = `${GUIDE}/cognito-user-pools-resource-servers.html`
const LAMBDA_TRIGGER = `${GUIDE}/user-pool-lambda-pre-token-generation.html`
const CLIENT_CREDENTIALS = 'https://zenn.dev/noid11/articles/d36dccd74601ed83d83b'
const HOSTED_UI_ID_TOKEN = 'https://github.com/pmill/aws-cognito/pull/34'

type Claims = Readonly<Record<string, unknown>>

const NO_TYPE = {}

function common(now: number): Claims {
  return { iss: ISSUER, iat: now, exp: now + 3600, auth_time: now, jti: '0f3c8c5e-1c0d-4a53-9a0e-6f3d5d6a7b11' }
}

function userToken(now: number): Claims {
  return {
    ...common(now),
    sub: USER,
    token_use: 'access',
    scope: 'aws.cognito.signin.user.admin',
    origin_jti: 'b6a1a1a0-52f4-4a68-a1f8-0d1f3c2b4e55',
    client_id: APP_CLIENT,
    username: 'janedoe@example.com',
  }
}

function clientToken(now: number): Claims {
  return {
    ...common(now),
    sub: APP_CLIENT,
    token_use: 'access',
    scope: 'orders/read',
    version: 2,
    client_id: APP_CLIENT,
  }
}

function idToken(now: number): Claims {
  return {
    ...common(now),
    sub: USER,
    aud: APP_CLIENT,
    token_use: 'id',
    email: 'janedoe@example.com',
    email_verified: true,
    'cognito:username': 'janedoe',
    'cognito:groups': ['admin'],
    origin_jti: 'b6a1a1a0-52f4-4a68-a1f8-0d1f3c2b4e55',
  }
}

function without(claims: Claims, name: string): Claims {
  return Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name))
}

const user = { clientId: APP_CLIENT, subject: USER, kind: 'user' } as const
const service = { clientId: APP_CLIENT, subject: APP_CLIENT, kind: 'service' } as const

export const cognitoSamples: ProfileSamples = {
  profile: 'cognito',
  issuer: ISSUER,
  audience: APP_CLIENT,
  samples: [
    {
      name: 'a user with groups and a remembered device',
      source: ACCESS_TOKEN,
      header: NO_TYPE,
      claims: now => ({
        ...userToken(now),
        device_key: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
        'cognito:groups': ['admin', 'billing'],
      }),
      expected: 'accepted',
      access: { ...user, scopes: ['aws.cognito.signin.user.admin'], roles: ['admin', 'billing'], permissions: [] },
    },
    {
      name: 'a user without groups',
      source: ACCESS_TOKEN,
      header: NO_TYPE,
      claims: userToken,
      expected: 'accepted',
      access: { ...user, roles: [] },
    },
    {
      name: 'a user with scopes of a resource server, whose names are URLs',
      source: RESOURCE_SERVERS,
      header: NO_TYPE,
      claims: now => ({ ...userToken(now), version: 2, scope: 'openid https://orders.example.com/orders.read' }),
      expected: 'accepted',
      access: { ...user, scopes: ['https://orders.example.com/orders.read', 'openid'] },
    },
    {
      name: 'a user of a pool without token revocation, with event_id and without origin_jti',
      source:
        'https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-with-identity-providers.html',
      header: NO_TYPE,
      claims: now => ({ ...without(userToken(now), 'origin_jti'), event_id: 'ce82b157-abd7-11e8-a0b2-f197cbb44c95' }),
      expected: 'accepted',
      access: user,
    },
    {
      name: 'a user whose aud a Lambda trigger set to the app client',
      source: LAMBDA_TRIGGER,
      header: NO_TYPE,
      claims: now => ({ ...userToken(now), aud: APP_CLIENT }),
      expected: 'accepted',
      access: user,
    },
    {
      name: 'a user whose scopes a Lambda trigger took away',
      source: LAMBDA_TRIGGER,
      header: NO_TYPE,
      claims: now => without(userToken(now), 'scope'),
      expected: 'accepted',
      access: { ...user, scopes: [] },
    },
    {
      name: 'a client by client credentials with one scope',
      source: CLIENT_CREDENTIALS,
      header: NO_TYPE,
      claims: clientToken,
      expected: 'accepted',
      access: { ...service, scopes: ['orders/read'], roles: [], permissions: [] },
    },
    {
      name: 'a client by client credentials with several scopes and a claim of a Lambda trigger',
      source: LAMBDA_TRIGGER,
      header: NO_TYPE,
      claims: now => ({ ...clientToken(now), scope: 'orders/read orders/write', environment: 'dev' }),
      expected: 'accepted',
      access: { ...service, scopes: ['orders/read', 'orders/write'] },
    },
    {
      name: 'a token without username whose sub is not the client is of unknown kind',
      source: LAMBDA_TRIGGER,
      header: NO_TYPE,
      claims: now => without(userToken(now), 'username'),
      expected: 'accepted',
      access: { clientId: APP_CLIENT, subject: USER, kind: 'unknown' },
    },
    {
      name: 'a token with a username whose sub is the client is of unknown kind',
      source: LAMBDA_TRIGGER,
      header: NO_TYPE,
      claims: now => ({ ...clientToken(now), username: 'janedoe' }),
      expected: 'accepted',
      access: { clientId: APP_CLIENT, subject: APP_CLIENT, kind: 'unknown' },
    },
    {
      name: 'a token with groups, which only users have, whose sub is the client is of unknown kind',
      source: LAMBDA_TRIGGER,
      header: NO_TYPE,
      claims: now => ({ ...clientToken(now), 'cognito:groups': ['admin'] }),
      expected: 'accepted',
      access: { clientId: APP_CLIENT, subject: APP_CLIENT, kind: 'unknown', roles: ['admin'] },
    },
    {
      name: 'refuses the ID token, whose aud is the same app client',
      source: ID_TOKEN,
      header: NO_TYPE,
      claims: idToken,
      expected: 'claim_invalid',
    },
    {
      name: 'refuses the ID token with nonce',
      source: ID_TOKEN,
      header: NO_TYPE,
      claims: now => ({ ...idToken(now), nonce: 'n-0S6_WzA2Mj' }),
      expected: 'claim_invalid',
    },
    {
      name: 'refuses the ID token of the hosted sign-in, with at_hash',
      source: HOSTED_UI_ID_TOKEN,
      header: NO_TYPE,
      claims: now => ({ ...idToken(now), at_hash: 'HK6E_P6Dh8Y93mRNtsDB1Q' }),
      expected: 'claim_not_accepted',
    },
    {
      name: 'refuses the ID token for another app client',
      source: ID_TOKEN,
      header: NO_TYPE,
      claims: now => ({ ...idToken(now), aud: '1h57kf5cpq17m0eml12EXAMPLE' }),
      expected: 'audience_mismatch',
    },
    {
      name: 'refuses a token of another app client of the pool',
      source: ACCESS_TOKEN,
      header: NO_TYPE,
      claims: now => ({ ...userToken(now), client_id: '1h57kf5cpq17m0eml12EXAMPLE' }),
      expected: 'audience_mismatch',
    },
    {
      name: 'refuses a token that is bound to another API, although the app client is the right one',
      source: ACCESS_TOKEN,
      header: NO_TYPE,
      claims: now => ({ ...userToken(now), aud: 'https://billing.example.com' }),
      expected: 'audience_mismatch',
    },
    {
      name: 'refuses a token of another user pool',
      source: ACCESS_TOKEN,
      header: NO_TYPE,
      claims: now => ({ ...userToken(now), iss: 'https://cognito-idp.us-west-2.amazonaws.com/us-west-2_another' }),
      expected: 'issuer_not_trusted',
    },
    {
      name: 'refuses a token with neither aud nor client_id',
      source: ACCESS_TOKEN,
      header: NO_TYPE,
      claims: now => without(userToken(now), 'client_id'),
      expected: 'claim_missing',
    },
    {
      name: 'refuses a token with aud and without client_id',
      source: ACCESS_TOKEN,
      header: NO_TYPE,
      claims: now => ({ ...without(userToken(now), 'client_id'), aud: APP_CLIENT }),
      expected: 'claim_missing',
    },
    {
      name: 'refuses a token without token_use',
      source: ACCESS_TOKEN,
      header: NO_TYPE,
      claims: now => without(userToken(now), 'token_use'),
      expected: 'claim_missing',
    },
    {
      name: 'refuses a token without sub',
      source: ACCESS_TOKEN,
      header: NO_TYPE,
      claims: now => without(userToken(now), 'sub'),
      expected: 'claim_missing',
    },
    {
      name: 'refuses a token without jti',
      source: ACCESS_TOKEN,
      header: NO_TYPE,
      claims: now => without(userToken(now), 'jti'),
      expected: 'claim_missing',
    },
    {
      name: 'refuses a token without iat',
      source: ACCESS_TOKEN,
      header: NO_TYPE,
      claims: now => without(userToken(now), 'iat'),
      expected: 'claim_missing',
    },
    {
      name: 'refuses a header with typ, which user pools do not write',
      source: ACCESS_TOKEN,
      header: { typ: 'JWT' },
      claims: userToken,
      expected: 'type_not_accepted',
    },
    {
      name: 'refuses groups that are a string',
      source: ACCESS_TOKEN,
      header: NO_TYPE,
      claims: now => ({ ...userToken(now), 'cognito:groups': 'admin' }),
      expected: 'claim_invalid',
    },
    {
      name: 'refuses scopes that are an array',
      source: ACCESS_TOKEN,
      header: NO_TYPE,
      claims: now => ({ ...userToken(now), scope: ['orders/read'] }),
      expected: 'claim_invalid',
    },
    {
      name: 'refuses an expired token',
      source: ACCESS_TOKEN,
      header: NO_TYPE,
      claims: now => ({ ...userToken(now), iat: now - 7200, exp: now - 3600 }),
      expected: 'token_expired',
    },
  ],
}
