import { at, type Family, must, should } from '../entry.ts'

const answers = at('test/requirements/answers.test.ts')
const both = at('packages/core/test/challenge/both-schemes.test.ts')
const nonce = at('test/attacks/dpop-nonce.test.ts')
const nonces = at('packages/core/test/sender/dpop/nonces.test.ts')
const schemes = at('test/attacks/sender-schemes.test.ts')
const senders = at('packages/core/test/resource-server.senders.test.ts')

/** The rest of RFC 9449: schemes, challenges, nonces, replay. */
export const dpopServer: Family = {
  title: 'DPoP at the resource server (RFC 9449)',
  entries: [
    must(
      'DP15a',
      'RFC 9449 section 7.2',
      'A bound token that is sent as a bearer token is refused.',
      schemes('a bound token as %j is refused, with a proof and without, cold and warm'),
      at('test/interop/dpop.test.ts')('are refused as bearer tokens (RFC 9449 section 7.2)'),
    ),
    must(
      'DP15b',
      'RFC 9449 section 4.3',
      'An unbound token that is sent under DPoP is refused.',
      schemes('the scheme as %j takes a bound token, and refuses one that is not'),
    ),
    should(
      'DP16a',
      'RFC 9449 section 7.1',
      'A failed token or proof is answered with 401 and an error code in the challenge.',
      senders('under DPoP, %s: 401, and the error stands with DPoP'),
    ),
    should(
      'DP16b',
      'RFC 9449 section 7.1',
      'The challenge names the algorithms of proofs.',
      both('without credentials both are offered and neither has an error (RFC 6750 section 3.1)'),
      at('test/attacks/dpop-claims.test.ts')('are let in, and named in the challenge'),
    ),
    should(
      'DP17a',
      'RFC 9449 section 7.2',
      'Without credentials neither challenge has an error.',
      both('without credentials both are offered and neither has an error (RFC 6750 section 3.1)'),
    ),
    should(
      'DP17b',
      'RFC 9449 section 7.2',
      'The error stands with the scheme that was used, and with that one alone.',
      both('%s: the error stands with the scheme that was presented, and with that one alone'),
      senders('%s: the error stands with the scheme that was used (RFC 9449 section 7.2)'),
    ),
    must(
      'DP17c',
      'RFC 9449 section 7.2',
      'Two Authorization headers are 400, with the error in both challenges.',
      schemes('two Authorization headers are refused in both challenges (RFC 9449 figure 19)'),
    ),
    must(
      'DP18a',
      'RFC 9449 sections 8 and 9',
      'A nonce is asked for with 401, use_dpop_nonce and one DPoP-Nonce.',
      nonce('the challenge names one nonce of the grammar, and the client that puts it in is let in'),
      both('hands out the nonce and offers DPoP alone, mode %s'),
    ),
    must(
      'DP18b',
      'RFC 9449 section 8',
      'Nonces cannot be predicted.',
      nonces('nobody without the secret knows the next one: no two secrets agree'),
      nonces('a nonce has the characters that it may have, and 256 bits (RFC 9449 section 8.1)'),
    ),
    must(
      'DP18c',
      'RFC 9449 section 8.1',
      'Nonces keep to their characters.',
      nonces('a nonce has the characters that it may have, and 256 bits (RFC 9449 section 8.1)'),
    ),
    must(
      'DP18d',
      'RFC 9449 section 8',
      'A nonce that is not exactly a recent one is refused.',
      nonce('what is not to the letter a nonce of ours is none'),
      nonces('for how long a nonce is good'),
    ),
    must(
      'DP18e',
      'RFC 9449 section 11.3',
      'Once nonces are asked for, no proof gets in without.',
      nonce('a proof without a nonce is refused again and again, also after one with a nonce'),
    ),
    should(
      'DP18f',
      'RFC 9449 section 8.2',
      'An answer that hands out a nonce is not stored.',
      nonce('an old one is good for one span more, with the newer one in the answer, and then for nothing'),
    ),
    must(
      'DP19a',
      'RFC 9449 section 11.1',
      'A proof is good for a minute or so.',
      at('test/attacks/dpop-claims.test.ts')('a proof that waits is refused from its 65th second on, used or not'),
      at('packages/core/test/sender/dpop/proof-claims.test.ts')(
        'a proof is refused from the moment on at which it is forgotten',
      ),
    ),
    should(
      'DP19b',
      'RFC 9449 section 11.1',
      'A proof is good once, in one process and in several.',
      at('test/attacks/dpop-replay.test.ts')('HTTP12: a proof lets one request through (RFC 9449 section 11.1)'),
      at('test/redis/replay.test.ts')(
        'of 10,000 proofs, each sent to two of four processes at once, exactly 10,000 are accepted (RFC 9449 section 11.1)',
      ),
    ),
    should(
      'DP19c',
      'RFC 9449 section 11.1',
      'What is kept of a proof does not grow with its jti.',
      at('packages/core/test/sender/dpop/proof-check.test.ts')(
        'what is remembered is a hash of fixed length, and from when to when the proof is good',
      ),
    ),
    must(
      'DP20a',
      'RFC 9449 section 7.1',
      'Proxy-Authorization is no place for a token.',
      schemes('a proof without a token is no credential'),
    ),
    should(
      'DP20b',
      'RFC 9449 sections 7.1 and 8',
      'Clients in browsers can read challenge and nonce: what the application says of CORS stays on refusals.',
      answers(
        'what CORS exposes by the word of the application is exposed on refusals too (RFC 9449 sections 7.1 and 8)',
      ),
    ),
    must(
      'DP21',
      'RFC 9449 section 2',
      'Proofs are for https.',
      at('packages/core/test/options/parse-dpop.test.ts')('an http origin is for tests on this machine'),
      at('packages/core/test/sender/dpop/target-uri.test.ts')(
        'http on this machine is for tests (allowHttpOnLoopback), and nothing but this machine',
      ),
    ),
    must(
      'DP22',
      'RFC 9449 section 7.1',
      'The example of the RFC is accepted.',
      at('packages/core/test/sender/dpop/proof-check.test.ts')(
        'the example of RFC 9449 section 7.1 is accepted with the token that it was made for, once',
      ),
    ),
  ],
}
