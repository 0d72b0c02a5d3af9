import { generateKeyPairSync } from 'node:crypto'
import { type ForgedKeyName, forgedKeys } from '../../forged-keys/index.ts'
import { encodingForgeries } from '../../forgeries/encoding.ts'
import { afterSigning, encode, signBytes, withHeader } from '../../forgeries/forgery.ts'
import { strangersKey } from '../../keys.ts'
import { signToken } from '../../mint.ts'
import { type ProofDraft, signUnder } from '../proof.ts'
import { jwkThumbprint } from '../thumbprint.ts'
import { likeToken, type ProofForgery } from './proof-forgery.ts'

export type ProofKeyForgeryName =
  | 'jwk-missing'
  | 'jwk-kid-instead'
  | 'jwk-string'
  | 'jwk-array'
  | 'jwk-private'
  | 'jwk-symmetric'
  | 'jwk-rsa-1024'
  | 'jwk-off-curve'
  | 'jwk-other-key'
  | 'signature-other-key'
  | 'signature-tampered'
  | 'signature-truncated'
  | 'empty-signature'
  | 'es256-der-signature'
  | 'ecdsa-zero'
  | 'payload-tampered'

/** Defects in the key of the proof and in its signature. For bad keys, and tokens that are bound to them, see `proofUnder`. */
export const proofKeyForgeries: Readonly<Record<ProofKeyForgeryName, ProofForgery>> = {
  'jwk-missing': { check: 'DP3', description: 'no jwk', build: withHeader({ jwk: undefined }) },
  'jwk-kid-instead': {
    check: 'DP3',
    description: 'the thumbprint of the key as kid, in place of its jwk',
    build: withHeader(({ header }) => ({ jwk: undefined, kid: jwkThumbprint(Object(header.jwk)) })),
  },
  'jwk-string': {
    check: 'DP3',
    description: 'the JSON text of the jwk as a JSON string',
    build: withHeader(({ header }) => ({ jwk: JSON.stringify(header.jwk) })),
  },
  'jwk-array': {
    check: 'DP3',
    description: 'a list with the jwk in it',
    build: withHeader(({ header }) => ({ jwk: [header.jwk] })),
  },
  'jwk-private': {
    check: 'DP7',
    description: 'the jwk with its private members',
    build: withHeader(({ key }) => ({ jwk: key.privateKey.export({ format: 'jwk' }) })),
  },
  'jwk-symmetric': {
    check: 'DP5',
    description: 'a shared secret as jwk, and HS256 under it',
    build: under('symmetric'),
  },
  'jwk-rsa-1024': {
    check: 'DP6',
    description: 'signed with PS256 by an RSA key of 1024 bits, whose jwk it holds; the token is bound to another key',
    build: withRsa1024,
  },
  'jwk-off-curve': {
    check: 'DP6',
    description: 'the jwk is a point that is not on its curve; the token is bound to another key',
    build: under('p256OffCurve'),
  },
  'jwk-other-key': {
    check: 'DP12',
    description: 'an honest proof of another key than the one the token is bound to',
    caveat: 'honest where no token is bound yet: at the token endpoint',
    build: async draft => {
      const key = await strangersKey(draft.key.algorithm)
      return signToken({ ...draft, header: { ...draft.header, jwk: key.publicKey.export({ format: 'jwk' }) }, key })
    },
  },
  'signature-other-key': {
    check: 'DP6',
    description: 'the right jwk, signed by another key',
    build: async draft => signToken({ ...draft, key: await strangersKey(draft.key.algorithm) }),
  },
  'signature-tampered': likeToken('DP6', encodingForgeries['signature-tampered']),
  'signature-truncated': likeToken('DP6', encodingForgeries['signature-truncated']),
  'empty-signature': likeToken('DP6', encodingForgeries['empty-signature']),
  'es256-der-signature': likeToken('DP6', encodingForgeries['es256-der-signature']),
  'ecdsa-zero': likeToken('DP6', encodingForgeries['ecdsa-zero']),
  'payload-tampered': {
    check: 'DP6',
    description: 'another jti put in after signing, as who replays a proof would like to',
    build: draft => {
      const claims = { ...draft.claims, jti: `${draft.claims.jti}-2` }
      return afterSigning((header, _, signature) => `${header}.${encode(JSON.stringify(claims))}.${signature}`)(draft)
    },
  },
}

/** The key is made when the first proof under it is. */
function under(name: ForgedKeyName): ProofForgery['build'] {
  return async ({ header, claims }) => {
    const forged = forgedKeys[name]
    return signUnder(forged, { ...header, alg: forged.algorithm, jwk: forged.jwk }, claims)
  }
}

/** Not with RS256, as `forgedKeys.rsa1024` does, which many servers refuse for the algorithm alone. */
async function withRsa1024({ header, claims }: ProofDraft): Promise<string> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const sign = (input: string): Buffer => signBytes(input, privateKey, 'PS256')
  return signUnder({ sign }, { ...header, alg: 'PS256', jwk: publicKey.export({ format: 'jwk' }) }, claims)
}
