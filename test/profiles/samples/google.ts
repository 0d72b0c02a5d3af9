import type { ProfileSamples } from '../sample.ts'

const ISSUER = 'https://accounts.google.com'
const API = 'https://orders-abc123-uc.a.run.app'
const ACCOUNT = '113774264463038321964'
const ADDRESS = 'order-importer@example-project.iam.gserviceaccount.com'
const PERSON = '10769150350006150715113082367'
const OAUTH_CLIENT = '1234987819200.apps.googleusercontent.com'

const PUSH = 'https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions'
const GENERATE_ID_TOKEN =
  'https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateIdToken'
const METADATA_SERVER = 'https://cloud.google.com/compute/docs/instances/verifying-instance-identity'
const FULL_FORMAT = 'https://github.com/googleapis/google-auth-library-nodejs/pull/874'
const TWO_AZPS = 'https://github.com/googleapis/google-auth-library-python/issues/746'
const OPENID_CONNECT = 'https://developers.google.com/identity/protocols/OpenIDConnect'
const TOKEN_PAYLOAD =
  'https://cloud.google.com/nodejs/docs/reference/google-auth-library/latest/google-auth-library/tokenpayload'
const SELF_SIGNED = 'https://cloud.google.com/api-gateway/docs/authenticate-service-account'
const IAP = 'https://cloud.google.com/ruby/docs/reference/googleauth/latest/Google-Auth-IDTokens.html'

type Claims = Readonly<Record<string, unknown>>

function serviceToken(now: number): Claims {
  return {
    aud: API,
    azp: ACCOUNT,
    email: ADDRESS,
    email_verified: true,
    exp: now + 3600,
    iat: now,
    iss: ISSUER,
    sub: ACCOUNT,
  }
}

/** Somebody who signed in to an OAuth client; its id is `aud` and `azp`. */
function personToken(now: number): Claims {
  return {
    ...serviceToken(now),
    aud: OAUTH_CLIENT,
    azp: OAUTH_CLIENT,
    sub: PERSON,
    email: 'jsmith@example.com',
  }
}

function without(claims: Claims, ...names: readonly string[]): Claims {
  return Object.fromEntries(Object.entries(claims).filter(([key]) => !names.includes(key)))
}

const service = { clientId: ACCOUNT, subject: ACCOUNT, kind: 'service' } as const

