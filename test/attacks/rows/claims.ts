import { type AttackGroup, by } from './row.ts'

const TIMES = 'core/src/claims/token-times.ts'
const TARGET = 'core/src/claims/token-target.ts'
const ACCEPT = 'core/src/claims/accept-claims.ts'
const DIRECTORY = 'core/src/issuer/issuer-directory.ts'
const LISTS = 'core/src/claims/list-claims.ts'
const BINDING = 'core/src/sender/sender-binding.ts'

export const claims: AttackGroup = {
  title: 'Claims',
  rows: [
    {
      id: 'CL1',
      attack: 'A token without `exp`, or whose `exp` is text, null or a list.',
      stoppedIn: [TIMES],
      tests: by('claims', 'CL1 no exp', 'CL1 to CL3: times (RFC 7519 sections 4.1.4 to 4.1.6)'),
    },
    {
      id: 'CL2',
      attack:
        'A token that has expired: just now, while it was remembered, or within a tolerance that is granted twice.',
      stoppedIn: [TIMES, 'core/src/token-cache.ts', 'core/src/resource-server.ts'],
      tests: [
        ...by('claims', 'CL2 exp is now'),
        ...by('cache', 'a remembered token is refused from the second of its exp on (fast-jwt 6.3.2)'),
        ...by('claims', 'CL2 it is granted once, to a token that is remembered as to one that is new'),
      ],
    },
    {
      id: 'CL3',
      attack: 'A token from the future (`nbf`, `iat`).',
      stoppedIn: [TIMES],
      tests: by('claims', 'CL3 nbf in a second', 'CL3 iat in a second'),
    },
    {
      id: 'CL4',
      known: ['python-jose#407'],
      attack: 'A token without `aud`.',
      stoppedIn: [TARGET],
      tests: by('parties', 'CL4 no aud'),
    },
    {
      id: 'CL5',
      attack: 'An audience that only resembles this API: longer, shorter, another case, a slash behind.',
      stoppedIn: [TARGET],
      tests: by('parties', 'CL4 to CL7: audiences (RFC 7519 section 4.1.3, RFC 9068 section 4, CVE-2020-26160)'),
    },
    {
      id: 'CL6',
      known: ['CVE-2020-26160'],
      attack: 'A list of audiences that is empty, nested, or holds something besides text.',
      stoppedIn: [TARGET],
      tests: by(
        'parties',
        'CL4 to CL7: audiences (RFC 7519 section 4.1.3, RFC 9068 section 4, CVE-2020-26160)',
        'CL6 this audience among others',
      ),
    },
    {
      id: 'CL7',
      attack: 'One text with several audiences in it, set apart by spaces or commas.',
      stoppedIn: [TARGET],
      tests: by('parties', 'CL4 to CL7: audiences (RFC 7519 section 4.1.3, RFC 9068 section 4, CVE-2020-26160)'),
    },
    {
      id: 'CL8',
      known: ['CVE-2024-53861', 'CVE-2025-30144'],
      attack: 'An issuer that only resembles the trusted one, begins with it, or stands in a list with it.',
      stoppedIn: [DIRECTORY],
      tests: by(
        'parties',
        'CL8 a list with the issuer and another',
        'CL8 as the beginning of another host',
        'CL8 a slash more',
      ),
    },
    {
      id: 'CL9',
      attack: 'A trusted issuer signs tokens in the name of another, whose keys have the same `kid`.',
      stoppedIn: [DIRECTORY, 'core/src/trusted-issuers.ts'],
      tests: by(
        'issuers',
        'CL9 a token of either is refused with the signature of the other',
        'CL9 an issuer that names the other in iss is refused, with its own kid and without one',
      ),
    },
    {
      id: 'CL10',
      attack: 'The `iss` of a token makes the API fetch metadata and keys from the attacker.',
      stoppedIn: [DIRECTORY],
      tests: [
        ...by('issuers', 'CL10 the issuer is looked up before any key: a stranger costs no request to anybody'),
        ...by('network', 'CL10 an issuer that the token names is never asked for its keys'),
      ],
    },
    {
      id: 'CL11',
      attack: 'A required claim is there but null, a number, an object or empty.',
      stoppedIn: [ACCEPT],
      tests: by('claims', 'CL11: who the token is about (RFC 9068 section 2.2)'),
    },
    {
      id: 'CL12',
      known: ['kgateway.dev#939', 'guardian/gateway#3395'],
      attack: 'A `scope` outside its grammar, or one in which the wanted scope is only a part of another word.',
      stoppedIn: [LISTS, 'core/src/access/compile-requirement.ts'],
      tests: by(
        'scopes',
        'CL12: scope claims outside their grammar (RFC 6749 section 3.3, RFC 8693 section 4.2)',
        'CL12 scope %j does not open a route for items:read (kgateway.dev#939)',
      ),
    },
    {
      id: 'CL13',
      known: ['stig-manager#42'],
      attack: 'A route whose requirement is empty by mistake lets everybody in.',
      stoppedIn: ['core/src/access/expression.ts', 'core/src/access/compile-requirement.ts'],
      tests: by(
        'configuration',
        'a route that would demand nothing cannot be made (stig-manager#42, SEEN21)',
        'allOf() of nothing',
        'an empty text',
      ),
      notByRequest: 'Such a route throws when it is made, in Express, in Fastify and without a framework.',
    },
    {
      id: 'CL14',
      attack:
        'Another token of the issuer as access token: ID, refresh or logout token, proof, introspection response.',
      stoppedIn: [TARGET, 'core/src/claims/refuse-hopeless.ts', ACCEPT],
      tests: [
        ...by('parties', 'CL14 an introspection response (RFC 9701 section 8.1)'),
        ...by('catalogue', 'refused by Express, Fastify, check() and verify(), under both engines'),
      ],
    },
    {
      id: 'CL15',
      attack: 'A `typ` that only resembles `at+jwt`.',
      stoppedIn: ['core/src/token/jws-header.ts', TARGET],
      tests: by(
        'parties',
        'CL15 no typ',
        'CL14, CL15: other tokens of the same issuer (RFC 9068 section 5, RFC 8725 section 3.11)',
      ),
    },
    {
      id: 'CL16',
      attack: 'A client registers under the name of a user, and passes for that user.',
      stoppedIn: ['core/src/claims/caller-kind.ts'],
      tests: by('claims', 'CL16 %s: %j'),
    },
    {
      id: 'CL17',
      attack: 'One token gets what was remembered of another.',
      stoppedIn: ['core/src/token-cache.ts', 'core/src/access/access.ts'],
      tests: by(
        'cache',
        'tokens that differ in one claim alone never share an access',
        'CL17: texts that resemble a token that is remembered',
      ),
    },
    {
      id: 'CL18',
      known: ['giantswarm/mcp-oauth#395'],
      attack: 'A token that is bound to a key or a certificate is used without it.',
      stoppedIn: [BINDING, 'core/src/sender/sender-check.ts'],
      tests: [
        ...by('claims', 'CL18: bound tokens (RFC 9449 section 7.2, RFC 8705 section 3, RFC 7800 section 3.1)'),
        ...by('sender-schemes', 'with both schemes, and with a good proof'),
        ...by('sender-certificate-headers', 'the header as %s is not looked at'),
      ],
    },
  ],
}
