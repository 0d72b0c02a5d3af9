import { expect, test } from 'vitest'
import { readPublicJwk } from '../../src/issuer/public-jwk.ts'
import { isRocaModulus } from '../../src/issuer/roca-modulus.ts'
import { ALGORITHMS } from '../../src/shared/algorithms.ts'
import { bytesOf, RSA } from '../support/key-material.ts'

/** The generator made its primes for 2048-bit keys by this product, so that a modulus is a power of 65537 modulo it. */
const PRIMES = firstPrimes(126)
const PRODUCT = PRIMES.reduce((product, prime) => product * prime, 1n)

function firstPrimes(count: number): readonly bigint[] {
  const primes: bigint[] = []
  for (let n = 2n; primes.length < count; n++) if (primes.every(prime => n % prime !== 0n)) primes.push(n)
  return primes
}

function power(base: bigint, exponent: number, modulus: bigint): bigint {
  let result = 1n
  for (let i = 0; i < exponent; i++) result = (result * base) % modulus
  return result
}

const modulusOf = (n: bigint): Buffer => Buffer.from(n.toString(16).padStart(512, '0'), 'hex')
const flawed = (exponent: number, multiple: bigint): bigint => power(65_537n, exponent, PRODUCT) + multiple * PRODUCT
/** The largest 2048-bit modulus of this kind. */
const LARGEST = flawed(1000, (2n ** 2048n - 1n) / PRODUCT - 1n)

test('every modulus of the flawed generator is known by its residues (CVE-2017-15361)', () => {
  for (const exponent of [0, 1, 2, 65, 1000]) {
    for (const multiple of [1n, 2n ** 900n + 1n])
      expect(isRocaModulus(modulusOf(flawed(exponent, multiple)))).toBe(true)
  }
  expect(isRocaModulus(modulusOf(LARGEST))).toBe(true)
})

test('one residue that the generator cannot have is enough for a modulus to be another one’s', () => {
  const tellingPrimes = PRIMES.filter(prime => prime <= 167n).filter(prime => {
    // Moved away from the powers by this prime alone; all other residues stay.
    const moved = Array.from({ length: Number(prime) }, (_, step) => LARGEST - BigInt(step) * (PRODUCT / prime))
    return moved.some(modulus => !isRocaModulus(modulusOf(modulus)))
  })
  expect(tellingPrimes.map(Number)).toEqual([11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157])
})

test('a key with such a modulus is left aside with the reason, an ordinary one is not', () => {
  expect(isRocaModulus(bytesOf(RSA.n))).toBe(false)
  expect(readPublicJwk({ ...RSA }, ALGORITHMS)).not.toHaveProperty('ignored')
  expect(readPublicJwk({ ...RSA, n: modulusOf(LARGEST).toString('base64url') }, ALGORITHMS)).toMatchObject({
    ignored: 'its modulus can be factored (ROCA, CVE-2017-15361)',
  })
})
