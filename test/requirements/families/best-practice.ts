import { at, type Family, must, notApplicable, should } from '../entry.ts'

const algorithms = at('test/attacks/algorithms.test.ts')
const keyChoice = at('test/attacks/key-choice.test.ts')
const parties = at('test/attacks/parties.test.ts')
const secret = at('packages/core/test/options/shared-secret.test.ts')
const several = at('test/issuers/several-issuers.test.ts')

export const bestPractice: Family = {
  title: 'JWT best current practices (RFC 8725 and its successor)',
  entries: [
    must(
      'P1a',
      'RFC 8725 section 3.1',
      'The caller lists the algorithms, for each issuer, and no other is ever used.',
      at('test/issuers/several-issuers-rules.test.ts')(
        'each issuer has its own algorithms, and those of another do not count (RFC 8725 section 3.1)',
      ),
      algorithms('ALG4 …, really signed, but not on the list'),
    ),
    must(
      'P1b',
      'RFC 8725 section 3.1',
      'Names of algorithms are compared with case, against what is allowed.',
      algorithms('ALG2: names are compared exactly (RFC 8725 section 3.1)'),
    ),
    must(
      'P1c',
      'RFC 8725 section 3.1',
      'One key is used with one algorithm, also where its JWK does not say which.',
      at('test/requirements/key-algorithm.test.ts')(
        'an RSA key without alg is used with the first listed algorithm that fits it, and with no other (RFC 8725 section 3.1)',
      ),
      at('test/issuers/shared-secret.test.ts')('%s alone is accepted where it was chosen (RFC 8725 section 3.1)'),
    ),
    must(
      'P2',
      'RFC 8725 section 3.2',
      'Current algorithms are supported, several at once, so that an issuer can move from one to another.',
      at('packages/core/test/signature/engines.test.ts')('%s (RFC 7518 section 3.1, RFC 9864)'),
      at('test/interop/provider-keys.test.ts')('after %s the new tokens are good and the old ones are not'),
    ),
    must(
      'P3',
      'RFC 8725 section 3.3',
      'A token is refused whole where any cryptographic check fails, and an encrypted one is not taken for a signed one.',
      at('packages/core/test/signature/verify-signature.test.ts')(
        'a changed token is signature_invalid, and no claims come out of it (RFC 7515 section 5.2)',
      ),
      at('test/attacks/signatures-rsa.test.ts')('ALG10: encrypted tokens (CVE-2026-29000, CVE-2023-51774)'),
    ),
    must(
      'P4',
      'RFC 8725 section 3.4',
      'Keys are judged before they are used: points off their curve and of small order are refused.',
      at('packages/core/test/issuer/key-ring.test.ts')('a point off its curve'),
      at('packages/core/test/issuer/low-order-points.test.ts')(
        'Ed25519 keys of small order are left aside, in every encoding (RFC 8032 section 5.1)',
      ),
      at('test/attacks/dpop-catalogue.test.ts')('DP6: no token helps a key with which anybody could sign'),
    ),
    must(
      'P5',
      'RFC 8725 section 3.5',
      'A shared secret is no password: short, repeated and public ones are refused. Whether chance made it only its owner knows.',
      secret('shorter than the hash'),
      secret('one byte over and over: %s'),
      secret('that are no secrets: %s (RFC 8725 section 2.1)'),
    ),
    must(
      'P6',
      'RFC 8725 section 3.7',
      'Only UTF-8 is read.',
      at('test/attacks/json.test.ts')(
        'JSON2 to JSON4: other encodings of text (RFC 8259 section 8, RFC 8725 section 3.7)',
      ),
    ),
    must(
      'P7a',
      'RFC 8725 section 3.8',
      'The keys are those of the issuer that the token names, or the token is refused.',
      several('CL9 a token of one issuer that is signed by the same kid of another is refused (RFC 8725 section 3.8)'),
      several('CL9 a token that one issuer signs in the name of another is refused (RFC 8725 section 3.8)'),
    ),
    must(
      'P7b',
      'RFC 8725 section 3.8',
      'The subject is valid, or the token is refused: by its form here, by name in a rule of the application.',
      at('test/attacks/claims.test.ts')('CL11: who the token is about (RFC 9068 section 2.2)'),
      at('packages/core/test/access/satisfies.test.ts')(
        'the predicate is asked with the access and the request, and its answer decides',
      ),
    ),
    must(
      'P8',
      'RFC 8725 section 3.9',
      'A token without an audience, or for another one, is refused.',
      parties('CL4 to CL7: audiences (RFC 7519 section 4.1.3, RFC 9068 section 4, CVE-2020-26160)'),
    ),
    must(
      'P9a',
      'RFC 8725 section 3.10',
      'A kid leads to no file, query, header or member of an object.',
      keyChoice(
        'KEY4: kid as a path, a query, a name of JavaScript (RFC 7515 section 4.1.4, CVE-2025-65945, CVE-2025-59936)',
      ),
    ),
    should(
      'P9b',
      'RFC 8725 section 3.10',
      'No address that a token names is ever asked.',
      keyChoice('KEY2 nobody ever asked the attacker for anything'),
      at('test/attacks/network.test.ts')('CL10 an issuer that the token names is never asked for its keys'),
    ),
    must(
      'P10',
      'RFC 8725 section 3.11',
      'The type of a token is explicit; JWT is none.',
      parties('CL14, CL15: other tokens of the same issuer (RFC 9068 section 5, RFC 8725 section 3.11)'),
    ),
    must(
      'P11',
      'RFC 8725 section 3.12',
      'No other kind of JWT of the issuer passes for an access token; what the profile of a vendor cannot tell apart is listed.',
      at('test/profiles/other-tokens.test.ts')('refuses a %s, %s (RFC 8725 section 3.12)'),
      at('test/profiles/other-tokens.test.ts')('what is let through is listed for a profile and a token that exist'),
      parties('CL14, CL15: other tokens of the same issuer (RFC 9068 section 5, RFC 8725 section 3.11)'),
    ),
    notApplicable('P12', 'successor of RFC 8725', 'Limits of decryption. Encrypted tokens are refused (P3).'),
  ],
}
