import { constants, createHmac, type KeyObject, sign } from 'node:crypto'
import type { TestKey } from '@scopeward/testing'
import type { Keys, Signer, SigningAlgorithm } from './keys.ts'
import type { SignatureChange } from './recipe.ts'

/** By `node:crypto` and not by jose, which refuses to write most of these. */
export function signatureOf(input: string, signer: Signer, change: SignatureChange | undefined, keys: Keys): Buffer {
  const { algorithm, key } = signer
  switch (change) {
    case undefined:
      return signed(input, algorithm, key.privateKey)
    case 'of a stranger':
    case 'of a stranger, with the key in the header':
      return signed(input, algorithm, keys.strangers[algorithm].privateKey)
    case 'of another published key': {
      const other = keys.honest.find(another => another.key !== key) as Signer
      return signed(input, other.algorithm, other.key.privateKey)
    }
    case 'HMAC with the public key':
      return createHmac('sha256', pemOf(key)).update(input).digest()
    case 'DER':
      return algorithm === 'ES256'
        ? sign('sha256', Buffer.from(input), key.privateKey)
        : signed(input, algorithm, key.privateKey)
    case 'short salt':
      return algorithm === 'PS256' ? signedPss(input, key.privateKey, 20) : signed(input, algorithm, key.privateKey)
    case 'empty':
      return Buffer.alloc(0)
    case 'zeros':
      return Buffer.alloc(signed(input, algorithm, key.privateKey).length)
  }
}

function signed(input: string, algorithm: SigningAlgorithm, key: KeyObject): Buffer {
  const bytes = Buffer.from(input)
  switch (algorithm) {
    case 'RS256':
      return sign('sha256', bytes, key)
    case 'PS256':
      return signedPss(input, key, 32)
    case 'ES256':
      return sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' })
    case 'Ed25519':
      return sign(null, bytes, key)
  }
}

function signedPss(input: string, key: KeyObject, saltLength: number): Buffer {
  return sign('sha256', Buffer.from(input), { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })
}

/** What somebody would take for a shared secret who lets the token choose the algorithm. */
function pemOf({ publicKey }: TestKey): string {
  return publicKey.export({ type: 'spki', format: 'pem' }).toString()
}
