import { at, atRows, choice, type Family } from '../entry.ts'

const elsewhere = atRows('test/parity/requests.test.ts', 'test/parity/rows/elsewhere.ts')
const refusals = at('packages/express/test/refusals.test.ts')
const senders = at('packages/core/test/resource-server.senders.test.ts')

/** Where documents contradict each other, or more than one answer is right. */
export const choices: Family = {
  title: 'Where documents disagree',
  entries: [
    choice(
      'Z1',
      'RFC 6750 section 2.3, OAuth 2.1 section 5.1, FAPI 2.0 section 5.3.4',
      'A token in the query neither lets in nor spoils a good header beside it.',
      elsewhere('a token in the query alone'),
      elsewhere('a good header beside rubbish in the query'),
      elsewhere('a good header beside rubbish in the form body'),
    ),
    choice(
      'Z2',
      'RFC 6750 section 3.1, RFC 9728 section 5.1',
      'No token: 401 without an error, with scope and metadata.',
      at('test/metadata/wire.test.ts')('%s names its URL in the challenge (RFC 9728 section 5.1)'),
      refusals('answers a request without credentials with a challenge and no error (RFC 6750 section 3.1)'),
    ),
    choice(
      'Z3',
      'RFC 6750 section 3, RFC 9449 figure 17',
      'A challenge is never bare.',
      at('test/requirements/challenges.test.ts')(
        'each challenge begins with its realm as a quoted string (RFC 9110 section 11.5, RFC 6750 section 3)',
      ),
    ),
    choice(
      'Z4',
      'RFC 9449 sections 7.1 and 7.2',
      'A bad proof is 401 invalid_dpop_proof; the proof of another key is 401 invalid_token.',
      senders('under DPoP, %s: 401, and the error stands with DPoP'),
    ),
    choice(
      'Z5',
      'RFC 6750 section 3.1',
      'A header outside the grammar is 400 invalid_request; a bad JWT in a good header is 401 invalid_token.',
      refusals('refuses a malformed Authorization header with 400 (RFC 6750 section 3.1)'),
      refusals('says no more about a bad token than what RFC 6750 section 3.1 asks for'),
    ),
    choice(
      'Z6',
      'RFC 9449 figure 19',
      'Two Authorization headers are 400 in both challenges, whatever Node keeps of them.',
      at('test/attacks/sender-schemes.test.ts')(
        'two Authorization headers are refused in both challenges (RFC 9449 figure 19)',
      ),
      at('test/attacks/dpop-form.test.ts')(
        'hidden from Node behind a thousand others, a second Authorization header is not overlooked',
      ),
    ),
    choice(
      'Z7',
      'RFC 9068 section 2.1, FAPI 2.0 section 5.4',
      'RS256 is accepted by default, and not under fapi2.',
      at('packages/core/test/options/parse-options.test.ts')(
        'issuer, audience and scopes suffice, and the defaults are the documented ones',
      ),
      at('packages/core/test/options/parse-profile.test.ts')(
        'FAPI 2.0 with RS256 (FAPI 2.0 Security Profile section 5.4)',
      ),
    ),
    choice(
      'Z8',
      'RFC 9864 section 4.1',
      'EdDSA counts only where it is listed, and then for Ed25519 keys alone.',
      at('test/requirements/keys.test.ts')(
        'EdDSA is refused until it is listed, and then means Ed25519 alone (RFC 9864 section 4.1)',
      ),
    ),
    choice(
      'Z9',
      'RFC 7515 section 4, RFC 7517 section 4, RFC 7519 section 4',
      'A name that stands twice is refused; the last one does not win.',
      at('packages/core/test/shared/json.property.test.ts')(
        'an object that names one member twice is refused, wherever it stands and however the name is spelled',
      ),
    ),
    choice(
      'Z10',
      'RFC 7800 section 3.1',
      'A member of cnf that nobody knows is not ignored.',
      at('packages/core/test/sender/sender-binding.test.ts')('a known method and one that nobody knows'),
    ),
    choice(
      'Z11',
      'RFC 6750 section 3.1, MCP authorization',
      'The challenge of 403 names what the route needs, and never depends on the token.',
      at('test/attacks/scopes.test.ts')('CL12 the challenge of a route never depends on the token (decision 10)'),
    ),
    choice(
      'Z12',
      'RFC 7515 section 4.1.4',
      'Without a kid the few keys that fit are tried; an unknown kid finds none.',
      at('test/attacks/key-choice.test.ts')('KEY5 no kid, where two published keys fit, one of which signed'),
      at('packages/core/test/resource-server.test.ts')('more than four keys that fit a token without kid'),
      at('test/attacks/key-choice.test.ts')('KEY1 jwk, and a kid of its own'),
    ),
  ],
}
