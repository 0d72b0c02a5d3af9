import { createHash, generateKeyPairSync, generatePrimeSync, randomBytes, sign } from 'node:crypto'
import type { KeyMaterial } from './forged-key.ts'
import { fromBytes, fromRemainders, invert, power, toBytes } from './integers.ts'

const DIGEST_BYTES = 32

/** A key that `node:crypto` itself makes, weak as it is (RS256). */
export function ordinaryRsa(modulusLength: number, publicExponent: number): KeyMaterial {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength, publicExponent })
  return { jwk: publicKey.export({ format: 'jwk' }), sign: input => sign('sha256', Buffer.from(input), privateKey) }
}

/** With e = 1 the signature is the padded digest itself, so that there need not even be a private key (RS256). */
export function rsaExponentOne(): KeyMaterial {
  const modulus = randomBytes(256)
  modulus[0] = 0xff
  modulus[255] = 0xff
  return { jwk: rsaJwk(fromBytes(modulus), 1n), sign: input => encodePkcs1(input, 256) }
}

/** Any odd exponent, and a modulus of any length from 2048 bits on: many short primes are found more quickly than two long ones (RS256). */
export function rsaOfPrimes(
  primeBits: number,
  count: number,
  exponent: bigint,
  makePrime: typeof primeFor = primeFor,
): KeyMaterial {
  const primes = Array.from({ length: count }, () => makePrime(exponent, primeBits))
  const modulus = primes.reduce((product, prime) => product * prime)
  if (modulus >> 2047n === 0n) return rsaOfPrimes(primeBits, count, exponent, makePrime)
  const length = toBytes(modulus).length
  const sign = (input: string): Uint8Array => {
    const encoded = fromBytes(encodePkcs1(input, length))
    return toBytes(
      fromRemainders(primes, prime => power(encoded, invert(exponent, prime - 1n), prime)),
      length,
    )
  }
  return { jwk: rsaJwk(modulus, exponent), sign }
}

/** With the fingerprint of ROCA: primes that are powers of 65537 modulo a product of small primes (CVE-2017-15361, RS256). */
export function rsaOfFlawedPrimes(): KeyMaterial {
  const product = SMALL_PRIMES.reduce((factor, prime) => factor * prime)
  return rsaOfPrimes(1024, 2, 65_537n, (_exponent, bits) => {
    const rem = power(65_537n, fromBytes(randomBytes(16)), product)
    const odd = rem % 2n === 1n ? rem : rem + product
    return generatePrimeSync(bits, { add: 2n * product, rem: odd, bigint: true })
  })
}

const SMALL_PRIMES = [
  3n,
  5n,
  7n,
  11n,
  13n,
  17n,
  19n,
  23n,
  29n,
  31n,
  37n,
  41n,
  43n,
  47n,
  53n,
  59n,
  61n,
  67n,
  71n,
  73n,
  79n,
  83n,
  89n,
  97n,
  101n,
  103n,
  107n,
  109n,
  113n,
  127n,
  131n,
  137n,
  139n,
  149n,
  151n,
  157n,
  163n,
  167n,
]

/**
 * Only a quarter of all numbers has a root with an even exponent, so salts are tried until there is one (PS256). With
 * primes that leave 3 modulo 4 the root is again a power.
 */
export function rsaEvenExponent(exponent: bigint): KeyMaterial {
  const primes = [primeFor(exponent, 1024), primeFor(exponent, 1024)]
  const modulus = primes.reduce((product, prime) => product * prime)
  if (modulus >> 2047n === 0n) return rsaEvenExponent(exponent)
  const sign = (input: string): Uint8Array => {
    for (;;) {
      const encoded = fromBytes(encodePss(input, 256))
      const root = fromRemainders(primes, prime => power(encoded, invert(exponent, (prime - 1n) / 2n), prime))
      if (power(root, exponent, modulus) === encoded) return toBytes(root, 256)
    }
  }
  return { jwk: rsaJwk(modulus, exponent), sign }
}

function rsaJwk(modulus: bigint, exponent: bigint): KeyMaterial['jwk'] {
  return { kty: 'RSA', n: toBytes(modulus).toString('base64url'), e: toBytes(exponent).toString('base64url') }
}

/** Leaves 3 modulo 4, and its group has a root for the exponent, which must be a prime or twice a prime. */
function primeFor(exponent: bigint, bits: number): bigint {
  const factor = exponent % 2n === 0n ? exponent / 2n : exponent
  const prime = generatePrimeSync(bits, { add: 4n, rem: 3n, bigint: true })
  return (prime - 1n) % factor === 0n ? primeFor(exponent, bits) : prime
}

/** EMSA-PKCS1-v1_5 with SHA-256 (RFC 8017 section 9.2). */
function encodePkcs1(input: string, length: number): Buffer {
  const digestInfo = Buffer.concat([Buffer.from('3031300d060960864801650304020105000420', 'hex'), sha256(input)])
  const padding = Buffer.alloc(length - digestInfo.length - 3, 0xff)
  return Buffer.concat([Buffer.from([0, 1]), padding, Buffer.from([0]), digestInfo])
}

/** EMSA-PSS with SHA-256 and a new salt each time (RFC 8017 section 9.1.1); the modulus fills `length` bytes. */
function encodePss(input: string, length: number): Buffer {
  const salt = randomBytes(DIGEST_BYTES)
  const digest = sha256(Buffer.concat([Buffer.alloc(8), sha256(input), salt]))
  const block = Buffer.concat([Buffer.alloc(length - 2 * DIGEST_BYTES - 2), Buffer.from([1]), salt])
  const mask = generateMask(digest, block.length)
  const masked = block.map((byte, index) => byte ^ (mask[index] as number))
  masked[0] = (masked[0] as number) & 0x7f
  return Buffer.concat([masked, digest, Buffer.from([0xbc])])
}

/** MGF1 with SHA-256 (RFC 8017 appendix B.2.1). */
function generateMask(seed: Buffer, length: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / DIGEST_BYTES) }, (_, counter) =>
    sha256(Buffer.concat([seed, Buffer.from([0, 0, 0, counter])])),
  )
  return Buffer.concat(blocks).subarray(0, length)
}

function sha256(data: string | Uint8Array): Buffer {
  return createHash('sha256').update(data).digest()
}
