import { type AttackGroup, by } from './row.ts'

const SPLIT = 'core/src/token/split-compact.ts'
const BASE64 = 'core/src/shared/base64url.ts'
const JSON_READER = 'core/src/shared/json.ts'
const HEADER = 'core/src/token/jws-header.ts'
const TIMES = 'core/src/claims/token-times.ts'
const PRESENT = 'core/src/request/present-token.ts'

export const encoding: AttackGroup = {
  title: 'Encoding',
  rows: [
    {
      id: 'ENC1',
      attack: 'White space, line breaks or control characters inside a part of the token.',
      stoppedIn: [PRESENT, SPLIT],
      tests: by('encoding', 'ENC1: white space and control characters (RFC 7515 section 5.2)'),
    },
    {
      id: 'ENC2',
      attack: 'The base64 alphabet with `+` and `/`, or padding.',
      stoppedIn: [PRESENT, BASE64],
      tests: by('encoding', 'ENC2 padding behind the signature', 'ENC2 padding in the header'),
    },
    {
      id: 'ENC3',
      attack: 'Unused bits at the end of a part are set, so that one token has many texts.',
      stoppedIn: [BASE64],
      tests: [
        ...by(
          'encoding',
          'ENC2, ENC3: other alphabets, padding, unused bits (RFC 7515 section 2, RFC 4648 section 3.5)',
        ),
        ...by('cache', 'the last character by another of the same bytes (ENC3)'),
      ],
    },
    {
      id: 'ENC4',
      known: ['CVE-2025-30204', 'CVE-2025-27144', 'CVE-2025-22868'],
      attack: 'One part, two, four or a million: memory is spent on splitting.',
      stoppedIn: [PRESENT, SPLIT],
      tests: by('encoding', 'ENC4 16,000 dots', 'ENC4 a million dots', 'ENC4 header and payload'),
    },
    {
      id: 'ENC5',
      attack: 'A token of megabytes.',
      stoppedIn: [PRESENT],
      tests: by('encoding', 'ENC5 16,384 characters are accepted, one more is not', 'ENC5 16 megabytes'),
    },
    {
      id: 'ENC6',
      attack: 'The token in one of the JSON serializations of JWS.',
      stoppedIn: [PRESENT, SPLIT],
      tests: by('encoding', 'ENC6 flattened JSON', 'ENC6 general JSON'),
    },
  ],
}

export const json: AttackGroup = {
  title: 'JSON',
  rows: [
    {
      id: 'JSON1',
      known: ['ruby-jwt#713'],
      attack: 'A name stands twice, so that two readers see two tokens.',
      stoppedIn: [JSON_READER],
      tests: by(
        'json',
        'JSON1 alg twice in the header',
        'JSON1 inside a claim',
        'JSON1 cnf twice: bound first, empty last',
      ),
    },
    {
      id: 'JSON2',
      attack: 'Text that is not UTF-8: UTF-16, UTF-32, overlong or broken sequences.',
      stoppedIn: [JSON_READER],
      tests: by('json', 'JSON2 UTF-16', 'JSON2 a slash in two bytes', 'JSON2 a surrogate in UTF-8'),
    },
    {
      id: 'JSON3',
      attack: 'A byte order mark in front.',
      stoppedIn: [JSON_READER],
      tests: by('json', 'JSON3 a byte order mark'),
    },
    {
      id: 'JSON4',
      attack: 'Half of a surrogate pair, on which logs and databases break.',
      stoppedIn: [JSON_READER],
      tests: by('json', 'JSON4 a lone surrogate', 'JSON4 a lone surrogate in a name'),
    },
    {
      id: 'JSON5',
      attack: 'Nesting so deep that whatever serialises the claims later overflows its stack.',
      stoppedIn: [JSON_READER],
      tests: by('json', 'JSON5 33 levels', 'JSON5 32 levels'),
    },
    {
      id: 'JSON6',
      attack: 'Claims or header that are a list, a number or null, or have something behind them.',
      stoppedIn: [JSON_READER],
      tests: by('json', 'JSON6 a list', 'JSON6 null', 'JSON6 a second object behind', 'JSON6 a NUL behind'),
    },
    {
      id: 'JSON7',
      attack: '`__proto__`, `constructor` and the like as names of claims.',
      stoppedIn: [JSON_READER, 'core/src/claims/own-claim.ts'],
      tests: by(
        'members',
        'JSON7 a claim %s is a claim like any other',
        'JSON7 alg inside __proto__ of the header',
        'JSON7 typ inside __proto__ of the header',
      ),
    },
    {
      id: 'JSON8',
      attack: 'Times that never come: 1e400, 1e308, negative ones, or beyond the year 9999.',
      stoppedIn: [JSON_READER, TIMES],
      tests: [
        ...by('members', 'JSON8: numbers (RFC 7519 section 2)', 'JSON8 the last second of the year 9999'),
        ...by('json', 'JSON8 a number that JavaScript reads as infinity'),
      ],
    },
    {
      id: 'JSON9',
      known: ['python-jose#413'],
      attack: 'The header demands an extension that nobody here knows (`crit`), or the empty list of them.',
      stoppedIn: [HEADER],
      tests: by(
        'members',
        'JSON9, JSON10, JSON11: headers that change what a token means (CVE-2025-59420, CVE-2026-35042)',
      ),
    },
    {
      id: 'JSON10',
      known: ['CVE-2026-48525'],
      attack: 'The header says that the payload is not encoded (`b64`), or the payload is detached.',
      stoppedIn: [HEADER, SPLIT],
      tests: [
        ...by('members', 'JSON10 b64 false with crit, the payload as it is (RFC 7797 section 7)'),
        ...by('encoding', 'ENC4 no payload (detached, RFC 7515 appendix F)'),
      ],
    },
    {
      id: 'JSON11',
      attack: 'A token inside the token (`cty: JWT`).',
      stoppedIn: [HEADER, JSON_READER],
      tests: by('members', 'JSON11 a token inside the token', 'JSON11 a token inside the token, and cty'),
    },
    {
      id: 'JSON12',
      known: ['CVE-2024-28176', 'CVE-2022-36083', 'CVE-2024-28180', 'CVE-2026-39373', 'CVE-2026-27932'],
      attack: 'An encrypted token that unfolds when it is unpacked (`zip`), or costs minutes of hashing (`p2c`).',
      stoppedIn: [SPLIT, HEADER],
      tests: by('signatures-rsa', 'JSON12 a zip bomb inside', 'JSON12 zip in a signed token'),
    },
  ],
}
