/**
 * Primes p for which 65537 generates only a small part of the numbers below p. Every modulus of the flawed generator lies in
 * that part for each of them; of other moduli fewer than one in 10^8 does.
 */
const PRIMES: readonly bigint[] = [
  11n,
  13n,
  17n,
  19n,
  37n,
  53n,
  61n,
  71n,
  73n,
  79n,
  97n,
  103n,
  107n,
  109n,
  127n,
  151n,
  157n,
]

const FINGERPRINTS: readonly { readonly prime: bigint; readonly residues: ReadonlySet<bigint> }[] = PRIMES.map(
  prime => ({
    prime,
    residues: powersOf(65_537n % prime, prime),
  }),
)

function powersOf(generator: bigint, prime: bigint): ReadonlySet<bigint> {
  const powers = new Set<bigint>()
  for (let power = 1n; !powers.has(power); power = (power * generator) % prime) powers.add(power)
  return powers
}

/** Whether the modulus was made by hardware whose keys can be factored (ROCA, CVE-2017-15361). */
export function isRocaModulus(modulus: Buffer): boolean {
  const n = BigInt(`0x${modulus.toString('hex')}`)
  return FINGERPRINTS.every(({ prime, residues }) => residues.has(n % prime))
}
