import { at, type Family, must, notApplicable, should } from '../entry.ts'

const algorithms = at('test/attacks/algorithms.test.ts')
const engines = at('packages/core/test/signature/engines.test.ts')
const jwks = at('packages/core/test/issuer/public-jwk.test.ts')
const own = at('test/requirements/keys.test.ts')
const secret = at('packages/core/test/options/shared-secret.test.ts')

export const jwa: Family = {
  title: 'Algorithms (RFC 7518, RFC 8037, RFC 9864)',
  entries: [
    must(
      'A1a',
      'RFC 7518 sections 3.3 and 3.5',
      'RSA keys of fewer than 2048 bits are not used, for tokens and for proofs.',
      jwks('1024 bits'),
      jwks('2047 bits'),
      at('packages/core/test/sender/dpop/read-proof.test.ts')('a short RSA key'),
    ),
    should('A1b', 'RFC 7518 section 8.6', 'Keys have an upper limit of size.', jwks('8193 bits'), jwks('16384 bits')),
    must(
      'A2',
      'RFC 7518 section 3.4',
      'An ECDSA signature is r and s at their full length, and no DER.',
      engines('takes r and s side by side and no DER (RFC 7518 section 3.4)'),
      at('test/attacks/signatures-curves.test.ts')(
        'SIG1, SIG2: ECDSA signatures that are none (CVE-2022-21449, RFC 7518 section 3.4)',
      ),
    ),
    must(
      'A3',
      'RFC 7518 section 3.5',
      'The salt of RSASSA-PSS is as long as the hash, and there is one hash.',
      algorithms('ALG8: RSASSA-PSS with other parameters (RFC 7518 section 3.5)'),
    ),
    must(
      'A4',
      'RFC 7518 section 3.6',
      'alg none is never accepted, and cannot be configured.',
      algorithms('ALG1, ALG2: a token that says it is not signed (RFC 7518 section 3.6, CVE-2022-23540)'),
      at('packages/core/test/options/targets.test.ts')('%s cannot be listed'),
    ),
    must(
      'A5a',
      'RFC 7518 section 3.2',
      'An HMAC is compared in constant time.',
      own('an HMAC is compared by nothing but timingSafeEqual or the Web Crypto of Node (RFC 7518 section 3.2)'),
    ),
    must(
      'A5b',
      'RFC 7518 section 3.2',
      'A shared secret is at least as long as the hash.',
      secret('shorter than the hash'),
      secret('as long as the hash'),
      secret('bytes count, not characters (RFC 7518 section 3.2)'),
    ),
    must(
      'A6a',
      'RFC 8037 section 2',
      'A public OKP key has no d; one that has is not used.',
      own('an OKP key that shows its d is left aside (RFC 8037 section 2)'),
      at('packages/core/test/sender/dpop/read-proof.test.ts')(
        'a proof that brings its private key along proves nothing any more (DP7)',
      ),
    ),
    should(
      'A6b',
      'RFC 9864 section 4.1',
      'Ed25519 goes by its own name; the deprecated EdDSA is taken only where it is listed.',
      own('EdDSA is refused until it is listed, and then means Ed25519 alone (RFC 9864 section 4.1)'),
    ),
    must(
      'A7a',
      'RFC 9068 section 2.1',
      'RS256 is supported, and accepted by default.',
      at('packages/core/test/options/parse-options.test.ts')(
        'issuer, audience and scopes suffice, and the defaults are the documented ones',
      ),
      at('test/interop/independent-verdict.test.ts')('tokens of oidc-provider signed with %s'),
    ),
    must(
      'A7b',
      'FAPI 2.0 section 5.4',
      'Under the profile fapi2 RS256 cannot be listed.',
      at('packages/core/test/options/parse-profile.test.ts')(
        'FAPI 2.0 with RS256 (FAPI 2.0 Security Profile section 5.4)',
      ),
    ),
    notApplicable('A8', 'RFC 9964', 'ML-DSA is optional and not supported; keys of the kind AKP are left aside.'),
  ],
}
