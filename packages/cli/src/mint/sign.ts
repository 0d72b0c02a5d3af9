import { constants, createPrivateKey, type KeyObject, randomUUID, sign } from 'node:crypto'
import { CommandFailure } from '../shared/exit.ts'
import { readTextFile } from '../shared/input.ts'

export interface SigningKey {
  readonly key: KeyObject
  readonly algorithm: string
  readonly keyId: string | undefined
}

/** What stands in the token; `lifetimeSeconds` from now. */
export interface TokenContent {
  readonly issuer: string
  readonly audience: string
  readonly clientId: string
  readonly subject: string
  readonly scope: string | undefined
  readonly lifetimeSeconds: number
  readonly type: string
}

const ALGORITHM_OF_CURVE: ReadonlyMap<string | undefined, string> = new Map([
  ['prime256v1', 'ES256'],
  ['secp384r1', 'ES384'],
  ['secp521r1', 'ES512'],
])

/** A private JWK or PEM. @throws CommandFailure that never repeats what the file holds */
export function readSigningKey(path: string, keyId: string | undefined): SigningKey {
  const text = readTextFile(path, '--key')
  const jwk = jwkOf(text)
  const key = importKey(text, jwk)
  const named = typeof jwk?.kid === 'string' ? jwk.kid : undefined
  return { key, algorithm: algorithmOf(key, jwk?.alg), keyId: keyId ?? named }
}

function jwkOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function importKey(text: string, jwk: Readonly<Record<string, unknown>> | undefined): KeyObject {
  try {
    return jwk === undefined ? createPrivateKey(text) : createPrivateKey({ key: { ...jwk }, format: 'jwk' })
  } catch {
    throw new CommandFailure('--key: the file must hold a private key: a JWK, or PEM without a passphrase.')
  }
}

function algorithmOf(key: KeyObject, named: unknown): string {
  if (key.asymmetricKeyType === 'rsa') {
    if (named === undefined) return 'RS256'
    if (typeof named === 'string' && /^[RP]S(256|384|512)$/.test(named)) return named
  }
  if (key.asymmetricKeyType === 'ed25519') return named === 'EdDSA' ? named : 'Ed25519'
  const curve = ALGORITHM_OF_CURVE.get(key.asymmetricKeyDetails?.namedCurve)
  if (key.asymmetricKeyType === 'ec' && curve !== undefined) return curve
  throw new CommandFailure('--key: use RSA, an elliptic curve (P-256, P-384, P-521) or Ed25519.')
}

/** A JWT access token. @see RFC 9068 section 2 */
export function signToken(content: TokenContent, { key, algorithm, keyId }: SigningKey): string {
  const issuedAt = Math.floor(Date.now() / 1000)
  const header = { alg: algorithm, typ: content.type, ...(keyId !== undefined && { kid: keyId }) }
  const claims = {
    iss: content.issuer,
    aud: content.audience,
    sub: content.subject,
    client_id: content.clientId,
    ...(content.scope !== undefined && { scope: content.scope }),
    iat: issuedAt,
    exp: issuedAt + content.lifetimeSeconds,
    jti: randomUUID(),
  }
  const input = [header, claims].map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  return `${input}.${signatureOf(input, key, algorithm).toString('base64url')}`
}

function signatureOf(input: string, key: KeyObject, algorithm: string): Buffer {
  const digest = key.asymmetricKeyType === 'ed25519' ? null : `sha${algorithm.slice(2)}`
  const padding = algorithm.startsWith('PS')
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : {}
  return sign(digest, Buffer.from(input), { key, dsaEncoding: 'ieee-p1363', ...padding })
}