export const googleSamples: ProfileSamples = {
  profile: 'google',
  issuer: ISSUER,
  audience: API,
  samples: [
    {
      name: 'a service account, as in a Pub/Sub push request',
      source: PUSH,
      claims: serviceToken,
      expected: 'accepted',
      access: { ...service, scopes: [], roles: [], permissions: [] },
    },
    {
      name: 'the default service account of App Engine',
      source: PUSH,
      claims: now => ({ ...serviceToken(now), email: 'gae-gcp@appspot.gserviceaccount.com' }),
      expected: 'accepted',
      access: service,
    },
    {
      name: 'the default service account of Compute Engine with details of the instance',
      source: FULL_FORMAT,
      claims: now => ({
        ...serviceToken(now),
        email: '739419398126-compute@developer.gserviceaccount.com',
        google: { compute_engine: { project_id: 'example-project', zone: 'us-west1-a', instance_name: 'importer' } },
      }),
      expected: 'accepted',
      access: service,
    },
    {
      name: 'a service account whose token was asked for with the number of the organization',
      source: GENERATE_ID_TOKEN,
      claims: now => ({ ...serviceToken(now), google: { organization_number: 123456789012 } }),
      expected: 'accepted',
      access: service,
    },
    {
      name: 'a service account that asked with its key, so that azp is its address',
      source: TWO_AZPS,
      claims: now => ({ ...serviceToken(now), azp: ADDRESS }),
      expected: 'accepted',
      access: { clientId: ADDRESS, subject: ACCOUNT, kind: 'service', scopes: [], roles: [], permissions: [] },
    },
    {
      name: 'an impersonated service account with its address in azp',
      source: 'https://github.com/googleapis/google-auth-library-python/pull/1270',
      claims: now => ({
        ...serviceToken(now),
        azp: 'target@example-project.iam.gserviceaccount.com',
        email: 'target@example-project.iam.gserviceaccount.com',
      }),
      expected: 'accepted',
      access: { clientId: 'target@example-project.iam.gserviceaccount.com', subject: ACCOUNT, kind: 'service' },
    },
    {
      name: 'refuses the ID token of a person, which is for an OAuth client',
      source: OPENID_CONNECT,
      claims: personToken,
      expected: 'audience_mismatch',
    },
    {
      name: 'refuses the ID token of a person even if it were for the API',
      source: OPENID_CONNECT,
      claims: now => ({ ...personToken(now), aud: API }),
      expected: 'claim_invalid',
    },
    {
      name: 'refuses the ID token of a person with nonce',
      source: OPENID_CONNECT,
      claims: now => ({ ...personToken(now), aud: API, hd: 'example.com', nonce: '0394852-3190485-2490358' }),
      expected: 'claim_not_accepted',
    },
    {
      name: 'refuses the ID token of a person with at_hash',
      source: TOKEN_PAYLOAD,
      claims: now => ({ ...personToken(now), aud: API, at_hash: 'HK6E_P6Dh8Y93mRNtsDB1Q' }),
      expected: 'claim_not_accepted',
    },
    {
      name: 'refuses the ID token of a person without azp',
      source: TOKEN_PAYLOAD,
      claims: now => ({ ...without(personToken(now), 'azp'), aud: API }),
      expected: 'claim_missing',
    },
    {
      name: 'refuses the ID token of a person without the scope email',
      source: TOKEN_PAYLOAD,
      claims: now => ({ ...without(personToken(now), 'email', 'email_verified'), aud: API }),
      expected: 'claim_missing',
    },
    {
      name: 'refuses a person whose azp is the own account',
      source: OPENID_CONNECT,
      claims: now => ({ ...personToken(now), aud: API, azp: PERSON }),
      expected: 'claim_invalid',
    },
    {
      name: 'refuses a person whose azp is the own address',
      source: OPENID_CONNECT,
      claims: now => ({ ...personToken(now), aud: API, azp: 'jsmith@example.com' }),
      expected: 'claim_invalid',
    },
    {
      name: 'refuses the token of a service account that was asked for without includeEmail',
      source: GENERATE_ID_TOKEN,
      claims: now => without(serviceToken(now), 'email', 'email_verified'),
      expected: 'claim_missing',
    },
    {
      name: 'refuses the token of an instance in the standard format, which has no email',
      source: METADATA_SERVER,
      claims: now => without(serviceToken(now), 'email', 'email_verified'),
      expected: 'claim_missing',
    },
    {
      name: 'refuses a token without email_verified',
      source: GENERATE_ID_TOKEN,
      claims: now => without(serviceToken(now), 'email_verified'),
      expected: 'claim_missing',
    },
    {
      name: 'refuses a token whose address is not verified',
      source: GENERATE_ID_TOKEN,
      claims: now => ({ ...serviceToken(now), email_verified: false }),
      expected: 'claim_invalid',
    },
    {
      name: 'refuses an azp that is neither the account nor its address',
      source: TWO_AZPS,
      claims: now => ({ ...serviceToken(now), azp: '107145139691231222712' }),
      expected: 'claim_invalid',
    },
    {
      name: 'refuses an address at a domain that only ends like the one of service accounts',
      source: PUSH,
      claims: now => ({ ...serviceToken(now), email: 'order-importer@evil-gserviceaccount.com' }),
      expected: 'claim_invalid',
    },
    {
      name: 'refuses an address at a domain that only begins like the one of service accounts',
      source: PUSH,
      claims: now => ({ ...serviceToken(now), email: `${ADDRESS}.example.com` }),
      expected: 'claim_invalid',
    },
    {
      name: 'refuses an email that is an array',
      source: PUSH,
      claims: now => ({ ...serviceToken(now), email: [ADDRESS] }),
      expected: 'claim_invalid',
    },
    {
      name: 'refuses a sub that is a number',
      source: PUSH,
      claims: now => ({ ...serviceToken(now), sub: 113774264463 }),
      expected: 'claim_invalid',
    },
    {
      name: 'refuses a service account without sub',
      source: PUSH,
      claims: now => ({ ...without(serviceToken(now), 'sub'), azp: ADDRESS }),
      expected: 'claim_missing',
    },
    {
      name: 'refuses a service account without azp',
      source: PUSH,
      claims: now => without(serviceToken(now), 'azp'),
      expected: 'claim_missing',
    },
    {
      name: 'refuses a token without iat',
      source: PUSH,
      claims: now => without(serviceToken(now), 'iat'),
      expected: 'claim_missing',
    },
    {
      name: 'refuses a token for another API',
      source: PUSH,
      claims: now => ({ ...serviceToken(now), aud: 'https://example.com' }),
      expected: 'audience_mismatch',
    },
    {
      name: 'refuses the issuer without https, as older ID tokens write it',
      source: OPENID_CONNECT,
      claims: now => ({ ...serviceToken(now), iss: 'accounts.google.com' }),
      expected: 'issuer_not_trusted',
    },
    {
      name: 'refuses a JWT that the service account signed itself',
      source: SELF_SIGNED,
      claims: now => ({ aud: API, email: ADDRESS, exp: now + 3600, iat: now, iss: ADDRESS, sub: ADDRESS }),
      expected: 'issuer_not_trusted',
    },
    {
      name: 'refuses the assertion of the Identity-Aware Proxy',
      source: IAP,
      claims: now => ({ ...serviceToken(now), iss: 'https://cloud.google.com/iap' }),
      expected: 'issuer_not_trusted',
    },
    {
      name: 'refuses a header without typ',
      source: PUSH,
      header: {},
      claims: serviceToken,
      expected: 'type_not_accepted',
    },
  ],
}
