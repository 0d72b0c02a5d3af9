import { generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from 'node:crypto'
import type { ForgedKey } from '@scopeward/testing'
import { signBytes } from './mint.ts'

/** A key pair whose signatures hold, published as it should not be. */
interface Pair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

const rsa: Pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const p256: Pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const ed25519: Pair = generateKeyPairSync('ed25519')

type Change = Readonly<Record<string, unknown>> | ((jwk: JsonWebKey) => Readonly<Record<string, unknown>>)

/** Signs as `algorithm` says, whatever the JWK says. */
function published(
  attack: string,
  description: string,
  pair: Pair,
  algorithm: 'RS256' | 'PS256' | 'ES256' | 'Ed25519',
  change: Change,
): ForgedKey {
  const honest = pair.publicKey.export({ format: 'jwk' })
  const changes = typeof change === 'function' ? change(honest) : change
  const jwk = { use: 'sig', alg: algorithm, kid: 'forged', ...honest, ...changes }
  return { attack, description, algorithm, jwk, sign: input => signBytes(input, pair.privateKey, algorithm) }
}

/** What the tables below are compared with: the same keys as they should be published. */
export const goodKeys: readonly ForgedKey[] = [
  published('KEY', 'RSA of 2048 bits for RS256', rsa, 'RS256', {}),
  published('KEY', 'the same for PS256', rsa, 'PS256', {}),
  published('KEY', 'P-256', p256, 'ES256', {}),
  published('KEY', 'Ed25519', ed25519, 'Ed25519', {}),
  published('KEY', 'a key with neither use nor alg', rsa, 'RS256', { use: undefined, alg: undefined }),
  published('KEY', 'key_ops "verify" in place of use', p256, 'ES256', { use: undefined, key_ops: ['verify'] }),
  published('KEY', 'members that nobody knows (RFC 7517 section 4)', p256, 'ES256', {
    x5c: ['AAAA'],
    nbf: 'x',
    '\u2603': 1,
  }),
]

const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' })
const secp256k1 = generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
const ed448 = generateKeyPairSync('ed448')

/** `alg` and key do not belong together (RFC 8725 section 3.1, RFC 7518 section 3.4). */
const wrongAlgorithms: readonly ForgedKey[] = [
  published('ALG6', 'alg RS512, which is not on the list', rsa, 'RS256', { alg: 'RS512' }),
  published('ALG6', 'alg HS256 on an RSA key', rsa, 'RS256', { alg: 'HS256' }),
  published('ALG6', 'alg RSA-OAEP-256', rsa, 'RS256', { alg: 'RSA-OAEP-256' }),
  published('ALG6', 'alg in lower case', rsa, 'RS256', { alg: 'rs256' }),
  published('ALG6', 'alg as a list', rsa, 'RS256', { alg: ['RS256'] }),
  published('ALG6', 'alg null', rsa, 'RS256', { alg: null }),
  published('ALG6', 'alg none', rsa, 'RS256', { alg: 'none' }),
  published('ALG7', 'P-384 for ES256', p384, 'ES256', {}),
  published('ALG7', 'secp256k1 for ES256', secp256k1, 'ES256', {}),
  published('ALG7', 'secp256k1 that calls itself P-256', secp256k1, 'ES256', { crv: 'P-256' }),
  {
    ...published('ALG7', 'Ed448 for Ed25519', ed448, 'Ed25519', {}),
    sign: input => sign(null, Buffer.from(input), ed448.privateKey),
  },
  published('ALG7', 'X25519 for Ed25519', ed25519, 'Ed25519', { crv: 'X25519' }),
  published('ALG7', 'Ed25519 with kty EC', ed25519, 'Ed25519', { kty: 'EC' }),
]

/** Not meant to verify, or not to be published (RFC 7517 sections 4.2, 4.3, 9.2). */
const wrongPurposes: readonly ForgedKey[] = [
  published('KEY7', 'use "enc" on an RSA key', rsa, 'RS256', { use: 'enc' }),
  published('KEY7', 'use that nobody knows', rsa, 'RS256', { use: 'tls' }),
  published('KEY7', 'use as a list', rsa, 'RS256', { use: ['sig'] }),
  published('KEY7', 'use "SIG"', rsa, 'RS256', { use: 'SIG' }),
  published('KEY7', 'key_ops "sign"', p256, 'ES256', { use: undefined, key_ops: ['sign'] }),
  published('KEY7', 'key_ops empty', p256, 'ES256', { use: undefined, key_ops: [] }),
  published('KEY7', 'key_ops as text', p256, 'ES256', { use: undefined, key_ops: 'verify' }),
  published('KEY7', 'key_ops with "verify" twice', p256, 'ES256', { use: undefined, key_ops: ['verify', 'verify'] }),
  published('KEY7', 'key_ops against use', p256, 'ES256', { use: 'sig', key_ops: ['encrypt'] }),
  published('KEY8', 'a private RSA key', rsa, 'RS256', { ...rsa.privateKey.export({ format: 'jwk' }) }),
  published('KEY8', 'd alone', ed25519, 'Ed25519', { d: 'AAAA' }),
  published('KEY8', 'k on an RSA key (CVE-2026-44699)', rsa, 'RS256', { k: '' }),
]

/** Material in forms that import accepts and that nobody should have written (RFC 7518 sections 6.2.1, 6.3.1). */
const wrongMaterial: readonly ForgedKey[] = [
  published('KEY14', 'x with padding', p256, 'ES256', ({ x }) => ({ x: `${x}=` })),
  published('KEY14', 'y with a space', p256, 'ES256', ({ y }) => ({ y: `${y} ` })),
  published('KEY14', 'x as a list', p256, 'ES256', ({ x }) => ({ x: [x] })),
  published('KEY14', 'x of Ed25519 with padding', ed25519, 'Ed25519', ({ x }) => ({ x: `${x}=` })),
  published('KEY14', 'x of Ed25519 with a byte more', ed25519, 'Ed25519', ({ x }) => ({ x: withByte(x) })),
  published('KEY14', 'n with a zero in front', rsa, 'RS256', ({ n }) => ({ n: withZero(n) })),
  published('KEY14', 'n with padding', rsa, 'RS256', ({ n }) => ({ n: `${n}==` })),
  published('KEY14', 'n with a line break', rsa, 'RS256', ({ n }) => ({ n: `${n}\n` })),
  published('KEY14', 'e with a zero in front', rsa, 'RS256', { e: 'AAEAAQ' }),
  published('KEY13', 'no y', p256, 'ES256', { y: undefined }),
  published('KEY13', 'no crv', p256, 'ES256', { crv: undefined }),
  published('KEY13', 'crv "constructor"', p256, 'ES256', { crv: 'constructor' }),
  published('KEY13', 'the point of nothing', p256, 'ES256', { x: zeros(32), y: zeros(32) }),
  published('KEY13', 'kty RSA on an EC key', p256, 'ES256', { kty: 'RSA' }),
  published('KEY13', 'kty in lower case', rsa, 'RS256', { kty: 'rsa' }),
  published('KEY13', 'no kty', rsa, 'RS256', { kty: undefined }),
  published('KEY10', 'e of zero', rsa, 'RS256', { e: 'AA' }),
  published('KEY10', 'no e', rsa, 'RS256', { e: undefined }),
  published('KEY15', 'Ed25519: y = 0', ed25519, 'Ed25519', { x: zeros(32) }),
  published('KEY15', 'Ed25519: y = -1', ed25519, 'Ed25519', {
    x: Buffer.from(`ec${'ff'.repeat(30)}7f`, 'hex').toString('base64url'),
  }),
]

export const forgedJwks: readonly ForgedKey[] = [...wrongAlgorithms, ...wrongPurposes, ...wrongMaterial]

function zeros(length: number): string {
  return Buffer.alloc(length).toString('base64url')
}

function withZero(member: unknown): string {
  return Buffer.concat([Buffer.alloc(1), Buffer.from(String(member), 'base64url')]).toString('base64url')
}

function withByte(member: unknown): string {
  return Buffer.concat([Buffer.from(String(member), 'base64url'), Buffer.alloc(1)]).toString('base64url')
}
