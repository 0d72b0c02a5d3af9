import { type AttackGroup, type AttackRow, by } from './row.ts'

const CLAIMS = 'core/src/sender/dpop/proof-claims.ts'
const PROOF = 'core/src/sender/dpop/proof-check.ts'
const READ = 'core/src/sender/dpop/read-proof.ts'
const TARGET = 'core/src/sender/dpop/target-uri.ts'
const CHECK = 'core/src/sender/sender-check.ts'
const STORE = 'core/src/sender/dpop/replay-store.ts'
const HEADERS = 'core/src/request/header-values.ts'
const PRESENT = 'core/src/request/present-token.ts'

const suite = (...titles: readonly string[]) => by('dpop-oidf', ...titles)

function accepted(id: string, request: string, readIn: readonly string[], tests: AttackRow['tests']): AttackRow {
  return { id, honest: true, attack: request, stoppedIn: readIn, tests }
}

/** Honest but unusual: refusing them would fail the suite. */
export const openidAccepted: AttackGroup = {
  title: 'What the OpenID conformance suite expects to be let in',
  rows: [
    accepted('OIDF1', 'The header name `DPOP` in upper case.', [HEADERS], suite('the header name DPOP in upper case')),
    accepted('OIDF2', '`htu` with a query and a fragment.', [TARGET], suite('htu with a query and a fragment')),
    accepted(
      'OIDF3',
      '`htu` without them, for a request that has a query.',
      [TARGET],
      suite('htu without query and fragment', 'a request with a query, and htu without'),
    ),
    accepted('OIDF4', 'A `jti` for the first time.', [STORE], suite('a jti for the first time')),
    accepted(
      'OIDF5',
      'Claims and header parameters that nobody knows.',
      [READ, CLAIMS],
      suite('claims that nobody knows', 'header parameters that nobody knows'),
    ),
    accepted(
      'OIDF6',
      '`htu` with scheme and host in upper case.',
      [TARGET],
      suite('htu with scheme and host in upper case'),
    ),
    accepted('OIDF7', '`htu` with the default port.', [TARGET], suite('htu with the default port')),
    accepted('OIDF8', '`nbf` now and `exp` in five minutes.', [CLAIMS], suite('nbf now and exp in five minutes')),
    accepted(
      'OIDF9',
      '`iat` eight seconds in the past and in the future.',
      [CLAIMS],
      suite('iat 8 seconds in the past', 'iat 8 seconds in the future'),
    ),
    accepted(
      'OIDF10',
      'The scheme in inverted case.',
      [PRESENT],
      by('sender-schemes', 'the scheme as %j takes a bound token, and refuses one that is not'),
    ),
    accepted(
      'OIDF11',
      'A correct proof, after everything else.',
      [PROOF],
      suite('a correct proof', 'the second use of a jti, and a correct proof at the end'),
    ),
  ],
}

export const openidRefused: AttackGroup = {
  title: 'What the OpenID conformance suite expects to be refused',
  rows: [
    { id: 'OIDF12', attack: 'Two `DPoP` headers.', stoppedIn: [HEADERS, PROOF], tests: suite('two DPoP headers') },
    { id: 'OIDF13', attack: 'A proof that is no JWT.', stoppedIn: [READ], tests: suite('no well-formed JWT') },
    {
      id: 'OIDF14',
      attack: '`typ`, `alg` or `jwk` missing.',
      stoppedIn: [READ],
      tests: suite('typ missing', 'alg missing', 'jwk missing'),
    },
    {
      id: 'OIDF15',
      attack: '`jti`, `htm`, `htu`, `iat` or `ath` missing.',
      stoppedIn: [CLAIMS],
      tests: [
        ...suite('what the suite expects to be refused with 400 or 401'),
        ...by('dpop-claims', 'claims of another type, or missing'),
      ],
    },
    { id: 'OIDF16', attack: 'Another `typ`.', stoppedIn: [READ], tests: suite('another typ') },
    {
      id: 'OIDF17',
      attack: 'A proof that is signed with RS256.',
      stoppedIn: [READ],
      tests: suite('signed with RS256'),
    },
    { id: 'OIDF18', attack: '`alg: none`.', stoppedIn: [READ], tests: suite('alg none') },
    { id: 'OIDF19', attack: 'A bad signature.', stoppedIn: [PROOF], tests: suite('a bad signature') },
    {
      id: 'OIDF20',
      attack: 'A `jwk` with the private key.',
      stoppedIn: [READ],
      tests: suite('jwk with the private key'),
    },
    { id: 'OIDF21', attack: 'Another `htm`.', stoppedIn: [CLAIMS], tests: suite('another htm') },
    { id: 'OIDF22', attack: 'The `htu` of another URL.', stoppedIn: [TARGET], tests: suite('htu of another URL') },
    {
      id: 'OIDF23',
      attack: '`iat` an hour ahead and an hour ago.',
      stoppedIn: [CLAIMS],
      tests: suite('iat one hour ahead', 'iat one hour ago'),
    },
    { id: 'OIDF24', attack: 'The `ath` of another token.', stoppedIn: [CLAIMS], tests: suite('another ath') },
    { id: 'OIDF25', attack: 'A proof by another key.', stoppedIn: [PROOF], tests: suite('signed by another key') },
    { id: 'OIDF26', attack: 'No proof.', stoppedIn: [PROOF], tests: suite('no proof') },
    {
      id: 'OIDF27',
      attack: 'No proof, and the scheme changed to Bearer.',
      stoppedIn: [CHECK],
      tests: suite('no proof, and the scheme changed to Bearer'),
    },
    {
      id: 'OIDF28',
      attack: 'A `jti` for the second time.',
      stoppedIn: [STORE],
      tests: suite('the second use of a jti, and a correct proof at the end'),
    },
    {
      id: 'OIDF29',
      attack: 'The token in the query.',
      stoppedIn: [PRESENT],
      tests: suite('the token in the query (FAPI2SPFinalHappyFlow)'),
    },
    {
      id: 'OIDF30',
      attack: 'A connection with TLS 1.1.',
      stoppedIn: [],
      tests: by('sender-certificate-tls', 'is 1.2: a client that knows no more than TLS 1.1 gets no connection'),
      notByRequest: 'Node refuses the handshake, before there is a request.',
    },
  ],
}
