import type { TokenProfile } from './token-profile.ts'
import { MARKS_OF_OTHER_TOKENS } from './token-profile.ts'

/**
 * ID tokens that Google signs for service accounts: the credential between services on Cloud Run and of Pub/Sub push.
 * (Google issues no JWT access tokens for other APIs.) `issuer` is `https://accounts.google.com`, `audience` the URL for
 * which callers ask. ID tokens of people are refused. **Every service account of every Google customer gets a token for
 * any audience**, so allow by a list of your own, of `subject`, the unique id: the client id is that or the account's
 * address, depending on how the token was asked for. Tokens have no scopes or roles. Does not cover tokens without
 * `email` (ask for `includeEmail`, on Compute Engine for `format=full`), self-signed JWTs, IAP or Firebase.
 * @see https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions
 * @see https://cloud.google.com/run/docs/authenticating/service-to-service
 */
export const google: TokenProfile = {
  name: 'google',
  source: 'https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions',
  types: ['jwt'],
  requiredClaims: ['sub', 'iat', 'azp', 'email'],
  claimValues: { email_verified: [true] },
  refusedClaims: MARKS_OF_OTHER_TOKENS,
  audienceClaims: ['aud'],
  clientIdClaims: ['azp'],
  scopeClaims: [],
  roleClaims: [],
  permissionClaims: [],
  // In a person's token `azp` is the OAuth client of the sign-in, neither the person's id nor address.
  kinds: [
    {
      kind: 'service',
      when: [
        { claim: 'sub', isClientId: true },
        { claim: 'email', endsWith: '.gserviceaccount.com' },
      ],
    },
    // By a key of the account, or `useEmailAzp`: `azp` is the address.
    {
      kind: 'service',
      when: [
        { claim: 'email', isClientId: true },
        { claim: 'email', endsWith: '.gserviceaccount.com' },
      ],
    },
  ],
  kindRequired: true,
  algorithms: ['RS256'],
}
