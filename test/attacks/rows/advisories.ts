import { type AttackGroup, by, byKeys } from './row.ts'

const DECODE = 'core/src/token/decode-token.ts'
const SPLIT = 'core/src/token/split-compact.ts'
const JSON_READER = 'core/src/shared/json.ts'
const OPTIONS = 'core/src/options/parse-options.ts'
const ISSUER = 'core/src/options/parse-issuer.ts'
const VALIDATE = 'core/src/options/validate.ts'
const JWK = 'core/src/issuer/public-jwk.ts'
const RING = 'core/src/issuer/key-ring.ts'
const KEY_SET = 'core/src/issuer/key-set.ts'
const DIRECTORY = 'core/src/issuer/issuer-directory.ts'
const TIMES = 'core/src/claims/token-times.ts'
const TARGET = 'core/src/claims/token-target.ts'
const PRESENT = 'core/src/request/present-token.ts'

/** By construction: what the advisory is about does not exist here. */
const NO_OPTION = 'There is no such option: the server throws when it is made.'

/** What was published about other verifiers, each tried against this one. */
export const advisories: AttackGroup = {
  title: 'Advisories about other verifiers',
  rows: [
    {
      id: 'CVE-2023-48223',
      known: ['GHSA-c2ff-88x2-x9pg'],
      attack: 'fast-jwt: the RSA public key is accepted as the secret of an HMAC.',
      stoppedIn: [DECODE],
      tests: by('algorithms', 'PEM (CVE-2015-9235, CVE-2023-48223)'),
    },
    {
      id: 'CVE-2026-34950',
      known: ['GHSA-mvf2-f6gm-w987'],
      attack: 'fast-jwt: the same, with white space in front of the key.',
      stoppedIn: [DECODE],
      tests: by('algorithms', 'PEM behind a space (CVE-2026-34950)', 'PEM behind a line break (CVE-2026-34950)'),
    },
    {
      id: 'GHSA-ww5h-9m49-7xx4',
      attack: 'fast-jwt: the same, with anything else in front of the key.',
      stoppedIn: [DECODE],
      tests: by(
        'algorithms',
        'PEM behind a zero-width space (GHSA-ww5h-9m49-7xx4)',
        'PEM behind a control character',
        'PEM behind a comment',
      ),
    },
    {
      id: 'GHSA-g3jj-5cmm-3hxx',
      attack: 'fast-jwt: the text of a JWK or of a key set is accepted as a secret.',
      stoppedIn: [DECODE, 'core/src/options/shared-secret.ts'],
      tests: by('algorithms', 'JWK text (GHSA-g3jj-5cmm-3hxx)', 'text of the key set', 'text of the list of keys'),
    },
    {
      id: 'CVE-2026-44351',
      known: ['GHSA-gmvf-9v4p-v8jc'],
      attack: 'fast-jwt: a function that finds the key answers with nothing, and an HMAC over an empty secret is good.',
      stoppedIn: ['core/src/options/shared-secret.ts', 'core/src/issuer/resolved-issuers.ts'],
      tests: [
        ...by('algorithms', 'nothing (ALG5, CVE-2026-44351)'),
        ...by('issuers', 'ALG5 a function for the issuer that answers with %s lets nobody in'),
      ],
    },
    {
      id: 'GHSA-8wpc-h4q6-8fxv',
      attack: 'fast-jwt: a verifier that was made without a key checks nothing.',
      stoppedIn: [ISSUER, 'core/src/options/parse-key-source.ts'],
      tests: by(
        'configuration',
        'a key set without keys (GHSA-8wpc-h4q6-8fxv)',
        'an issuer that is empty',
        'no algorithm',
      ),
      notByRequest: 'Such a server throws when it is made, in Express, in Fastify and without a framework.',
    },
    {
      id: 'CVE-2026-35039',
      known: ['GHSA-rp9m-7r4c-75qg'],
      attack: 'fast-jwt: two tokens share an entry of the cache, under a key that the application builds.',
      stoppedIn: ['core/src/token-cache.ts', OPTIONS],
      tests: [
        ...by('cache', 'tokens of one kid, subject and audience, signed twice, are two tokens (CVE-2026-35039)'),
        ...by('configuration', 'a cache key of its own (CVE-2026-35039)'),
      ],
    },
    {
      id: 'CVE-2026-35040',
      known: ['GHSA-3j8v-cgw4-2g6q'],
      attack: 'fast-jwt: a regular expression that keeps state accepts every second time.',
      stoppedIn: [OPTIONS, VALIDATE, ISSUER],
      tests: [
        ...by('cache', 'the verdict on a token never changes with the number of times it is sent (CVE-2026-35040)'),
        ...by(
          'configuration',
          'CL13 %s takes no regular expression, with /g or without (CVE-2026-35040, CVE-2026-35041)',
        ),
      ],
    },
    {
      id: 'CVE-2026-35041',
      known: ['GHSA-cjw9-ghj4-fwxf'],
      attack: 'fast-jwt: a claim keeps a regular expression of the configuration busy for minutes.',
      stoppedIn: [OPTIONS, VALIDATE, ISSUER],
      tests: by(
        'configuration',
        'CL13 %s takes no regular expression, with /g or without (CVE-2026-35040, CVE-2026-35041)',
        'a regular expression for the issuer (CVE-2026-35041)',
      ),
      notByRequest: NO_OPTION,
    },
    {
      id: 'CVE-2026-35042',
      known: ['GHSA-hm7r-c7qw-ghp6', 'CVE-2026-32597', 'CVE-2025-59420'],
      attack: 'fast-jwt, PyJWT, Authlib: a header that demands an unknown extension is accepted.',
      stoppedIn: ['core/src/token/jws-header.ts'],
      tests: by(
        'members',
        'JSON9, JSON10, JSON11: headers that change what a token means (CVE-2025-59420, CVE-2026-35042)',
      ),
    },
    {
      id: 'fast-jwt#638',
      known: ['fast-jwt#639'],
      attack: 'A payload that is a list has no claims to check, and passes.',
      stoppedIn: [JSON_READER],
      tests: by('json', 'JSON6 a list', 'JSON6 an empty list', 'JSON6 a string'),
    },
    {
      id: 'fast-jwt#640',
      attack: 'A tolerance of `NaN` or infinity switches `exp` off; jose had the same until 6.2.5.',
      stoppedIn: [VALIDATE, OPTIONS],
      tests: by('configuration', 'a server that would check too little cannot be made'),
      notByRequest: 'Such a server throws when it is made, in Express, in Fastify and without a framework.',
    },
    {
      id: 'fast-jwt#606',
      known: ['jose#879'],
      attack: 'White space, padding or other characters are skipped in base64url, and invalid UTF-8 is repaired.',
      stoppedIn: [SPLIT, 'core/src/shared/base64url.ts', JSON_READER],
      tests: [
        ...by('encoding', 'ENC1: white space and control characters (RFC 7515 section 5.2)'),
        ...by('json', 'JSON2 a byte that UTF-8 does not have'),
      ],
    },
    {
      id: 'CVE-2026-22817',
      known: ['GHSA-f67f-6cw9-8mq4', 'CVE-2026-22818', 'GHSA-3vhc-576x-3qv4'],
      attack: 'hono: where the published key names no algorithm, the token does.',
      stoppedIn: [DECODE, JWK],
      tests: by(
        'key-set',
        'ALG4 is used for the first algorithm of the list that fits it, and for no other (CVE-2026-22817, CVE-2026-22818)',
      ),
    },
    {
      id: 'hono@a5bd9eb',
      attack: 'Times of the wrong type, or that JavaScript takes for false, are skipped.',
      stoppedIn: [TIMES],
      tests: by('claims', 'CL1 to CL3: times (RFC 7519 sections 4.1.4 to 4.1.6)', 'CL1 no exp'),
    },
    {
      id: 'hono@5463db2',
      attack: 'The scheme in front of the token is not read: `Basic <token>` passes.',
      stoppedIn: [PRESENT],
      tests: by(
        'http-credentials',
        'HTTP3: a good token under another scheme is no credential here (RFC 6750 section 3.1)',
        'HTTP3 no scheme',
      ),
    },
    {
      id: 'hono@45ba3bf',
      attack: 'The audience was never compared.',
      stoppedIn: [TARGET, OPTIONS],
      tests: [
        ...by(
          'parties',
          'CL4 no aud',
          'CL4 to CL7: audiences (RFC 7519 section 4.1.3, RFC 9068 section 4, CVE-2020-26160)',
        ),
        ...by('configuration', 'an audience that is missing (hono 45ba3bf)'),
      ],
    },
    {
      id: 'CVE-2025-59936',
      known: ['GHSA-qc2q-qhf3-235m'],
      attack: 'get-jwks: a `kid` with `:` in it reaches the cached key of another issuer, whose name is checked later.',
      stoppedIn: [DIRECTORY, RING],
      tests: by(
        'issuers',
        'CL9 a kid with the name of the other issuer in it leads to no key of that issuer',
        'CL9 an issuer that publishes such kids signs for itself with them, and for nobody else',
        'CL10 the issuer is looked up before any key: a stranger costs no request to anybody',
      ),
    },
    {
      id: 'CVE-2022-23529',
      known: ['CVE-2022-23539', 'CVE-2022-23540', 'CVE-2022-23541'],
      attack: 'jsonwebtoken: an object for a key, keys of other kinds, `none` by default, RSA taken for HMAC.',
      stoppedIn: ['core/src/options/shared-secret.ts', JWK, DECODE],
      tests: [
        ...by('algorithms', 'ALG1, ALG2: a token that says it is not signed (RFC 7518 section 3.6, CVE-2022-23540)'),
        ...by('issuers', 'ALG5 %o is no secret: no such issuer can be made (CVE-2022-23529)'),
        ...byKeys('testing', 'RSA of 1024 bits'),
        ...byKeys('forged-jwks', 'P-384 for ES256', 'kty RSA on an EC key'),
      ],
    },
    {
      id: 'CVE-2025-65945',
      known: ['GHSA-869p-cjfg-cm3x'],
      attack: 'node-jws: a secret is looked up by what the token says.',
      stoppedIn: [RING, 'core/src/token/jws-header.ts'],
      tests: by(
        'key-choice',
        'KEY4: kid as a path, a query, a name of JavaScript (RFC 7515 section 4.1.4, CVE-2025-65945, CVE-2025-59936)',
      ),
    },
    {
      id: 'CVE-2024-34273',
      attack: 'njwt: `__proto__` in header or claims.',
      stoppedIn: [JSON_READER, 'core/src/claims/own-claim.ts'],
      tests: by(
        'members',
        'JSON7: claims with names of JavaScript (njwt CVE-2024-34273)',
        'JSON7 alg inside __proto__ of the header',
      ),
    },
    {
      id: 'CVE-2026-48524',
      known: ['GHSA-fhv5-28vv-h8m8'],
      attack: 'PyJWT: unknown `kid`s while the issuer is down push the good keys out.',
      stoppedIn: [KEY_SET],
      tests: by(
        'network',
        'NET1 a flood while the issuer is down leaves the good keys good, and is not answered with 401',
      ),
    },
    {
      id: 'GHSA-675f-rq2r-jw82',
      attack: 'jwkset: a refresh adds keys and takes none away.',
      stoppedIn: [KEY_SET, RING],
      tests: by('network', 'NET9 a key that is no longer published ends its tokens, those that are remembered as well'),
    },
    {
      id: 'express-oauth2-jwt-bearer#244',
      attack: 'A malformed `Host` makes a proof for one URL good for another.',
      stoppedIn: ['core/src/sender/dpop/target-uri.ts'],
      tests: [
        ...by('sender-host', 'Host: %s', 'the headers of a proxy with %j change nothing'),
        ...by('http-requests', 'HTTP7 with Host and X-Forwarded-Host %j'),
      ],
    },
    {
      id: 'fastify-jwt#410',
      attack: 'A malformed credential in a cookie ends in 500, with a stack trace.',
      stoppedIn: [PRESENT],
      tests: [
        ...by('http-credentials', 'HTTP4 in a malformed cookie'),
        ...by('random', 'no random bytes over HTTP reach a handler, and each gets an answer'),
      ],
    },
  ],
}
