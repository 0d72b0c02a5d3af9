import type { CryptoKey } from 'jose'
import type { ImportedKey, SignatureEngine } from '../issuer/verification-key.ts'
import type { Algorithm } from '../shared/algorithms.ts'
import { signatureBytesOf } from './signature-bytes.ts'
import type { SignatureQueue } from './signature-queue.ts'

/** Signatures by jose on WebCrypto: an independent second opinion, which every vector and every forged token is put to. */
export function createJoseEngine(queue: SignatureQueue): SignatureEngine {
  // Here and not at the top: processes with the other engine start faster without it.
  const jose = import('jose')
  jose.catch(() => undefined) // told to whoever needs a key
  return {
    importKey: async (jwk, algorithm) => {
      const key = await (await jose).importJWK({ ...jwk }, algorithm.name)
      return importedKey(jose, key, algorithm, signatureBytesOf(jwk, algorithm), queue)
    },
    importSecret: (secret, algorithm) => importedKey(jose, secret, algorithm, secretBytesOf(algorithm), queue),
  }
}

function importedKey(
  jose: Promise<typeof import('jose')>,
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
      const holds = () => settle(true)
      const holdsNot = () => settle(false)
      return jose.then(({ compactVerify }) => compactVerify(compact, key, options).then(holds, holdsNot))
    },
  }
}

function secretBytesOf({ digest }: Algorithm): number {
  return Number(digest?.slice('sha'.length)) / 8
}
