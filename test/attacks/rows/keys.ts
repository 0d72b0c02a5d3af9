import { type AttackGroup, by, byKeys } from './row.ts'

const HEADER = 'core/src/token/jws-header.ts'
const DECODE = 'core/src/token/decode-token.ts'
const JWK = 'core/src/issuer/public-jwk.ts'
const RING = 'core/src/issuer/key-ring.ts'

export const keys: AttackGroup = {
  title: 'Keys',
  rows: [
    {
      id: 'KEY1',
      known: ['CVE-2018-0114', 'CVE-2026-34240'],
      attack: 'The token brings the key along that verifies it (`jwk`).',
      stoppedIn: [DECODE],
      tests: by(
        'key-choice',
        'KEY1 jwk, and the kid of a published key',
        'KEY1 jwk of the attacker is ignored where the signature is honest',
      ),
    },
    {
      id: 'KEY2',
      attack:
        'The token says where its key can be fetched (`jku`, `x5u`), from the attacker or from inside the network.',
      stoppedIn: [DECODE],
      tests: by('key-choice', 'KEY2 jku to the attacker', 'KEY2 nobody ever asked the attacker for anything'),
    },
    {
      id: 'KEY3',
      attack: 'The token brings a certificate chain of its own along (`x5c`, `x5t`).',
      stoppedIn: [DECODE],
      tests: by('key-choice', 'KEY3 x5t and x5t#S256', 'KEY3 x5c is ignored where the signature is honest'),
    },
    {
      id: 'KEY4',
      attack: 'The `kid` is a path, a query, a name of JavaScript, a megabyte, a number or a list.',
      stoppedIn: [HEADER, RING],
      tests: by(
        'key-choice',
        'KEY4: kid as a path, a query, a name of JavaScript (RFC 7515 section 4.1.4, CVE-2025-65945, CVE-2025-59936)',
        'KEY4 kid of 513 characters',
        'KEY4 a kid of a megabyte does not get as far as a header',
      ),
    },
    {
      id: 'KEY5',
      attack: 'The token names one published key and is signed with another.',
      stoppedIn: [RING],
      tests: by('key-choice', 'KEY5 the kid of the other published key', 'KEY5 the kid of a key for another algorithm'),
    },
    {
      id: 'KEY6',
      attack: 'Many keys share one `kid`, so that every token costs as many signature checks.',
      stoppedIn: [RING],
      tests: by(
        'key-set',
        'the few that fit are tried, and a forged token verifies under none',
        'more than four are not tried, so that a forged token does not cost as many signature checks',
      ),
    },
    {
      id: 'KEY7',
      attack: 'A key that was published for encryption, or for signing alone, verifies tokens.',
      stoppedIn: [JWK],
      tests: byKeys('forged-jwks', 'use "enc" on an RSA key', 'key_ops "sign"', 'key_ops against use'),
    },
    {
      id: 'KEY8',
      known: ['CVE-2026-44699'],
      attack: 'A private key or a shared secret stands in the key set, where everybody can read it.',
      stoppedIn: [JWK],
      tests: [
        ...byKeys('forged-jwks', 'a private RSA key', 'k on an RSA key (CVE-2026-44699)'),
        ...byKeys('testing', 'a shared secret'),
      ],
    },
    {
      id: 'KEY9',
      attack: 'An RSA key of fewer than 2048 bits is published.',
      stoppedIn: [JWK],
      tests: byKeys('testing', 'RSA of 1024 bits'),
    },
    {
      id: 'KEY10',
      attack: 'An RSA key with exponent 1, under which anybody can sign; or with an even or a small one.',
      stoppedIn: [JWK],
      tests: byKeys('testing', 'RSA with e = 1: anybody can sign', 'RSA with an even e above 65537', 'RSA with e = 3'),
    },
    {
      id: 'KEY11',
      attack: 'A huge modulus or exponent makes every signature check slow.',
      stoppedIn: [JWK],
      tests: byKeys('testing', 'RSA with an e of 33 bits', 'RSA of about 9200 bits'),
    },
    {
      id: 'KEY12',
      known: ['CVE-2017-15361'],
      attack: 'An RSA key of the issuer was made by hardware whose keys can be factored (ROCA).',
      stoppedIn: [JWK, 'core/src/issuer/roca-modulus.ts'],
      tests: byKeys('testing', 'RSA that can be factored (ROCA)'),
    },
    {
      id: 'KEY13',
      attack: 'A point that is not on its curve, or a key whose `kty` is another one.',
      stoppedIn: [JWK, 'core/src/issuer/judge-key.ts'],
      tests: [
        ...byKeys('testing', 'a point that is not on P-256'),
        ...byKeys('forged-jwks', 'kty RSA on an EC key', 'the point of nothing'),
        ...by('key-set', 'KEY13 members that are no objects'),
      ],
    },
    {
      id: 'KEY14',
      attack: 'The same key in another spelling: padded, with a leading zero, with white space.',
      stoppedIn: [JWK, 'core/src/shared/base64url.ts'],
      tests: [
        ...byKeys('testing', 'an x of 33 bytes, its first zero'),
        ...byKeys('forged-jwks', 'x with padding', 'n with a zero in front'),
      ],
    },
    {
      id: 'KEY15',
      attack: 'An Ed25519 key of small order, or in a forbidden spelling: one fixed signature fits every token.',
      stoppedIn: [JWK],
      tests: [
        ...byKeys(
          'testing',
          'the neutral point: anybody can sign',
          'the neutral point in a forbidden spelling: anybody can sign',
        ),
        ...byKeys('forged-jwks', 'Ed25519: y = 0', 'Ed25519: y = -1'),
      ],
    },
  ],
}
