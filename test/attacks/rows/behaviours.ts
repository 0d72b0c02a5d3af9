import { type AttackGroup, by, elsewhere } from './row.ts'

const CACHE = 'core/src/token-cache.ts'
const TIMES = 'core/src/claims/token-times.ts'
const KEY_SET = 'core/src/issuer/key-set.ts'
const SCHEDULE = 'core/src/issuer/refresh-schedule.ts'
const SOURCE = 'core/src/issuer/key-source.ts'
const FETCH = 'core/src/issuer/fetch-document.ts'
const DENIALS = 'core/src/errors/denials.ts'
const CHALLENGE = 'core/src/challenge/create-denials.ts'
const PRESENT = 'core/src/request/present-token.ts'
const COMPILE = 'core/src/access/compile-requirement.ts'
const GUARD = 'core/src/guard.ts'
const BINDING = 'core/src/sender/sender-binding.ts'
const STARVED = 'NET1 a flood cannot starve a key that the issuer has just rotated to (SEEN10)'
const EMPTY_ROUTES = 'a route that would demand nothing cannot be made (stig-manager#42, SEEN21)'
const AT_START = 'Such a route throws when it is made, in Express, in Fastify and without a framework.'

const caching: AttackGroup['rows'] = [
  {
    id: 'SEEN1',
    attack: 'A token without `iat` is remembered past its `exp`.',
    stoppedIn: [CACHE, TIMES],
    tests: by(
      'claims',
      'CL2 is remembered until its exp and not for longer, where a profile lets iat be left out (SEEN1)',
    ),
  },
  {
    id: 'SEEN2',
    attack: 'A handler changes what it was given, and the next request with this token sees the change.',
    stoppedIn: ['core/src/access/access.ts', 'core/src/access/named-set.ts', 'core/src/shared/json.ts'],
    tests: by('cache', 'a handler cannot change the access, and the next request with this token sees it as it was'),
  },
  {
    id: 'SEEN3',
    attack: 'A claim that is missing counts as one that is right.',
    stoppedIn: ['core/src/claims/token-target.ts', TIMES, 'core/src/claims/accept-claims.ts'],
    tests: [...by('claims', 'CL1 no exp', 'CL3 no iat'), ...by('parties', 'CL4 no aud', 'CL8 no iss')],
  },
]

const keySets: AttackGroup['rows'] = [
  {
    id: 'SEEN4',
    attack: 'Twenty unknown `kid`s are twenty fetches.',
    stoppedIn: [KEY_SET, SCHEDULE],
    tests: by('network', 'NET1 unknown kids cause one fetch per server and cool-down'),
  },
  {
    id: 'SEEN5',
    attack: 'A token that comes before its key is published stays dead for a week.',
    stoppedIn: [KEY_SET, SCHEDULE],
    tests: by(
      'key-lifetime',
      'NET1 a token that came before its key was published is accepted one cool-down after it is',
    ),
  },
  {
    id: 'SEEN6',
    attack: 'What the issuer answers in place of keys is passed on to the client, with 500.',
    stoppedIn: [FETCH, DENIALS],
    tests: by('network-faults', 'NET7 what the issuer sends in place of a key set is shown to nobody (SEEN6)'),
  },
  {
    id: 'SEEN7',
    attack: 'Each known key costs a fetch of its own.',
    stoppedIn: [KEY_SET],
    tests: by('key-lifetime', 'NET1 tokens under every key of the set cost one fetch for each server (SEEN7)'),
  },
  {
    id: 'SEEN8',
    attack: 'A withdrawn key is served on, as if the issuer were down.',
    stoppedIn: [KEY_SET, SCHEDULE],
    tests: [
      ...by('network', 'NET9 a key that is no longer published ends its tokens, those that are remembered as well'),
      ...by('key-lifetime', 'NET9, NET10 a max-age of ten years does not keep a withdrawn key beyond a day'),
    ],
  },
  {
    id: 'SEEN9',
    attack: 'The time-out that is documented has no effect.',
    stoppedIn: [FETCH],
    tests: by('network-faults', 'NET3 there is no answer', 'NET3 the answer stops half-way'),
  },
  {
    id: 'SEEN10',
    attack: 'A rate limit that made-up `kid`s use up shuts out the key that the issuer has just rotated to.',
    stoppedIn: [KEY_SET, SCHEDULE],
    tests: by('network', STARVED),
  },
  {
    id: 'SEEN11',
    attack: 'Under a `kid` with new key material the old tokens are accepted, and the new ones are not.',
    stoppedIn: [KEY_SET],
    tests: by('network', 'NET11 a kid with new key material: the old tokens are refused, the new ones are not'),
  },
  {
    id: 'SEEN12',
    attack: 'While the issuer is down every request asks it, and none gets in, though the keys are known.',
    stoppedIn: [SCHEDULE, KEY_SET],
    tests: by(
      'key-lifetime',
      'NET3 while keys cannot be fetched the known ones serve on for an hour, new tokens too, and not for longer',
    ),
  },
  {
    id: 'SEEN13',
    attack: 'Metadata that names another issuer makes that one trusted.',
    stoppedIn: ['core/src/issuer/discover.ts'],
    tests: by('network-faults', 'NET8 the answer names another issuer'),
  },
  {
    id: 'SEEN14',
    attack: 'A `jwks_uri` that was found once is asked as long as the process lives.',
    stoppedIn: [SOURCE],
    tests: by('key-lifetime', 'NET9 a jwks_uri that moves is followed, and keys at the old place no longer count'),
  },
  {
    id: 'SEEN15',
    attack: 'The algorithms that metadata lists for ID tokens are accepted for access tokens.',
    stoppedIn: ['core/src/token/decode-token.ts', 'core/src/options/parse-issuer.ts'],
    tests: by('key-lifetime', 'ALG4 the algorithms that metadata lists are not the ones that are accepted'),
  },
  {
    id: 'SEEN16',
    attack: 'Requests at once for two issuers get the one that was found last.',
    stoppedIn: ['core/src/issuer/issuer-directory.ts', 'core/src/trusted-issuers.ts'],
    tests: by('issuers', 'CL9 requests that come at once are each judged by the issuer of their own token'),
  },
]

