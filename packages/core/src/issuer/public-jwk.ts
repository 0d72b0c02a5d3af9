import type { Algorithm } from '../shared/algorithms.ts'
import { decodeBase64url } from '../shared/base64url.ts'
import { isRocaModulus } from './roca-modulus.ts'

/** The members of a published key that matter to verification, checked; private members cannot be among them. */
export interface PublicJwk {
  readonly kty: Exclude<Algorithm['kty'], 'oct'>
  readonly crv?: string
  readonly x?: string
  readonly y?: string
  readonly n?: string
  readonly e?: string
}

export interface PublishedKey {
  readonly kid: string | undefined
  readonly jwk: PublicJwk
  /**
   * What this key is used with: the algorithm that it names, or else the first allowed one that fits it and no other
   * (RFC 8725 section 3.1). More than one entry where one algorithm was allowed under both of its names, Ed25519 and EdDSA.
   */
  readonly algorithms: readonly Algorithm[]
}

/** Why a key of a set is left aside. Published to operators; names and reasons only. */
export type IgnoredKey = { readonly kid: string | undefined; readonly ignored: string }

export const PRIVATE_MEMBERS: readonly string[] = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']
const MIN_MODULUS_BITS = 2048
const MAX_MODULUS_BITS = 8192
const MIN_EXPONENT = 65_537
const MAX_EXPONENT_BYTES = 4
const COORDINATE_BYTES: Readonly<Record<string, number>> = { 'P-256': 32, 'P-384': 48, 'P-521': 66 }

/**
 * Judges one member of a key set. Refuses what both engines would import by mistake and with what tokens can be forged
 * without any private key: RSA with exponent 1, low-order Ed25519 points; also weak, factorable or huge RSA keys, coordinates of the
 * wrong length, private and symmetric members, and keys that are not meant to verify.
 * @see RFC 7517 section 4, RFC 7518 sections 3.3, 6.2.1, 6.3.1, 8.6, RFC 8037 section 2
 */
export function readPublicJwk(
  published: Readonly<Record<string, unknown>>,
  allowed: ReadonlyMap<string, Algorithm>,
): PublishedKey | IgnoredKey {
  const kid = typeof published.kid === 'string' ? published.kid : undefined
  const ignored =
    refuseMetadata(published) ??
    refuseMaterial(published) ??
    (kid === undefined && 'kid' in published ? 'kid is not a string' : undefined)
  if (ignored !== undefined) return { kid, ignored }
  const jwk = pickPublicMembers(published)
  const fitting = [...allowed.values()].filter(algorithm => fits(jwk, algorithm, published.alg))
  const [first] = fitting
  if (first === undefined) return { kid, ignored: 'no allowed algorithm fits it' }
  return { kid, jwk, algorithms: fitting.filter(({ digest, pss }) => digest === first.digest && pss === first.pss) }
}

function refuseMetadata(published: Readonly<Record<string, unknown>>): string | undefined {
  if (published.kty === 'oct') return 'it is a shared secret, which must never be published'
  if (PRIVATE_MEMBERS.some(member => member in published))
    return 'it has private members, which must never be published'
  if (published.use !== undefined && published.use !== 'sig') return 'its use is not sig'
  if (published.alg !== undefined && typeof published.alg !== 'string') return 'alg is not a string'
  const operations = published.key_ops
  if (operations === undefined) return undefined
  if (!Array.isArray(operations) || new Set(operations).size !== operations.length) return 'key_ops is malformed'
  return operations.includes('verify') ? undefined : 'its key_ops do not include verify'
}

function refuseMaterial(published: Readonly<Record<string, unknown>>): string | undefined {
  if (published.kty === 'RSA') return refuseRsa(published)
  if (published.kty === 'EC') return refuseEc(published)
  if (published.kty === 'OKP') return refuseOkp(published)
  return 'its kty is not supported'
}

function refuseRsa({ n, e }: Readonly<Record<string, unknown>>): string | undefined {
  const modulus = bytesOf(n)
  const exponent = bytesOf(e)
  if (modulus === undefined || exponent === undefined) return 'n or e is missing or not base64url'
  if (modulus[0] === 0 || exponent[0] === 0) return 'n or e has leading zeros'
  const bits = modulus.length * 8 - Math.clz32(modulus[0] as number) + 24
  if (bits < MIN_MODULUS_BITS) return `its modulus is shorter than ${MIN_MODULUS_BITS} bits`
  if (bits > MAX_MODULUS_BITS) return `its modulus is longer than ${MAX_MODULUS_BITS} bits`
  if (isRocaModulus(modulus)) return 'its modulus can be factored (ROCA, CVE-2017-15361)'
  if (exponent.length > MAX_EXPONENT_BYTES) return 'its exponent is longer than 32 bits'
  const value = exponent.readUIntBE(0, exponent.length)
  return value < MIN_EXPONENT || value % 2 === 0 ? 'its exponent is even or below 65537' : undefined
}

function refuseEc({ crv, x, y }: Readonly<Record<string, unknown>>): string | undefined {
  const expected = typeof crv === 'string' && Object.hasOwn(COORDINATE_BYTES, crv) ? COORDINATE_BYTES[crv] : undefined
  if (expected === undefined) return 'its crv is not supported'
  return bytesOf(x)?.length === expected && bytesOf(y)?.length === expected ? undefined : 'x or y has the wrong length'
}

function refuseOkp({ crv, x }: Readonly<Record<string, unknown>>): string | undefined {
  if (crv !== 'Ed25519') return 'its crv is not supported'
  const point = bytesOf(x)
  if (point?.length !== 32) return 'x has the wrong length'
  return isWeakEd25519Point(point) ? 'x is a low-order or non-canonical point' : undefined
}

const FIELD_PRIME = 2n ** 255n - 19n

/** y-coordinates of the eight points of small order; under such a key one fixed signature fits every message. */
const LOW_ORDER_Y: ReadonlySet<bigint> = new Set([
  0n,
  1n,
  FIELD_PRIME - 1n,
  0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n,
  0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n,
])

function isWeakEd25519Point(encoded: Buffer): boolean {
  const bigEndian = Buffer.from(encoded).reverse()
  bigEndian[0] = (bigEndian[0] as number) & 0x7f // the top bit is the sign of x
  const y = BigInt(`0x${bigEndian.toString('hex')}`)
  return y >= FIELD_PRIME || LOW_ORDER_Y.has(y)
}

function fits(jwk: PublicJwk, algorithm: Algorithm, named: unknown): boolean {
  if (named !== undefined && named !== algorithm.name) return false
  return jwk.kty === algorithm.kty && (algorithm.crv === undefined || algorithm.crv === jwk.crv)
}

function pickPublicMembers({ kty, crv, x, y, n, e }: Readonly<Record<string, unknown>>): PublicJwk {
  if (kty === 'RSA') return { kty, n: n as string, e: e as string }
  if (kty === 'EC') return { kty, crv: crv as string, x: x as string, y: y as string }
  return { kty: 'OKP', crv: crv as string, x: x as string }
}

function bytesOf(value: unknown): Buffer | undefined {
  if (typeof value !== 'string' || value === '') return undefined
  return decodeBase64url(value)
}
