import { ed25519Identity, NON_CANONICAL_IDENTITY, offCurve, p256, sharedSecret, withLeadingZero } from './curves.ts'
import type { ForgedKey, KeyMaterial } from './forged-key.ts'
import { ordinaryRsa, rsaEvenExponent, rsaExponentOne, rsaOfFlawedPrimes, rsaOfPrimes } from './rsa.ts'

/** A name in `forgedKeys`. */
export type ForgedKeyName =
  | 'rsa1024'
  | 'rsaExponentOne'
  | 'rsaExponentThree'
  | 'rsaExponentEven'
  | 'rsaExponentHuge'
  | 'rsaModulusHuge'
  | 'rsaRoca'
  | 'ed25519LowOrder'
  | 'ed25519NonCanonical'
  | 'p256OffCurve'
  | 'p256LongCoordinate'
  | 'privateMembers'
  | 'symmetric'
  | 'useEnc'
  | 'keyOpsWithoutVerify'

/**
 * Keys that a resource server should not use even when its issuer publishes them. Made on first use, once for each
 * process.
 */
export const forgedKeys: Readonly<Record<ForgedKeyName, ForgedKey>> = Object.freeze({
  rsa1024: forgedKey('KEY9', 'RS256', 'RSA of 1024 bits', () => ordinaryRsa(1024, 65_537)),
  rsaExponentOne: forgedKey('KEY10', 'RS256', 'RSA with e = 1: anybody can sign', rsaExponentOne),
  rsaExponentThree: forgedKey('KEY10', 'RS256', 'RSA with e = 3', () => ordinaryRsa(2048, 3)),
  rsaExponentEven: forgedKey('KEY10', 'PS256', 'RSA with an even e above 65537', () => rsaEvenExponent(65_542n)),
  rsaExponentHuge: forgedKey('KEY11', 'RS256', 'RSA with an e of 33 bits', () => rsaOfPrimes(1024, 2, 2n ** 32n + 15n)),
  rsaModulusHuge: forgedKey('KEY11', 'RS256', 'RSA of about 9200 bits', () => rsaOfPrimes(256, 36, 65_537n)),
  rsaRoca: forgedKey('KEY12', 'RS256', 'RSA that can be factored (ROCA)', rsaOfFlawedPrimes),
  ed25519LowOrder: forgedKey('KEY15', 'Ed25519', 'the neutral point: anybody can sign', ed25519Identity),
  ed25519NonCanonical: forgedKey(
    'KEY15',
    'Ed25519',
    'the neutral point in a forbidden spelling: anybody can sign',
    () => ed25519Identity(NON_CANONICAL_IDENTITY),
  ),
  p256OffCurve: forgedKey('KEY13', 'ES256', 'a point that is not on P-256', () =>
    p256(({ y }) => ({ y: offCurve(y) })),
  ),
  p256LongCoordinate: forgedKey('KEY14', 'ES256', 'an x of 33 bytes, its first zero', () =>
    p256(({ x }) => ({ x: withLeadingZero(x) })),
  ),
  privateMembers: forgedKey('KEY8', 'ES256', 'a private key', () => p256((_, { d }) => ({ d }))),
  symmetric: forgedKey('KEY8', 'HS256', 'a shared secret', sharedSecret),
  useEnc: forgedKey('KEY7', 'ES256', 'a key for encryption (use "enc")', () => p256(() => ({ use: 'enc' }))),
  keyOpsWithoutVerify: forgedKey('KEY7', 'ES256', 'a key whose key_ops do not say "verify"', () =>
    p256(() => ({ use: undefined, key_ops: ['deriveBits'] })),
  ),
})

function forgedKey(attack: string, algorithm: string, description: string, make: () => KeyMaterial): ForgedKey {
  let made: KeyMaterial | undefined
  const material = (): KeyMaterial => {
    made ??= make()
    return made
  }
  return {
    attack,
    algorithm,
    description,
    get jwk() {
      return { use: 'sig', alg: algorithm, kid: 'forged', ...material().jwk }
    },
    sign: input => material().sign(input),
  }
}
