import { at, atRows, type Family, must, notApplicable, should } from '../entry.ts'

const answers = at('test/requirements/answers.test.ts')
const challenges = at('test/requirements/challenges.test.ts')
const elsewhere = atRows('test/parity/requests.test.ts', 'test/parity/rows/elsewhere.ts')
const refusals = at('packages/express/test/refusals.test.ts')
const server = at('packages/core/test/resource-server.test.ts')

export const bearer: Family = {
  title: 'Bearer tokens (RFC 6750, OAuth 2.1, RFC 9700)',
  entries: [
    must(
      'B1',
      'RFC 6750 section 2.1',
      'A token in the Authorization header is taken.',
      at('packages/express/test/granted.test.ts')(
        'gives the handler who is calling and what they may do (RFC 9068 section 2.2)',
      ),
      at('packages/fastify/test/plugin.test.ts')('reaches the handler, which sees who calls and what they may do'),
    ),
    notApplicable('B2', 'RFC 6750 section 2.2', 'MAY. Tokens in a form body are not looked at.'),
    must(
      'B3',
      'OAuth 2.1 section 5.1, FAPI 2.0 section 5.3.4',
      'A token in the query is ignored.',
      elsewhere('a token in the query alone'),
      elsewhere('a token in the query as a list'),
      at('test/attacks/dpop-oidf.test.ts')('the token in the query (FAPI2SPFinalHappyFlow)'),
    ),
    notApplicable('B4', 'RFC 6750 section 2.3', 'For servers that take tokens in the query.'),
    must(
      'B5a',
      'RFC 6750 sections 2 and 3.1',
      'Two credentials in one request are invalid_request with 400.',
      refusals('refuses two Authorization headers, in any order, case and place (RFC 9110 section 5.3)'),
    ),
    notApplicable('B5b', 'RFC 6750 section 2', 'Query and body are no ways to send a token here (B3, Z1).'),
    must(
      'B6',
      'RFC 6750 section 3',
      'A request without a token, or with one that does not suffice, is answered with a challenge: 403 too.',
      challenges(
        '400, 401 and 403 carry a challenge, and 503 carries none (RFC 9110 section 11.6.1, RFC 6750 section 3)',
      ),
      answers('over HTTP, every refusal has its challenge on the wire, in Express and in Fastify'),
    ),
    must(
      'B7',
      'RFC 6750 section 3',
      'A challenge has at least one parameter.',
      challenges('each challenge begins with its realm as a quoted string (RFC 9110 section 11.5, RFC 6750 section 3)'),
    ),
    must(
      'B8',
      'RFC 6750 section 3',
      'realm, scope, error, error_description and error_uri stand there at most once.',
      challenges('no parameter stands in a challenge twice, in whatever case (RFC 9110 section 11.2)'),
    ),
    must(
      'B9',
      'RFC 6750 section 3',
      'The values of scope, error and error_description keep to their characters; what cannot is refused as an option.',
      challenges(
        'no value leaves the characters that it may have, so that nothing is ever escaped (RFC 6750 section 3)',
      ),
      at('packages/core/test/errors/denials.test.ts')(
        'has a text of the characters that error_description may have (RFC 6750 section 3)',
      ),
      at('packages/core/test/options/vocabulary.test.ts')(
        'a name follows the grammar of a scope (RFC 6749 section 3.3)',
      ),
    ),
    should(
      'B10',
      'RFC 6750 section 3',
      'A token that failed is answered with an error code.',
      refusals('says no more about a bad token than what RFC 6750 section 3.1 asks for'),
      refusals('lets no forged token through to the route'),
    ),
    should(
      'B11',
      'RFC 6750 section 3.1',
      'Without credentials, or under a scheme that is not known, there is no error code.',
      refusals('answers a request without credentials with a challenge and no error (RFC 6750 section 3.1)'),
      refusals('answers another scheme like no credentials (RFC 6750 section 3.1)'),
    ),
    should(
      'B12',
      'RFC 6750 section 3.1',
      'invalid_request goes with 400.',
      refusals('refuses a malformed Authorization header with 400 (RFC 6750 section 3.1)'),
      at('packages/core/test/errors/denials.test.ts')(
        'has the status that belongs to its error (RFC 6750 section 3.1, RFC 9449 sections 7.1 and 9, RFC 9470 section 3)',
      ),
    ),
    should(
      'B13',
      'RFC 6750 section 3.1',
      'invalid_token goes with 401: expired, revoked, malformed or invalid otherwise.',
      refusals('says no more about a bad token than what RFC 6750 section 3.1 asks for'),
      at('test/attacks/sender-revocation.test.ts')('warm and cold, as bearer and with a proof: by %s'),
    ),
    should(
      'B14',
      'RFC 6750 section 3.1',
      'insufficient_scope goes with 403, and names the scope of the route.',
      refusals('refuses a good token without the privilege with 403, naming what the route needs'),
      at('test/interop/oidc-provider.test.ts')(
        'a token without the scope gets 403 with the scope of the route (RFC 6750 section 3.1)',
      ),
    ),
    notApplicable(
      'B15',
      'RFC 6750 sections 5.2 and 5.3',
      'TLS and cookies are matters of the server and of clients. Requests to issuers: D4a, D4b and I2a.',
    ),
    must(
      'B16',
      'RFC 9700 section 4.9.3',
      'A token is a secret: it stands in no event, error, answer, access or cache key.',
      at('packages/core/test/resource-server.secrets.test.ts')(
        '%s: neither the token nor an unverified claim shows in outcomes, events, errors or the server itself',
      ),
      at('test/issuers/introspection-secrets.test.ts')(
        'no token and no secret is in an event, a denial, an access or an error',
      ),
      at('packages/core/test/token-cache.test.ts')('the key is the SHA-256 of the exact token, all 256 bits of it'),
      at('packages/core/test/token-cache.test.ts')('what it holds does not show'),
      at('packages/express/test/granted.test.ts')('leaves no trace of the token in what the handler gets'),
      at('packages/fastify/test/plugin.test.ts')('holds no token, whole or in parts'),
    ),
    should(
      'B17',
      'RFC 9700 section 2.2.1',
      'Tokens that are bound to their sender can be used, and demanded.',
      at('test/interop/dpop.test.ts')('are what a route for bound tokens demands (RFC 9449 section 7.1)'),
      at('test/interop/certificate-bound.test.ts')(
        'are what a route for them demands; bearer tokens of the same client stay such elsewhere',
      ),
    ),
    must(
      'B18a',
      'RFC 9700 section 2.3',
      'Every request is refused whose token is not meant for this server, remembered or not.',
      at('test/attacks/parties.test.ts')(
        'CL4 to CL7: audiences (RFC 7519 section 4.1.3, RFC 9068 section 4, CVE-2020-26160)',
      ),
      server('two resource servers with different audiences do not share what they remember'),
    ),
    must(
      'B18b',
      'RFC 9700 section 2.3',
      'Every request is refused whose token is not meant for that action on that resource.',
      server('the least privilege is decided on every request: one token, several requirements'),
      at('test/attacks/scopes.test.ts')('CL12: genuine tokens that do not carry the scope'),
    ),
    should(
      'B19',
      'RFC 9700 section 4.15',
      'A client that acts for itself is told from one that acts for a user, and not by the subject alone.',
      at('test/attacks/claims.test.ts')(
        'CL16: a client that acts for itself is told from one that acts for somebody (RFC 9700 section 4.15)',
      ),
      at('test/interop/oidc-provider.test.ts')(
        'a user with the scope is let in, and is not taken for the client (RFC 9068 section 2.2)',
      ),
    ),
    must(
      'B20',
      'RFC 9700 section 4.13, RFC 9440 section 4',
      'Headers of proxies count from the declared proxy alone; without one from nobody.',
      at('test/attacks/sender-host.test.ts')('HTTP7: without a declared proxy only the configured origin counts'),
      at('test/attacks/sender-proxy.test.ts')('HTTP7: the same headers of anybody else are not looked at'),
      at('test/attacks/sender-certificate-headers.test.ts')('HTTP8: the header of anybody else, as %s'),
      at('test/attacks/sender-certificate-headers.test.ts')('HTTP8: without a declared proxy'),
    ),
  ],
}
