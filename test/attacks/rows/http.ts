import { type AttackGroup, by, elsewhere } from './row.ts'

const PRESENT = 'core/src/request/present-token.ts'
const VALUES = 'core/src/request/header-values.ts'
const EXPRESS = 'express/src/create-guard.ts'
const FASTIFY = 'fastify/src/plugin.ts'
const TARGET = 'core/src/sender/dpop/target-uri.ts'
const GUARD = 'core/src/guard.ts'

export const http: AttackGroup = {
  title: 'HTTP and frameworks',
  rows: [
    {
      id: 'HTTP1',
      attack: 'Two `Authorization` headers, of which the proxy reads one and the API the other.',
      stoppedIn: [VALUES, PRESENT],
      tests: by('http-credentials', 'HTTP1 a good one first', 'HTTP1 a good one last', 'HTTP1 in different case'),
    },
    {
      id: 'HTTP2',
      attack: 'Something besides one token behind the scheme: a list, a second word, quotes, a tab.',
      stoppedIn: [PRESENT],
      tests: by('http-credentials', 'HTTP2 a second word behind the token', 'HTTP2 a list of two credentials'),
    },
    {
      id: 'HTTP3',
      attack: 'A good token under another scheme, such as `Basic`.',
      stoppedIn: [PRESENT],
      tests: by(
        'http-credentials',
        'HTTP3: a good token under another scheme is no credential here (RFC 6750 section 3.1)',
      ),
    },
    {
      id: 'HTTP4',
      attack: 'A token in the query, in a form or in a cookie, where it ends up in logs and comes from other sites.',
      stoppedIn: [PRESENT],
      tests: by('http-credentials', 'HTTP4 in the query', 'HTTP4 in a form', 'HTTP4 in a cookie, signed or not'),
    },
    {
      id: 'HTTP5',
      known: ['CVE-2026-2880', 'CVE-2026-2293', 'fastify-express#174', 'middie#245'],
      attack: 'A path in another spelling passes by the guard and still reaches the route.',
      stoppedIn: [
        EXPRESS,
        'express/src/coverage/uncovered-routes.ts',
        FASTIFY,
        'fastify/src/coverage/route-coverage.ts',
      ],
      tests: by('http-requests', 'HTTP5 %j reaches no handler without a token'),
      notByRequest: 'Express and Fastify find routes; `check()` has none that a path could miss.',
    },
    {
      id: 'HTTP6',
      attack: '`HEAD`, `OPTIONS` or a method override runs the handler without a token.',
      stoppedIn: [EXPRESS, FASTIFY],
      tests: [
        ...by('http-requests', 'HTTP6 %j reaches no handler without a token'),
        ...by('http-routes', 'HTTP6 every method that has a handler', 'HTTP6 a method in a header is only a header'),
      ],
      notByRequest: 'Express and Fastify choose the handler; `check()` has none.',
    },
    {
      id: 'HTTP7',
      known: ['CVE-2026-3635'],
      attack: '`Host`, `Forwarded` or `X-Forwarded-*` make the API believe that it has another origin.',
      stoppedIn: [TARGET, 'core/src/challenge/create-denials.ts'],
      tests: [
        ...by('sender-host', 'the headers of a proxy with %j change nothing'),
        ...by('http-requests', 'HTTP7 with Host and X-Forwarded-Host %j'),
        ...by('sender-proxy', 'that are not clear let no proof in: %s', 'the configured origin holds'),
      ],
    },
    {
      id: 'HTTP8',
      attack: 'A client sends the header in which a proxy would name its certificate.',
      stoppedIn: ['core/src/sender/certificate/certificate-headers.ts', 'core/src/request/peer.ts'],
      tests: [
        ...by('sender-certificate-headers', 'is not looked at, right, wrong, twice or malformed'),
        ...by('sender-certificate-tls', 'lets in the certificate of its handshake, whatever headers say'),
      ],
    },
    {
      id: 'HTTP9',
      attack: 'Quotes or line breaks in a request or in the configuration write headers of their own.',
      stoppedIn: [
        'core/src/challenge/create-denials.ts',
        'core/src/shared/scope-token.ts',
        'core/src/options/validate.ts',
      ],
      tests: [
        ...by('http-requests', 'HTTP9 %j as credentials'),
        ...by('configuration', 'a realm with a line break (HTTP9)', 'a scope with a quote (HTTP9)'),
      ],
    },
    {
      id: 'HTTP10',
      known: ['manyfold#7129'],
      attack: 'Something throws on the way, and the request goes on as if it had been checked.',
      stoppedIn: [
        GUARD,
        'express/src/pass-error.ts',
        'fastify/src/pass-error.ts',
        'core/src/revocation/refuse-revoked.ts',
      ],
      tests: [
        ...by('http-requests', 'HTTP10 %j inside the Authorization header', 'HTTP10 a hundred Authorization headers'),
        ...by('sender-revocation', 'one that %s'),
        ...by('dpop-replay-store', 'one that never answers'),
        ...by('random', 'no random bytes over HTTP reach a handler, and each gets an answer'),
        ...elsewhere(
          'test/parity/mistakes.test.ts',
          '%s is an error of the application, for a new token and for a known one',
        ),
      ],
    },
    {
      id: 'HTTP11',
      attack: 'What an earlier request, or a client, left in `request.auth` is taken for the caller.',
      stoppedIn: [EXPRESS, FASTIFY, 'fastify/src/route-access.ts'],
      tests: by(
        'http-callers',
        'HTTP11 the second request of a connection has no part of the first',
        'HTTP11 what stood in req.auth before the guard is gone behind it, in Express',
        'HTTP11 what stood in request.auth before the guard is gone behind it, in Fastify',
      ),
      notByRequest: 'A connection and its requests are those of Express and Fastify; `check()` leaves nothing in them.',
    },
    {
      id: 'HTTP12',
      attack: 'A proof is used again, made in advance, or spent on another method or URL.',
      stoppedIn: [
        'core/src/sender/dpop/replay-store.ts',
        'core/src/sender/dpop/proof-claims.ts',
        'core/src/sender/dpop/nonces.ts',
        TARGET,
      ],
      tests: [
        ...by('dpop-claims', 'a proof that was made in advance is refused until its time, and works once then'),
        ...by(
          'dpop-replay',
          'of fifty that are sent at once, one',
          'not again in another text: signed again, for another URL, in another spelling of the header',
        ),
        ...by(
          'dpop-replay-store',
          'with 503 for every new proof, 401 for used ones, and room again when some have expired',
        ),
        ...by('dpop-nonce', 'what is not to the letter a nonce of ours is none'),
        ...by('dpop-target', 'absolute targets (RFC 9112 section 3.2.2)'),
      ],
    },
    {
      id: 'HTTP13',
      attack: 'The answer tells an unknown key from a bad signature, and so which keys there are.',
      stoppedIn: ['core/src/errors/denials.ts'],
      tests: by('key-choice', 'HTTP13 an unknown key, a bad signature and a malformed token are answered alike'),
    },
    {
      id: 'HTTP14',
      attack: 'The request comes over HTTP/2, or asks for a WebSocket.',
      stoppedIn: [VALUES, FASTIFY],
      tests: [
        ...by('http-callers', 'HTTP14 Fastify over HTTP/2 checks what came as a lower-case field'),
        ...by('http-routes', 'HTTP14 a request to upgrade the connection to a WebSocket is a request like any other'),
        ...by('sender-routes', 'a proof is checked, once, and two of them are refused'),
      ],
      notByRequest: 'Fastify alone speaks HTTP/2; upgrades are tried with Express and Fastify.',
    },
  ],
}
