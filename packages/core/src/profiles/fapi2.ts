import { rfc9068 } from './rfc9068.ts'
import type { TokenProfile } from './token-profile.ts'

/**
 * JWT access tokens under the FAPI 2.0 Security Profile (final): RFC 9068 with the algorithms of section 5.4 alone. RS256
 * is none of them, and `EdDSA` goes by its fully-specified name, `Ed25519` (RFC 9864).
 *
 * `issuer` and `audience` as for RFC 9068. Every token must be bound to its sender, by DPoP (set the option `dpop`) or by a
 * client certificate. Section 5.3.4 also asks for the revocation status: that is the option `revocation`, which a profile
 * cannot set.
 * @see https://openid.net/specs/fapi-security-profile-2_0-final.html
 */
export const fapi2: TokenProfile = {
  ...rfc9068,
  name: 'fapi2',
  source: 'FAPI 2.0 Security Profile sections 5.3.4 and 5.4, RFC 9068 sections 2 and 4',
  algorithms: ['PS256', 'ES256', 'Ed25519'],
  senderConstraintRequired: true,
}
