import { type AttackGroup, by, byKeys } from './row.ts'

const DECODE = 'core/src/token/decode-token.ts'
const ALGORITHMS = 'core/src/shared/algorithms.ts'
const JWK = 'core/src/issuer/public-jwk.ts'
const NODE = 'core/src/signature/node-engine.ts'
const JOSE = 'core/src/signature/jose-engine.ts'

export const algorithms: AttackGroup = {
  title: 'Algorithms',
  rows: [
    {
      id: 'ALG1',
      known: ['CVE-2022-23540'],
      attack: 'The token says `alg: none`, with a signature or without.',
      stoppedIn: [DECODE, 'core/src/token/split-compact.ts'],
      tests: by('algorithms', 'ALG1 alg "none" above the honest signature', 'ALG1 no alg'),
    },
    {
      id: 'ALG2',
      attack: 'The same in another spelling: `None`, `nOnE`, a space or a NUL behind it; or a good name in lower case.',
      stoppedIn: [DECODE, ALGORITHMS],
      tests: by(
        'algorithms',
        'ALG1, ALG2: a token that says it is not signed (RFC 7518 section 3.6, CVE-2022-23540)',
        'ALG2: names are compared exactly (RFC 8725 section 3.1)',
      ),
    },
    {
      id: 'ALG3',
      known: ['CVE-2015-9235', 'advisory-database#7123'],
      attack: 'An HMAC, keyed with the public key in one of its spellings, passes for a signature.',
      stoppedIn: [DECODE, ALGORITHMS, 'core/src/options/parse-issuer.ts'],
      tests: [
        ...by(
          'algorithms',
          'ALG3: HMAC keyed with what everybody knows',
          'ALG3 an HMAC keyed with the PEM, under alg RS256',
        ),
        ...by('issuers', 'ALG3 neither kind of signature stands in for the other'),
      ],
    },
    {
      id: 'ALG4',
      attack: 'A published key names no algorithm, and the token chooses one that nobody allowed.',
      stoppedIn: [DECODE, JWK],
      tests: [
        ...by(
          'key-set',
          'ALG4 is used for the first algorithm of the list that fits it, and for no other (CVE-2026-22817, CVE-2026-22818)',
        ),
        ...by('key-lifetime', 'ALG4 the algorithms that metadata lists are not the ones that are accepted'),
      ],
    },
    {
      id: 'ALG5',
      known: ['CVE-2026-45363', 'CVE-2026-49852'],
      attack: 'An empty secret, or none at all, verifies an HMAC over nothing.',
      stoppedIn: ['core/src/options/shared-secret.ts', 'core/src/issuer/resolved-issuers.ts'],
      tests: by(
        'issuers',
        'ALG5 an HMAC with an empty secret, or with any other, is refused (CVE-2026-44351, CVE-2026-45363)',
        'ALG5 a function for the issuer that answers with %s lets nobody in',
      ),
    },
    {
      id: 'ALG6',
      known: ['CVE-2022-23541'],
      attack: 'The algorithm of the header is not the one that the key was published for.',
      stoppedIn: [JWK, 'core/src/issuer/key-ring.ts'],
      tests: [
        ...by('algorithms', 'ALG6 alg RS256 for a key whose JWK names PS256', 'ALG6 RS256 under alg PS256'),
        ...byKeys('forged-jwks', 'alg HS256 on an RSA key'),
      ],
    },
    {
      id: 'ALG7',
      known: ['CVE-2022-23539'],
      attack: 'A key of another kind or curve: P-384 or secp256k1 for ES256, Ed448 or X25519 for Ed25519.',
      stoppedIn: [JWK],
      tests: byKeys('forged-jwks', 'P-384 for ES256', 'secp256k1 that calls itself P-256', 'Ed448 for Ed25519'),
    },
    {
      id: 'ALG8',
      attack: 'RSASSA-PSS with a salt of another length, or another hash.',
      stoppedIn: [NODE, JOSE],
      tests: by('algorithms', 'ALG8 PS256 with a salt of 0 bytes', 'ALG8 PS384 under alg PS256'),
    },
    {
      id: 'ALG9',
      attack: 'A PKCS#1 v1.5 signature with a weak hash, a short padding or bytes to spare (Bleichenbacher 2006).',
      stoppedIn: [NODE, JOSE],
      tests: by('signatures-rsa', 'ALG9 SHA-1', 'ALG9 a short padding, rubbish behind', 'ALG9 bytes behind the digest'),
    },
    {
      id: 'ALG10',
      known: ['CVE-2023-51774', 'CVE-2026-29000'],
      attack:
        'An encrypted token with an unsigned one inside: that it could be decrypted says nothing about its maker.',
      stoppedIn: ['core/src/token/split-compact.ts'],
      tests: by(
        'signatures-rsa',
        'ALG10 an unsigned token inside',
        'ALG10 the honest token, encrypted to the public key',
      ),
    },
  ],
}

export const signatures: AttackGroup = {
  title: 'Signatures',
  rows: [
    {
      id: 'SIG1',
      known: ['CVE-2022-21449'],
      attack: 'An ECDSA signature of zeros, or with numbers beyond the order of the group, which fits every message.',
      stoppedIn: [NODE, JOSE],
      tests: by('signatures-curves', 'SIG1 s + n', 'r = 0, s = 0', 'r = n, s = n'),
    },
    {
      id: 'SIG2',
      attack: 'An ECDSA signature as DER, longer, shorter, or its halves swapped.',
      stoppedIn: ['core/src/signature/signature-bytes.ts', NODE, JOSE],
      tests: by('signatures-curves', 'SIG2 a byte behind it', 'SIG2 r and s the other way round', 'SIG2 twice'),
    },
    {
      id: 'SIG3',
      attack: 'A signature that is cut off, empty, or that of another token.',
      stoppedIn: ['core/src/token/split-compact.ts', 'core/src/signature/signature-bytes.ts', NODE, JOSE],
      tests: [
        ...by('signatures-rsa', 'SIG3 the signature of another token', 'SIG3 zeros'),
        ...by('signatures-curves', 'SIG3 R the neutral point, S zero', 'SIG3 S + L: the same number, another spelling'),
      ],
    },
    {
      id: 'SIG4',
      attack: 'A second valid signature is made from an ECDSA one, to get a token text that was not seen before.',
      stoppedIn: ['core/src/token-cache.ts', 'core/src/revocation/refuse-revoked.ts'],
      tests: by(
        'signatures-curves',
        'SIG4 (r, n - s) is a signature too, and another token: whoever has it has had the first one',
      ),
    },
  ],
}
