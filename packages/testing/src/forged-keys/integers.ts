/** Integer arithmetic for forged RSA keys. Not constant in time: for keys that protect nothing. */

/** `base ** exponent % modulus` */
export function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  let square = base % modulus
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}

/** The inverse of `value` modulo `modulus`; the two must have no common divisor. */
export function invert(value: bigint, modulus: bigint): bigint {
  let [dividend, divisor, coefficient, next] = [value % modulus, modulus, 1n, 0n]
  while (divisor > 0n) {
    const quotient = dividend / divisor
    ;[dividend, divisor] = [divisor, dividend - quotient * divisor]
    ;[coefficient, next] = [next, coefficient - quotient * next]
  }
  return positive(coefficient, modulus)
}

/** The number that leaves `remainderOf(prime)` for each prime (Chinese remainder theorem). */
export function fromRemainders(primes: readonly bigint[], remainderOf: (prime: bigint) => bigint): bigint {
  let number = 0n
  let product = 1n
  for (const prime of primes) {
    const difference = positive(remainderOf(prime) - number, prime)
    number += product * ((difference * invert(product, prime)) % prime)
    product *= prime
  }
  return number
}

export function fromBytes(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
}

/** Big-endian; as short as possible, or with zeros in front up to `length`. */
export function toBytes(number: bigint, length: number = 1): Buffer {
  const hex = number.toString(16)
  return Buffer.from(hex.padStart(Math.max(length * 2, hex.length + (hex.length % 2)), '0'), 'hex')
}

function positive(value: bigint, modulus: bigint): bigint {
  return ((value % modulus) + modulus) % modulus
}