const answers: AttackGroup['rows'] = [
  {
    id: 'SEEN17',
    attack: 'An outage of the issuer is answered with 401 and internal text, or with 500.',
    stoppedIn: [DENIALS, KEY_SET],
    tests: by('network-faults', 'NET12 the connection is closed', 'NET12 the answer is 500'),
  },
  {
    id: 'SEEN18',
    attack: 'An optional route takes rubbish and expired tokens for nobody.',
    stoppedIn: [GUARD],
    tests: [
      ...by(
        'http-routes',
        'HTTP10 an optional route lets nobody in with bad credentials as if there were none (SEEN18)',
      ),
      ...elsewhere('test/parity/requests.test.ts', 'optional and public routes'),
    ],
  },
  {
    id: 'SEEN19',
    attack: '`?access_token=` is accepted unless it is switched off.',
    stoppedIn: [PRESENT],
    tests: by('http-credentials', 'HTTP4 in the query', 'HTTP4 in the query as a list'),
  },
  {
    id: 'SEEN20',
    attack: 'A rule that does not hold is answered with 401, and the client throws a good token away.',
    stoppedIn: [GUARD, DENIALS],
    tests: by('http-routes', 'CL12 a rule of the application that does not hold is 403 and not 401: the token is good'),
  },
  {
    id: 'SEEN21',
    attack: 'An empty list of scopes lets everybody in, even without a token.',
    stoppedIn: ['core/src/access/expression.ts', COMPILE],
    tests: by('configuration', EMPTY_ROUTES, 'an empty list', 'a list'),
    notByRequest: AT_START,
  },
  {
    id: 'SEEN22',
    attack: 'A request without a token is answered with 400, or with an error code, which RFC 6750 says not to give.',
    stoppedIn: [DENIALS, CHALLENGE],
    tests: [
      ...by('http-credentials', 'HTTP4 in the query'),
      ...elsewhere('test/parity/requests.test.ts', 'credentials in other places (HTTP4)'),
    ],
  },
  {
    id: 'SEEN23',
    attack: 'The answer 403 does not say which scope is missing.',
    stoppedIn: [CHALLENGE],
    tests: by('scopes', 'CL12 scope %j does not open a route for items:read (kgateway.dev#939)'),
  },
  {
    id: 'SEEN24',
    attack: 'Of the challenges for several schemes only the last is sent.',
    stoppedIn: [CHALLENGE, 'fastify/src/send-denial.ts', 'express/src/send-denial.ts'],
    tests: by('sender-schemes', 'two Authorization headers are refused in both challenges (RFC 9449 figure 19)'),
  },
  {
    id: 'SEEN25',
    attack: 'A text with two scopes counts as one scope that nobody has, or that somebody was given.',
    stoppedIn: [COMPILE, 'core/src/options/vocabulary.ts'],
    tests: by('configuration', 'two scopes in one text', 'a scope with a space'),
    notByRequest: AT_START,
  },
  {
    id: 'SEEN26',
    attack: 'Any exception on the way becomes 401.',
    stoppedIn: [GUARD, 'express/src/pass-error.ts', 'fastify/src/pass-error.ts'],
    tests: [
      ...by('sender-revocation', 'one that %s'),
      ...elsewhere(
        'test/parity/mistakes.test.ts',
        '%s is an error of the application, for a new token and for a known one',
      ),
    ],
  },
]

