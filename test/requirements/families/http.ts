import { at, type Family, must, notApplicable, should } from '../entry.ts'

const answers = at('test/requirements/answers.test.ts')
const challenges = at('test/requirements/challenges.test.ts')
const grammar = at('packages/core/test/request/grammar.test.ts')
const headers = at('packages/core/test/request/header-values.test.ts')
const refusals = at('packages/express/test/refusals.test.ts')
const fastify = at('packages/fastify/test/plugin.test.ts')

export const http: Family = {
  title: 'HTTP authentication (RFC 9110, RFC 9111)',
  entries: [
    must(
      'H1',
      'RFC 9110 section 11.1',
      'The scheme is recognised in any case.',
      refusals('takes the scheme in any case and with more than one space (RFC 9110 section 11.1)'),
      fastify('takes the scheme in any case and more than one space (RFC 9110 section 11.1)'),
      at('test/attacks/sender-schemes.test.ts')('the scheme as %j takes a bound token, and refuses one that is not'),
    ),
    must(
      'H2',
      'RFC 9110 section 11.2',
      'Credentials are a scheme, spaces and one token68. Anything else under a known scheme is 400.',
      grammar('HTTP2: a Bearer header outside the grammar is authorization_malformed (RFC 6750 section 2.1)'),
      grammar('where proofs are checked, the scheme DPoP is read like Bearer (RFC 9449 section 7.1)'),
      refusals('refuses a malformed Authorization header with 400 (RFC 6750 section 3.1)'),
    ),
    must(
      'H3',
      'RFC 9110 section 11.2',
      'No parameter stands twice in a challenge.',
      challenges('no parameter stands in a challenge twice, in whatever case (RFC 9110 section 11.2)'),
    ),
    must(
      'H4',
      'RFC 9110 section 11.5',
      'The realm is written as a quoted string.',
      challenges('each challenge begins with its realm as a quoted string (RFC 9110 section 11.5, RFC 6750 section 3)'),
    ),
    must(
      'H5',
      'RFC 9110 sections 11.6.1 and 15.5.2',
      'Every 401 carries at least one challenge.',
      challenges(
        '400, 401 and 403 carry a challenge, and 503 carries none (RFC 9110 section 11.6.1, RFC 6750 section 3)',
      ),
      answers('over HTTP, every refusal has its challenge on the wire, in Express and in Fastify'),
    ),
    {
      ...should(
        'H6',
        'RFC 9110 section 11.6.1',
        'Several challenges go out on a field line each.',
        at('test/requirements/gaps.test.ts')(
          'two challenges go out on two lines of WWW-Authenticate (RFC 9110 section 11.6.1)',
        ),
      ),
      gap: 'By decision: Bearer and DPoP share one line, as in the figures of RFC 9449 section 7.2. It concerns `dpop: "accepted"` alone, and clients that read the first challenge of a line only. A denial has one value for each header name, so that any host can send it without losing one; two lines would take a list of values there, and adapters that append.',
    },
    should(
      'H7',
      'RFC 9110 section 11.4',
      'Missing or bad credentials are answered 401 with a challenge, valid ones that do not suffice 403.',
      refusals('answers a request without credentials with a challenge and no error (RFC 6750 section 3.1)'),
      refusals('says no more about a bad token than what RFC 6750 section 3.1 asks for'),
      refusals('refuses a good token without the privilege with 403, naming what the route needs'),
    ),
    must(
      'H8',
      'RFC 9110 sections 5.3 and 5.5',
      'Authorization and DPoP are single fields: a request that repeats one is refused, also where Node hides it.',
      headers('HTTP1: two Authorization headers are authorization_duplicated (RFC 9110 section 5.3)'),
      refusals('refuses two Authorization headers, in any order, case and place (RFC 9110 section 5.3)'),
      at('packages/fastify/test/request-view.test.ts')('is refused when it is sent twice: %s (RFC 9110 section 5.3)'),
      at('test/attacks/dpop-form.test.ts')('DP1: not more than one DPoP header'),
    ),
    must(
      'H9',
      'RFC 9110 section 5.5',
      'No CR, LF or NUL gets into a header that is written, wherever it comes from.',
      at('packages/core/test/options/targets.test.ts')(
        '%j is refused, because it would end the quoted string or the header',
      ),
      at('test/attacks/http-requests.test.ts')('HTTP9 %j as credentials'),
      challenges(
        'no value leaves the characters that it may have, so that nothing is ever escaped (RFC 6750 section 3)',
      ),
    ),
    must(
      'H10',
      'RFC 9111 section 3.5',
      'Nothing is added to an answer that would let a shared cache keep it; refusals are not stored at all.',
      answers('a refusal is never stored, and a granted answer gets no word about caches (RFC 9111 section 3.5)'),
      refusals('sends neither ETag nor a cacheable answer, whatever the app is set to'),
    ),
    notApplicable('H11', 'Node, http', 'A fact about Node, which hides repeated headers. What follows from it is H8.'),
  ],
}
