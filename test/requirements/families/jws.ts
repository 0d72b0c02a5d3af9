import { at, type Family, must, should } from '../entry.ts'

const decode = at('packages/core/test/token/decode-token.test.ts')
const encoding = at('test/attacks/encoding.test.ts')
const json = at('test/attacks/json.test.ts')
const keyChoice = at('test/attacks/key-choice.test.ts')
const members = at('test/attacks/members.test.ts')
const split = at('packages/core/test/token/split-compact.test.ts')

export const jws: Family = {
  title: 'JSON Web Signature (RFC 7515, RFC 7797)',
  entries: [
    must(
      'J1',
      'RFC 7515 sections 4 and 10.12',
      'Names are unique, and a text that is not one strict JSON object is refused whole.',
      json('JSON1: names twice, so that two readers see two tokens (RFC 7515 section 4, RFC 7519 section 4)'),
      json('JSON5, JSON6: other shapes (RFC 7519 section 7.2, fast-jwt #638)'),
      decode('a header that is not one strict JSON object is token_json_invalid (RFC 7515 section 4)'),
    ),
    must(
      'J2a',
      'RFC 7515 section 4.1.1',
      'alg is there, understood, and compared with case.',
      decode('alg must be on the list to the letter (RFC 8725 sections 3.1 and 3.2)'),
      decode('a header without alg is refused'),
    ),
    must(
      'J2b',
      'RFC 7515 section 4.1.1',
      'A token is invalid where its issuer has no key for its alg.',
      keyChoice('KEY5 the kid of a key for another algorithm'),
      at('test/issuers/several-issuers.test.ts')('CL9 a kid that only another issuer has is unknown'),
    ),
    must(
      'J3',
      'RFC 7515 section 4.1.4',
      'kid is a string, compared with case.',
      decode('kid is a string of at most 512 characters or absent (RFC 7515 section 4.1.4)'),
      at('packages/core/test/issuer/key-ring.test.ts')(
        'takes the key of exactly this kid and algorithm (RFC 7515 section 4.1.4)',
      ),
    ),
    should(
      'J4',
      'RFC 7515 section 4.1, RFC 8725 section 3.10',
      'Keys and addresses of keys in the header (jwk, jku, x5u, x5c) are never used.',
      keyChoice('KEY1 to KEY3: keys and addresses of keys in the token (RFC 7515 section 4.1, CVE-2018-0114)'),
      keyChoice('KEY2 nobody ever asked the attacker for anything'),
    ),
    must(
      'J5',
      'RFC 7515 section 4.1.9',
      'typ is a media type: without case, and with or without "application/".',
      decode('typ is compared as a media type (RFC 7515 section 4.1.9)'),
      at('test/attacks/parties.test.ts')('CL15 typ … (RFC 7515 section 4.1.9)'),
    ),
    must(
      'J6',
      'RFC 7515 section 4.1.11',
      'A token with crit is refused, since no extension is understood.',
      members('JSON9 crit …'),
      decode('a parameter that changes what a token means is header_not_accepted, whatever its value'),
    ),
    must(
      'J7a',
      'RFC 7515 section 5.2',
      'A token has exactly two dots.',
      encoding('ENC4: other numbers of parts (CVE-2025-30204, CVE-2025-27144)'),
      split('three canonical parts, none of them empty (RFC 7515 section 7.1)'),
    ),
    must(
      'J7b',
      'RFC 7515 section 5.2',
      'Parts are base64url without padding, white space or any other character.',
      encoding('ENC1: white space and control characters (RFC 7515 section 5.2)'),
      encoding('ENC2, ENC3: other alphabets, padding, unused bits (RFC 7515 section 2, RFC 4648 section 3.5)'),
      at('packages/core/test/shared/base64url.test.ts')(
        'for any text it decodes exactly what is canonical, and to the bytes that Buffer reads',
      ),
    ),
    must(
      'J7c',
      'RFC 7515 section 5.2',
      'The header is a JSON object in UTF-8.',
      decode('a header that is not one strict JSON object is token_json_invalid (RFC 7515 section 4)'),
      json('JSON2 to JSON4: other encodings of text (RFC 8259 section 8, RFC 8725 section 3.7)'),
    ),
    must(
      'J8',
      'RFC 7515 sections 5.2 and 10.6',
      'The algorithm used is the one in alg, and so is the hash inside an RSA signature.',
      at('test/attacks/signatures-rsa.test.ts')(
        'ALG9: other hashes and paddings in RSASSA-PKCS1-v1_5 (RFC 7515 section 10.6, Bleichenbacher 2006)',
      ),
      at('packages/core/test/signature/engines.test.ts')('RS256 with another hash is refused'),
      at('packages/core/test/vectors/wycheproof-jws.test.ts')('with the %s engine, Wycheproof JWS'),
    ),
    must(
      'J9a',
      'RFC 7515 sections 5.3 and 10.13',
      'Names and values are compared as they are once escapes are read, and not otherwise.',
      json('JSON6 escapes where none are needed (RFC 7515 section 5.3)'),
      decode('alg twice, once with an escape'),
      at('test/requirements/strings.test.ts')(
        'names of members that differ in case alone are different names (RFC 7515 section 5.3)',
      ),
    ),
    should(
      'J9b',
      'RFC 7515 section 10.13',
      'Characters beyond the basic plane arrive as they were signed.',
      at('test/requirements/strings.test.ts')(
        'characters beyond the basic plane arrive as they were signed (RFC 7515 section 10.13)',
      ),
      json('JSON4 a pair of surrogates'),
    ),
    must(
      'J10',
      'RFC 7797 section 7',
      'A token with b64 is refused.',
      members('JSON10 b64 false with crit, the payload as it is (RFC 7797 section 7)'),
      members('JSON10 b64 …'),
    ),
    must(
      'J11',
      'RFC 7515 section 7.1, RFC 7519 section 1',
      'Only the compact serialization is a token, of letters, digits, "-", "_" and "." alone.',
      encoding('ENC6: other serializations (RFC 7515 section 7.2)'),
      split('for any text it accepts exactly three non-empty parts that round-trip'),
    ),
  ],
}
