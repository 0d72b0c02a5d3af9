import { at, atRows, type Family, must, notApplicable } from '../entry.ts'

const jwks = at('packages/core/test/issuer/public-jwk.test.ts')
const binding = at('packages/core/test/sender/sender-binding.test.ts')
const profile = at('packages/core/test/options/parse-profile.test.ts')

export const fapi: Family = {
  title: 'FAPI 2.0 Security Profile, resource servers',
  entries: [
    must(
      'F1',
      'FAPI 2.0 section 5.3.4',
      'Tokens come in the header alone, not in the query.',
      atRows('test/parity/requests.test.ts', 'test/parity/rows/elsewhere.ts')('a token in the query alone'),
      at('test/attacks/dpop-oidf.test.ts')('the token in the query (FAPI2SPFinalHappyFlow)'),
    ),
    must(
      'F2a',
      'FAPI 2.0 section 5.3.4',
      'Validity, integrity and expiration are verified.',
      at('test/profiles/profiles.test.ts')('profile %s'),
      atRows('test/profiles/profiles.test.ts', 'test/profiles/samples/fapi2.ts')('an expired token is refused'),
    ),
    must(
      'F2b',
      'FAPI 2.0 section 5.3.4',
      'Revoked tokens are refused, where the server is told of revocations: by the option or by introspection.',
      at('test/attacks/sender-revocation.test.ts')('revoked tokens, of which the servers may know already'),
      at('test/interop/opaque-tokens.test.ts')('a revoked token is refused at the next question (RFC 7009 section 2)'),
    ),
    must(
      'F3',
      'FAPI 2.0 section 5.3.4',
      'Privileges are checked, and refused with the errors of RFC 6750.',
      at('packages/express/test/refusals.test.ts')(
        'refuses a good token without the privilege with 403, naming what the route needs',
      ),
      at('test/interop/dpop.test.ts')(
        'with too little scope get 403 in the scheme that they came by (RFC 6750 section 3.1)',
      ),
    ),
    must(
      'F4',
      'FAPI 2.0 section 5.3.4',
      'Tokens are bound to their sender, by DPoP or by certificate, and that is verified.',
      binding('a profile can demand that tokens are bound (FAPI 2.0 Security Profile section 5.3.4)'),
      at('test/interop/certificate-bound.test.ts')('an API in %s takes them beside DPoP, and neither for the other'),
    ),
    must(
      'F5a',
      'FAPI 2.0 section 5.4',
      'Tokens are signed by PS256, ES256 or Ed25519.',
      profile('FAPI 2.0 with RS256 (FAPI 2.0 Security Profile section 5.4)'),
      profile('a profile of your own keeps the algorithms of its base'),
    ),
    must(
      'F5b',
      'FAPI 2.0 section 5.4',
      'RSA keys have at least 2048 bits, EC keys at least 224.',
      jwks('2047 bits'),
      jwks('EC keys (RFC 7518 section 6.2.1)'),
    ),
    must(
      'F6',
      'FAPI 2.0 section 5.2',
      'TLS is 1.2 or newer: towards issuers here, towards clients in the server of the application.',
      at('test/requirements/fetching.test.ts')(
        'an issuer that speaks no TLS newer than 1.1 is not talked to (FAPI 2.0 section 5.2)',
      ),
      at('test/attacks/sender-certificate-tls.test.ts')(
        'is 1.2: a client that knows no more than TLS 1.1 gets no connection',
      ),
    ),
    must(
      'F7',
      'FAPI 2.0 section 5.4',
      'Keys with one kid are told apart by kty, use, alg and crv (K4).',
      at('test/attacks/key-set.test.ts')('alg chooses where it can'),
    ),
    notApplicable('F8', 'FAPI 2.0 section 5.3.2.1', 'Written for authorization servers. Proofs keep to it: DP11.'),
  ],
}
