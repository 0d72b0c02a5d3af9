import { type CryptoKey, compactVerify, importJWK } from 'jose'
import type { ImportedKey, SignatureEngine } from '../issuer/verification-key.ts'
import type { Algorithm } from '../shared/algorithms.ts'
import { signatureBytesOf } from './signature-bytes.ts'
import type { SignatureQueue } from './signature-queue.ts'

/** Signatures by jose on WebCrypto: an independent second opinion, which every vector and every forged token is put to. */
export function createJoseEngine(queue: SignatureQueue): SignatureEngine {
  return {
    importKey: async (jwk, algorithm) =>
      importedKey(await importJWK({ ...jwk }, algorithm.name), algorithm, signatureBytesOf(jwk, algorithm), queue),
    importSecret: (secret, algorithm) => importedKey(secret, algorithm, secretBytesOf(algorithm), queue),
  }
}

function importedKey(
  key: CryptoKey | Uint8Array,
  { name }: Algorithm,
  signatureBytes: number,
  queue: SignatureQueue,
): ImportedKey {
  const options = { algorithms: [name] }
  return {
    verify({ compact, signature }) {
      if (signature.length !== signatureBytes) return false
      queue.enter()
      const settle = (holds: boolean) => {
        queue.leave()
        return holds
      }
      return compactVerify(compact, key, options).then(
        () => settle(true),
        () => settle(false),
      )
    },
  }
}

function secretBytesOf({ digest }: Algorithm): number {
  return Number(digest?.slice('sha'.length)) / 8
}
