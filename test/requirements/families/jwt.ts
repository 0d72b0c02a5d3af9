import { at, type Family, must } from '../entry.ts'

const accept = at('packages/core/test/claims/accept-claims.test.ts')
const claims = at('test/attacks/claims.test.ts')
const json = at('test/attacks/json.test.ts')
const members = at('test/attacks/members.test.ts')
const parties = at('test/attacks/parties.test.ts')
const times = at('packages/core/test/claims/token-times.test.ts')

export const jwt: Family = {
  title: 'JSON Web Token (RFC 7519)',
  entries: [
    must(
      'T1',
      'RFC 7519 section 4',
      'A claim that stands there twice is refused.',
      json('JSON1: names twice, so that two readers see two tokens (RFC 7515 section 4, RFC 7519 section 4)'),
    ),
    must(
      'T2',
      'RFC 7519 section 4',
      'Claims that nobody knows are ignored.',
      members('JSON7 a claim %s is a claim like any other'),
      at('test/requirements/strings.test.ts')(
        'claims and header parameters that nobody knows change nothing (RFC 7519 section 4)',
      ),
    ),
    must(
      'T3a',
      'RFC 7519 sections 4.1.1 and 4.1.2',
      'iss and sub are strings, compared with case.',
      parties('CL8, CL10: issuers (RFC 9068 section 4, CVE-2024-53861, CVE-2025-30144)'),
      claims('CL11: who the token is about (RFC 9068 section 2.2)'),
    ),
    must(
      'T3b',
      'RFC 7519 section 4.1.3',
      'aud is a string or a list of strings; a token is refused where this server is not among them.',
      parties('CL4 to CL7: audiences (RFC 7519 section 4.1.3, RFC 9068 section 4, CVE-2020-26160)'),
      accept('aud is compared to the letter, and one of several suffices (RFC 7519 section 4.1.3)'),
    ),
    must(
      'T4a',
      'RFC 7519 section 4.1.4',
      'exp is a number, and the token is refused from that moment on.',
      times('exp: the token is refused at that moment and later (RFC 7519 section 4.1.4)'),
      claims('CL1 to CL3: times (RFC 7519 sections 4.1.4 to 4.1.6)'),
      at('test/attacks/cache.test.ts')('a remembered token is refused from the second of its exp on (fast-jwt 6.3.2)'),
    ),
    must(
      'T4b',
      'RFC 7519 section 4.1.5',
      'nbf is a number, and the token is refused before that moment.',
      times('nbf: the token is refused before that moment (RFC 7519 section 4.1.5)'),
      claims('CL1 to CL3: times (RFC 7519 sections 4.1.4 to 4.1.6)'),
    ),
    must(
      'T4c',
      'RFC 7519 section 4.1.6',
      'iat is a number.',
      accept('a claim of the wrong type is claim_invalid (RFC 7519 section 4.1)'),
      claims('CL1 to CL3: times (RFC 7519 sections 4.1.4 to 4.1.6)'),
    ),
    must(
      'T5a',
      'RFC 7519 section 2',
      'A time may have a fraction.',
      times('%d is a NumericDate (RFC 7519 section 2)'),
      members('JSON8 a fraction'),
    ),
    must(
      'T5b',
      'RFC 7519 section 4.1.7',
      'jti is a string.',
      claims('CL11: who the token is about (RFC 9068 section 2.2)'),
    ),
    must(
      'T6a',
      'RFC 7519 section 7.2',
      'A token is refused where any step of its validation fails.',
      at('packages/core/test/signature/verify-signature.test.ts')(
        'a changed token is signature_invalid, and no claims come out of it (RFC 7515 section 5.2)',
      ),
      at('test/attacks/catalogue.test.ts')('refused by Express, Fastify, check() and verify(), under both engines'),
      at('test/attacks/random.test.ts')(
        'really signed claims of any kind are accepted exactly where RFC 9068 allows them',
      ),
    ),
    must(
      'T6b',
      'RFC 7519 section 7.2',
      'The claims are a JSON object in UTF-8.',
      json('JSON5, JSON6: other shapes (RFC 7519 section 7.2, fast-jwt #638)'),
      json('JSON2 to JSON4: other encodings of text (RFC 8259 section 8, RFC 8725 section 3.7)'),
    ),
    must(
      'T6c',
      'RFC 7519 section 7.2',
      'A token inside a token is not taken for either.',
      members('JSON11 a token inside the token, and cty'),
      members('JSON11 a token inside the token'),
    ),
    must(
      'T7',
      'RFC 7519 section 7.3',
      'Strings are compared code point by code point, without Unicode normalisation.',
      at('test/requirements/strings.test.ts')(
        'texts that Unicode normalisation would make equal are different (RFC 7519 section 7.3)',
      ),
    ),
  ],
}
