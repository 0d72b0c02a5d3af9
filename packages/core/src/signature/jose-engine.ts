import type { CryptoKey } from 'jose'
import type { ImportedKey, SignatureEngine } from '../issuer/verification-key.ts'
import type { Algorithm } from '../shared/algorithms.ts'
import { signatureBytesOf } from './signature-bytes.ts'
import type { SignatureQueue } from './signature-queue.ts'

/** With the first key: at the start it would be 28 of 90 ms, for processes that never need it. */
const loadJose = () => import('jose')

/** Signatures by jose on WebCrypto: an independent second opinion, which every vector and every forged token is put to. */
export function createJoseEngine(queue: SignatureQueue): SignatureEngine {
  return {
    importKey: async (jwk, algorithm) => {
      const key = await (await loadJose()).importJWK({ ...jwk }, algorithm.name)
      return importedKey(key, algorithm, signatureBytesOf(jwk, algorithm), queue)
    },
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
      const verification = loadJose().then(({ compactVerify }) => compactVerify(compact, key, options))
      return verification.then(
        () => settle(true),
        () => settle(false),
      )
    },
  }
}

function secretBytesOf({ digest }: Algorithm): number {
  return Number(digest?.slice('sha'.length)) / 8
}
