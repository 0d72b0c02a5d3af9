import { rfc7662 } from './rfc7662.ts'
import type { TokenProfile } from './token-profile.ts'

/**
 * Opaque tokens of node oidc-provider, for introspection: as RFC 7662 has them, without `sub` where a client acts for
 * itself. Its introspection endpoint names the account of every user's token as `sub`, so no `sub` means no user.
 * @see https://github.com/panva/node-oidc-provider/blob/v9.13.3/lib/actions/introspection.js
 */
export const oidcProviderOpaque: TokenProfile = {
  ...rfc7662,
  name: 'oidcProviderOpaque',
  source: 'https://github.com/panva/node-oidc-provider/blob/v9.13.3/lib/actions/introspection.js',
  kinds: [
    {
      kind: 'service',
      when: [
        { claim: 'sub', present: false },
        { claim: 'username', present: false },
      ],
    },
    { kind: 'user', when: [{ claim: 'sub', isClientId: false }] },
  ],
}
