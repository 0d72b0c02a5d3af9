import { at, type Family, must, should } from '../entry.ts'

const claims = at('packages/core/test/sender/dpop/proof-claims.test.ts')
const form = at('test/attacks/dpop-form.test.ts')
const header = at('test/attacks/dpop-header.test.ts')
const nonce = at('test/attacks/dpop-nonce.test.ts')
const proofs = at('test/attacks/dpop-claims.test.ts')
const read = at('packages/core/test/sender/dpop/read-proof.test.ts')
const schemes = at('test/attacks/sender-schemes.test.ts')
const target = at('test/attacks/dpop-target.test.ts')

/** Section 4.3 of RFC 9449: what a proof has to be. */
export const dpopProofs: Family = {
  title: 'DPoP proofs (RFC 9449 section 4.3)',
  entries: [
    must(
      'DP1',
      'RFC 9449 section 4.3',
      'There is not more than one DPoP header.',
      form('DP1: not more than one DPoP header'),
    ),
    must(
      'DP2',
      'RFC 9449 section 4.3',
      'Its value is one well-formed JWT.',
      form('DP2: the value is one well-formed JWT'),
      read('what is not one well-formed JWS is dpop_proof_malformed (DP2)'),
    ),
    must(
      'DP3',
      'RFC 9449 section 4.3',
      'jti, htm, htu, iat and ath are there; nonce too where one was asked for.',
      claims('every claim must be there, and be what it is (DP3)'),
      proofs('claims of another type, or missing'),
      claims('a proof must have one that is good'),
    ),
    must('DP4', 'RFC 9449 section 4.3', 'typ is dpop+jwt.', read('typ and jwk (DP3, DP4)'), header('DP4 typ …')),
    must(
      'DP5',
      'RFC 9449 section 4.3',
      'alg is asymmetric, not none, and one of those that the server accepts.',
      read('the algorithm is one of the option, and the key is one for it (DP5, DP6)'),
      header('DP5 alg …'),
      proofs('DP5: the algorithms of the option alone'),
    ),
    must(
      'DP6',
      'RFC 9449 section 4.3',
      'The signature holds under the key in the header.',
      at('test/attacks/dpop-oidf.test.ts')('a bad signature'),
      header('DP6 jku, x5u, x5c and kid lead to no other key'),
      header('DP6 the key of the issuer, which signs tokens, signs no proofs for others'),
    ),
    must(
      'DP7',
      'RFC 9449 section 4.3',
      'The key in the header has no private part.',
      read('a proof that brings its private key along proves nothing any more (DP7)'),
      header('DP7 … in the jwk'),
    ),
    must(
      'DP8',
      'RFC 9449 section 4.3',
      'htm is the method of the request, with case.',
      claims('htm is the method to the letter (DP8, RFC 9110 section 9.1)'),
      target('DP8: a proof is for one method'),
    ),
    must(
      'DP9',
      'RFC 9449 section 4.3',
      'htu is the URI of the request without query and fragment.',
      claims('htu is the URI of the request (DP9, RFC 9449 section 4.3, RFC 3986 section 6.2)'),
      target('DP9: the proof for one route opens no other, however the request target is spelled'),
    ),
    must(
      'DP10',
      'RFC 9449 section 4.3',
      'The nonce is the one that was handed out.',
      nonce('what is not to the letter a nonce of ours is none'),
    ),
    must(
      'DP11',
      'RFC 9449 section 4.3',
      'iat, or the time of the nonce, lies within the window.',
      claims('the proof was made just now (DP11; FAPI 2.0 Security Profile section 5.3.2.1 on the 10 seconds)'),
      proofs('DP11: a proof lives for 60 seconds and the clock tolerance, and may be 10 seconds ahead'),
      nonce('an old one is good for one span more, with the newer one in the answer, and then for nothing'),
    ),
    must(
      'DP12',
      'RFC 9449 section 4.3',
      'ath is the hash of the token, and the key is the one that the token is bound to.',
      claims('ath is the hash of the token that came along (DP12)'),
      proofs('DP12: a proof belongs to one token and one key'),
    ),
    should(
      'DP13',
      'RFC 9449 section 4.3, RFC 3986 sections 6.2.2 and 6.2.3',
      'URIs are compared in normal form: case of scheme and host, default port, escapes, dot segments.',
      claims('htu is the URI of the request (DP9, RFC 9449 section 4.3, RFC 3986 section 6.2)'),
      at('test/attacks/dpop-catalogue.test.ts')(
        'every unusual spelling of an honest proof is accepted (RFC 9449 section 4.3, RFC 3986 section 6.2)',
      ),
      at('test/attacks/dpop-oidf.test.ts')('htu with scheme and host in upper case'),
    ),
    must(
      'DP14a',
      'RFC 9449 section 7.1',
      'Nobody gets in without the token, the proof, and every check of both.',
      at('test/attacks/dpop-oidf.test.ts')('no proof'),
      schemes('a proof without a token is no credential'),
      at('test/attacks/dpop-catalogue.test.ts')(
        'every forged proof is refused by Express, Fastify and check(), under both engines (RFC 9449 section 4.3)',
      ),
    ),
    must(
      'DP14b',
      'RFC 9449 section 6',
      'Whether a token is bound is known from cnf.jkt, and token_type must not contradict it.',
      at('packages/core/test/sender/sender-binding.test.ts')('what a token is bound to'),
      at('packages/core/test/sender/sender-binding.test.ts')(
        'where a claim says the type of the token, it must not contradict cnf (RFC 9449 section 6.2)',
      ),
      at('test/interop/dpop-opaque.test.ts')(
        'are such by the word of the provider: token_type DPoP, and cnf (RFC 9449 section 6.2)',
      ),
    ),
  ],
}
