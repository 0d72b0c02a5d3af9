import { at, type Family, must, should } from '../entry.ts'

const authentication = at('test/issuers/client-authentication.test.ts')
const answers = at('test/issuers/introspection.test.ts')
const cache = at('packages/core/test/introspection/introspection-cache.test.ts')
const outage = at('test/issuers/introspection-outage.test.ts')
const signed = at('test/issuers/introspection-signed.test.ts')
const tls = at('test/issuers/mutual-tls.test.ts')

export const introspection: Family = {
  title: 'Introspection (RFC 7662, RFC 9701)',
  entries: [
    must(
      'I1a',
      'RFC 7662 section 2.1',
      'The question is a POST of a form that holds the token.',
      answers('an active token is granted what its answer says, and asked about by POST (RFC 7662 section 2.1)'),
    ),
    must(
      'I1b',
      'RFC 7662 section 2.1',
      'This server authenticates itself to the endpoint.',
      authentication('client_secret_basic (RFC 6749 section 2.3.1)'),
      authentication('private_key_jwt (RFC 7523 sections 2.2 and 3)'),
      tls('the certificate is in the connection, and the client names itself in the body'),
    ),
    must(
      'I1c',
      'RFC 7662 section 2.2',
      'active is a boolean, and nothing but true lets anybody in.',
      answers('active the text "true"'),
      answers('active missing'),
      answers('inactive'),
    ),
    must(
      'I2a',
      'RFC 7662 section 4',
      'The endpoint is https, and its certificate is checked.',
      at('packages/core/test/options/introspection.test.ts')('introspectionEndpoint %j'),
      tls('a server that the configured authority has not certified is never asked'),
      at('test/requirements/fetching.test.ts')(
        'an introspection endpoint that nobody trusts gets no token and no secret (RFC 7662 section 4)',
      ),
    ),
    must(
      'I2b',
      'RFC 7662 section 4',
      'An answer is never believed beyond exp, nor longer than the option says.',
      cache('never past exp, though the issuer still says active'),
      cache('10 seconds by default, by the clock of the options, and asked again after'),
    ),
    must(
      'I3',
      'RFC 7662 sections 2.2 and 2.3',
      'Inactive is 401. An endpoint that refuses or fails is 503, and no verdict about the token.',
      answers('answers that cannot be used are 503, and neither a verdict nor a fault of ours (RFC 7662 section 2.3)'),
      outage('an endpoint that fails is 503, and works again without a restart'),
    ),
    must(
      'I4',
      'RFC 7662 sections 2.2 and 4',
      'What is remembered of one token, issuer or server is never said of another.',
      cache('tokens are told apart to the letter: what one may do is never said of another (CVE-2026-35039)'),
      at('test/requirements/fetching.test.ts')(
        'two servers that ask as different clients share no answer (RFC 7662 section 2.2)',
      ),
    ),
    must(
      'I5a',
      'RFC 9701 sections 4 and 5',
      'A signed answer is asked for by its media type, and is for this client, from this issuer, of this moment.',
      signed('and asked for by its media type'),
      signed('a signed answer that is not for this question, here and now, is 503'),
      at('test/interop/signed-introspection.test.ts')('an answer of the test issuer'),
    ),
    must(
      'I5b',
      'RFC 9701 section 8.1',
      'A signed answer is refused as an access token.',
      signed('a signed answer is no access token (RFC 9701 section 8.1)'),
      at('test/interop/oidc-provider.test.ts')(
        'a signed introspection response for this API is refused as a token (RFC 9701 section 5)',
      ),
    ),
    should(
      'I6',
      'RFC 7662 section 2.2, RFC 9700 section 2.3',
      'iss, aud, exp and nbf of an answer are checked here as well.',
      answers('answers that refuse with 401, whatever an honest one says (RFC 7662 section 2.2, RFC 9700 section 2.3)'),
    ),
  ],
}
