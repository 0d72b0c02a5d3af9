import { createHmac, randomBytes } from 'node:crypto'
import { CompactEncrypt } from 'jose'
import type { TestAlgorithm } from '../algorithms.ts'
import type { TestKey } from '../keys.ts'
import type { TokenDraft } from '../mint.ts'
import { encode, type Forgery, signBytes } from './forgery.ts'

export type AlgorithmForgeryName =
  | 'alg-none'
  | 'alg-none-case'
  | 'alg-hs256-public-key-pem'
  | 'alg-hs256-public-key-der'
  | 'alg-hs256-public-key-jwk'
  | 'alg-mismatch-key'
  | 'jwe-five-parts'

/** Defects in how the token says it is protected. */
export const algorithmForgeries: Readonly<Record<AlgorithmForgeryName, Forgery>> = {
  'alg-none': {
    attack: 'ALG1',
    description: 'alg "none" and an empty signature',
    build: async draft => `${signingInput(draft, 'none')}.`,
  },
  'alg-none-case': {
    attack: 'ALG2',
    description: 'alg "nOnE" and an empty signature, past a blocklist that compares with case',
    build: async draft => `${signingInput(draft, 'nOnE')}.`,
  },
  'alg-hs256-public-key-pem': {
    attack: 'ALG3',
    description: 'HS256 with the PEM text of the public key as the secret',
    build: hmacUnder(key => key.publicKey.export({ format: 'pem', type: 'spki' })),
  },
  'alg-hs256-public-key-der': {
    attack: 'ALG3',
    description: 'HS256 with the DER bytes of the public key as the secret',
    build: hmacUnder(key => key.publicKey.export({ format: 'der', type: 'spki' })),
  },
  'alg-hs256-public-key-jwk': {
    attack: 'ALG3',
    description: 'HS256 with the JSON text of the published JWK as the secret',
    build: hmacUnder(key => JSON.stringify(key.publicJwk)),
  },
  'alg-mismatch-key': {
    attack: 'ALG6',
    description: 'really signed by the key, under another algorithm than the one its JWK names',
    build: async draft => {
      const algorithm = OTHER_ALGORITHM[draft.key.algorithm]
      const input = signingInput(draft, algorithm)
      return `${input}.${encode(signBytes(input, draft.key.privateKey, algorithm))}`
    },
  },
  'jwe-five-parts': {
    attack: 'ALG10',
    description: 'an encrypted token (JWE): being able to decrypt is no proof of who made it',
    build: ({ header, claims }) =>
      new CompactEncrypt(Buffer.from(JSON.stringify(claims)))
        .setProtectedHeader({ ...header, alg: 'dir', enc: 'A256GCM' })
        .encrypt(randomBytes(32)),
  },
}

/** What the same key can be made to sign with. */
const OTHER_ALGORITHM: Readonly<Record<TestAlgorithm, TestAlgorithm>> = {
  RS256: 'PS256',
  RS384: 'PS384',
  RS512: 'PS512',
  PS256: 'RS256',
  PS384: 'RS384',
  PS512: 'RS512',
  ES256: 'ES384',
  ES384: 'ES256',
  ES512: 'ES256',
  Ed25519: 'EdDSA',
  EdDSA: 'Ed25519',
}

function signingInput({ header, claims }: TokenDraft, alg: string): string {
  return `${encode(JSON.stringify({ ...header, alg }))}.${encode(JSON.stringify(claims))}`
}

function hmacUnder(secret: (key: TestKey) => string | Buffer): Forgery['build'] {
  return async draft => {
    const input = signingInput(draft, 'HS256')
    return `${input}.${createHmac('sha256', secret(draft.key)).update(input).digest('base64url')}`
  }
}
