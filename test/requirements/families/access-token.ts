import { at, atRows, type Family, must, notApplicable, should } from '../entry.ts'

const accept = at('packages/core/test/claims/accept-claims.test.ts')
const catalogue = at('test/attacks/catalogue.test.ts')
const parties = at('test/attacks/parties.test.ts')
const privileges = atRows('test/parity/requests.test.ts', 'test/parity/rows/privileges.ts')
const provider = at('test/interop/oidc-provider.test.ts')

export const accessToken: Family = {
  title: 'JWT access tokens (RFC 9068)',
  entries: [
    must(
      'AT1a',
      'RFC 9068 section 2.1',
      'A token is signed, and says its type.',
      at('test/attacks/algorithms.test.ts')(
        'ALG1, ALG2: a token that says it is not signed (RFC 7518 section 3.6, CVE-2022-23540)',
      ),
      parties('CL15 no typ'),
    ),
    must(
      'AT1b',
      'RFC 9068 section 4',
      'Any typ but at+jwt, with or without "application/", is refused.',
      parties('CL14, CL15: other tokens of the same issuer (RFC 9068 section 5, RFC 8725 section 3.11)'),
    ),
    must(
      'AT2',
      'RFC 9068 section 2.2',
      'iss, exp, aud, sub, client_id, iat and jti are there.',
      accept('every claim that RFC 9068 section 2.2 requires must be there'),
      catalogue('refused by Express, Fastify, check() and verify(), under both engines'),
    ),
    must(
      'AT3a',
      'RFC 9068 section 4',
      'iss is the issuer to the letter.',
      accept('iss is compared to the letter (RFC 9068 section 4)'),
      at('test/issuers/issuer-look-alikes.test.ts')(
        'CL8, CL10: an iss is an issuer to the letter or none, and nothing is fetched for it (RFC 8725 section 3.8)',
      ),
    ),
    must(
      'AT3b',
      'RFC 9068 section 4',
      'aud has an identifier of this server.',
      provider('a token for another resource is refused (RFC 9068 section 4, RFC 8707 section 2)'),
      parties('CL4 to CL7: audiences (RFC 7519 section 4.1.3, RFC 9068 section 4, CVE-2020-26160)'),
    ),
    must(
      'AT3c',
      'RFC 9068 section 4',
      'The signature holds under a key of the issuer.',
      provider('a token with a scope written into it afterwards is refused (RFC 7515 section 5.2)'),
      at('test/attacks/network.test.ts')('CL9 the attacker has a key with the same kid, and it counts for nothing'),
    ),
    must(
      'AT3d',
      'RFC 9068 section 4',
      'exp is to come, with a tolerance of seconds.',
      at('packages/core/test/claims/token-times.test.ts')(
        'exp: the token is refused at that moment and later (RFC 7519 section 4.1.4)',
      ),
      atRows(
        'test/parity/requests.test.ts',
        'test/parity/rows/tokens.ts',
      )('expired beyond the clock tolerance by a second'),
    ),
    notApplicable('AT4', 'RFC 9068 section 4', 'Encryption cannot be agreed on: encrypted tokens are refused (P3).'),
    must(
      'AT5',
      'RFC 9068 section 4',
      'Whatever check fails, the answer is invalid_token.',
      at('packages/express/test/refusals.test.ts')('lets no forged token through to the route'),
      catalogue('refused by Express, Fastify, check() and verify(), under both engines'),
    ),
    should(
      'AT6a',
      'RFC 9068 sections 2.2.3 and 4',
      'Scopes, roles, groups and entitlements of the token decide.',
      privileges('role: it is there'),
      privileges('permission: it is there'),
      atRows('test/parity/requests.test.ts', 'test/parity/rows/requirements.ts')('scope: it is there'),
    ),
    notApplicable(
      'AT6b',
      'RFC 9068 section 2.2.3',
      'That scopes fit the audiences is the authorization server’s to see to.',
    ),
    must(
      'AT7',
      'RFC 9068 section 5',
      'An ID token is refused, although the same key signed it.',
      provider('an ID token is refused, even one for a client that has the name of the API (RFC 9068 section 4)'),
    ),
    must(
      'AT8',
      'RFC 8693 section 4.2',
      'scope is one string of scope tokens with single spaces.',
      at('packages/core/test/claims/scope-claim.test.ts')(
        'scope is a list of scope tokens with single spaces between them (RFC 8693 section 4.2, RFC 6749 section 3.3)',
      ),
      at('test/attacks/scopes.test.ts')(
        'CL12: scope claims outside their grammar (RFC 6749 section 3.3, RFC 8693 section 4.2)',
      ),
    ),
  ],
}
