import type { TokenProfile } from './token-profile.ts'
import { MARKS_OF_OTHER_TOKENS } from './token-profile.ts'

/**
 * Access tokens of Amazon Cognito user pools: no `typ` in the header, the claim `token_use` tells them from ID tokens.
 * `issuer` is `https://cognito-idp.<region>.amazonaws.com/<user pool id>`. Most tokens have no `aud`. Then `audience` is
 * the app client that asked for the token: list every app client that may call the API, and guard routes by the scopes
 * of its resource server, because nothing else says for which API the token is. Where a client asked for a resource,
 * `aud` is that API's URL and counts alone. Does not cover ID tokens or the claims that a Lambda trigger adds.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html
 */
export const cognito: TokenProfile = {
  name: 'cognito',
  source:
    'https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html',
  types: [null],
  requiredClaims: ['sub', 'iat', 'jti'],
  // No Lambda trigger can set it, so it is as good as a `typ`.
  claimValues: { token_use: ['access'] },
  // `nonce` stays allowed: the table of reserved claims says that access tokens have it too.
  refusedClaims: MARKS_OF_OTHER_TOKENS.filter(claim => claim !== 'nonce'),
  audienceClaims: ['aud', 'client_id'],
  clientIdClaims: ['client_id'],
  scopeClaims: [{ path: ['scope'], form: 'words' }],
  roleClaims: [{ path: ['cognito:groups'], form: 'array' }],
  permissionClaims: [],
  // `username` and groups are for users only, and no Lambda trigger can add them to the token of a client.
  kinds: [
    {
      kind: 'service',
      when: [
        { claim: 'sub', isClientId: true },
        { claim: 'username', present: false },
        { claim: 'cognito:groups', present: false },
      ],
    },
    {
      kind: 'user',
      when: [
        { claim: 'username', present: true },
        { claim: 'sub', isClientId: false },
      ],
    },
  ],
  algorithms: ['RS256'],
}
