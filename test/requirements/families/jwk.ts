import { at, type Family, must, should } from '../entry.ts'

const jwks = at('packages/core/test/issuer/public-jwk.test.ts')
const keySet = at('test/attacks/key-set.test.ts')
const own = at('test/requirements/keys.test.ts')
const ring = at('packages/core/test/issuer/key-ring.test.ts')
const thumbprint = at('packages/core/test/sender/dpop/thumbprint.test.ts')
const suite = at('packages/core/test/vectors/jsontestsuite.test.ts')

export const jwk: Family = {
  title: 'JSON Web Key (RFC 7517, RFC 7638)',
  entries: [
    must(
      'K1a',
      'RFC 7517 section 4',
      'Names of members are unique; those that nobody knows are ignored.',
      at('packages/core/test/issuer/fetch-document.test.ts')('a duplicate name'),
      suite('as an unknown member of the key set leads to: … (RFC 7517 section 5)'),
      jwks('what is handed on has the public members and nothing else'),
    ),
    must(
      'K1b',
      'RFC 7517 section 4.1',
      'kty is there, and compared with case.',
      jwks('no kty'),
      jwks('kty in lower case'),
    ),
    must(
      'K2a',
      'RFC 7517 section 4.2',
      'A key for another use than signatures verifies none.',
      jwks('use enc'),
      jwks('use SIG'),
      at('packages/core/test/vectors/wycheproof-jwk.test.ts')(
        'vector 6 is the token of vector 5, whose key has the right use (RFC 7517 section 4.2)',
      ),
    ),
    must(
      'K2b',
      'RFC 7517 section 4.3',
      'A key whose key_ops are repeated, or do not include verify, verifies nothing.',
      jwks('key_ops with a duplicate'),
      jwks('key_ops for signing alone'),
    ),
    must(
      'K2c',
      'RFC 7517 section 4.3',
      'A key whose use and key_ops contradict each other verifies nothing.',
      own('a key whose use and key_ops contradict each other is left aside (RFC 7517 section 4.3)'),
    ),
    must(
      'K3',
      'RFC 7517 section 4.4, RFC 8725 section 3.1',
      'A key that names its algorithm verifies under that one alone.',
      at('test/attacks/algorithms.test.ts')('ALG6 alg RS256 for a key whose JWK names PS256'),
      jwks('the algorithms that a key may be used with (RFC 8725 section 3.1)'),
      at('packages/core/test/vectors/wycheproof-jws.test.ts')(
        'vector %i verifies once its JWK says %s: nothing but that was wrong',
      ),
    ),
    must(
      'K4',
      'RFC 7517 section 4.5, FAPI 2.0 section 5.4',
      'Among keys with one kid, kty, use, alg and crv choose; the few that fit are tried until one verifies.',
      keySet('alg chooses where it can'),
      keySet('the few that fit are tried, and a forged token verifies under none'),
      at('packages/core/test/vectors/wycheproof-jwk.test.ts')('are told apart by alg and kty (RFC 7517 section 4.5)'),
    ),
    must(
      'K5a',
      'RFC 7517 section 5',
      'A key set has an array of keys, or is none.',
      at('packages/core/test/issuer/key-source.test.ts')('a document that is no key set fails (RFC 7517 section 5)'),
      suite('as the whole key set is no key set: 503 (RFC 7517 section 5)'),
    ),
    should(
      'K5b',
      'RFC 7517 section 5',
      'A key that cannot be used is left aside, and the others stay.',
      keySet('a key that is published and should not be is left aside, the others are not'),
      ring('a member that cannot be used is left aside and the others stay (RFC 7517 section 5)'),
    ),
    must(
      'K6',
      'RFC 7517 section 9.2',
      'Private and symmetric keys in a published key set are not used, and operators read so.',
      jwks('keys that must not or do not verify (RFC 7517 section 4)'),
      at('test/issuers/algorithm-confusion.test.ts')(
        'a secret that an issuer publishes among its keys is ignored, and operators read so (RFC 7517 section 4)',
      ),
    ),
    must(
      'K7',
      'RFC 7638 section 3.2',
      'A thumbprint is made of the required members alone.',
      thumbprint('$id has the thumbprint that the RFC says'),
      thumbprint('order, spelling and further members make no difference (RFC 7638 section 3.2)'),
      thumbprint('jose finds the same for %s'),
    ),
    must(
      'K8a',
      'RFC 7518 section 6.2.1',
      'Coordinates of EC keys have their full length.',
      jwks('EC keys (RFC 7518 section 6.2.1)'),
    ),
    must(
      'K8b',
      'RFC 7518 section 6.3.1',
      'n and e of RSA keys are as short as can be.',
      jwks('leading zeros in n'),
      jwks('leading zeros in e'),
    ),
  ],
}
