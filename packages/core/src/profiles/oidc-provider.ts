import { rfc9068 } from './rfc9068.ts'
import type { TokenProfile } from './token-profile.ts'

/**
 * JWT access tokens of node oidc-provider 9: RFC 9068 throughout. `sub` is the account or, for client credentials, the
 * client; `aud` is one string; without a granted scope there is no `scope`. No other JWT of the provider has `at+jwt`.
 * `issuer`: that of `new Provider()`. `audience`: `audience` of `getResourceServerInfo()`, by default the resource
 * indicator; set `accessTokenFormat: 'jwt'` there too, for tokens are opaque by default. Does not cover what
 * `extraTokenClaims` and the JWT customizer change, encrypted tokens, and tokens signed with a shared secret.
 * @see https://github.com/panva/node-oidc-provider/blob/HEAD/lib/models/formats/jwt.js
 */
export const oidcProvider: TokenProfile = {
  ...rfc9068,
  name: 'oidcProvider',
  source: 'https://github.com/panva/node-oidc-provider/blob/HEAD/lib/models/formats/jwt.js',
}