const requests: AttackGroup['rows'] = [
  {
    id: 'SEEN27',
    attack:
      'A token with `typ: at+jwt` is refused unless that is switched on, and one that is two seconds early always.',
    stoppedIn: ['core/src/claims/token-target.ts', TIMES],
    tests: by(
      'claims',
      'CL3 a token of a clock that is two seconds fast is accepted, of one that is six seconds fast is not',
    ),
  },
  {
    id: 'SEEN28',
    attack: '`OPTIONS` that looks like a preflight for `Authorization` runs the protected handler.',
    stoppedIn: ['express/src/create-guard.ts', 'fastify/src/plugin.ts'],
    tests: by(
      'http-routes',
      'HTTP6 OPTIONS that looks like a CORS preflight for the Authorization header runs no handler without a token',
    ),
    notByRequest: 'Express and Fastify choose the handler; `check()` has none.',
  },
  {
    id: 'SEEN29',
    attack: 'The example for revocation in the documentation revokes nothing.',
    stoppedIn: ['core/src/revocation/refuse-revoked.ts'],
    tests: [
      ...by('sender-revocation', 'warm and cold, as bearer and with a proof: by %s'),
      ...elsewhere(
        'test/docs/code-blocks.test.ts',
        'every TypeScript block of the README, the docs and the package READMEs compiles as it stands',
      ),
    ],
  },
  {
    id: 'SEEN30',
    attack: 'The examples for Express and Fastify in the documentation refuse every token.',
    stoppedIn: ['express/src/create-guard.ts', 'fastify/src/plugin.ts'],
    tests: elsewhere('test/docs/quick-start.test.ts', 'serves a caller whose token carries the scope'),
    notByRequest: 'The quick starts are run as they stand, each with its own framework.',
  },
  {
    id: 'SEEN31',
    attack: 'A list of scopes means any of them, though the name says all.',
    stoppedIn: ['core/src/access/expression.ts'],
    tests: [
      ...by('configuration', 'a list', 'a hand-made allOf of nothing'),
      {
        file: 'test/parity/requests.test.ts',
        title: 'allOf: only the first',
        table: 'test/parity/rows/requirements.ts',
      },
    ],
    notByRequest: 'A list throws when the route is made: `allOf` and `anyOf` say which is meant.',
  },
  {
    id: 'SEEN32',
    attack: '`Bearer a b` is accepted as the token `a`.',
    stoppedIn: [PRESENT],
    tests: by('http-credentials', 'HTTP2 a second word behind the token', 'HTTP2 a word in front of the token'),
  },
  {
    id: 'SEEN33',
    attack: 'A route about which nothing was said is open.',
    stoppedIn: ['express/src/coverage/require-coverage.ts', 'fastify/src/coverage/route-coverage.ts'],
    tests: by('configuration', 'CL13 a route without a word about access does not start (SEEN33)'),
    notByRequest: 'Such an app does not start, with Express or with Fastify.',
  },
  {
    id: 'SEEN34',
    attack: 'A token that is bound to a DPoP key is accepted as a bearer token.',
    stoppedIn: ['core/src/sender/sender-check.ts', BINDING],
    tests: by(
      'sender-schemes',
      'a bound token as %j is refused, with a proof and without, cold and warm',
      'with both schemes, and with a good proof',
    ),
  },
  {
    id: 'SEEN35',
    attack: 'A token that is bound to a certificate is accepted where nobody configured certificates.',
    stoppedIn: ['core/src/sender/certificate/require-certificate.ts', BINDING],
    tests: by('sender-certificate-headers', 'the header as %s is not looked at'),
  },
  {
    id: 'SEEN36',
    attack: 'A scope passes that only contains the wanted one, as `spread-items:read` does.',
    stoppedIn: [COMPILE, 'core/src/claims/list-claims.ts'],
    tests: by('scopes', 'CL12 scope %j does not open a route for items:read (kgateway.dev#939)'),
  },
]

/** Seen in verifiers of the field, and nowhere published: without their names. */
export const behaviours: AttackGroup = {
  title: 'Seen in other verifiers',
  rows: [...caching, ...keySets, ...answers, ...requests],
}
