import { algorithmForgeries } from '../../forgeries/algorithm.ts'
import { encodingForgeries } from '../../forgeries/encoding.ts'
import { afterSigning, withPayload } from '../../forgeries/forgery.ts'
import { jsonForgeries } from '../../forgeries/json.ts'
import { likeToken, type ProofForgery } from './proof-forgery.ts'

export type ProofEncodingForgeryName =
  | 'not-a-jwt'
  | 'access-token'
  | 'two-parts'
  | 'four-parts'
  | 'jwe-five-parts'
  | 'two-proofs'
  | 'signature-padding'
  | 'signature-noncanonical'
  | 'base64-standard-alphabet'
  | 'whitespace'
  | 'too-large'
  | 'payload-array'
  | 'payload-null'
  | 'payload-string'
  | 'payload-invalid-utf8'
  | 'payload-bom'
  | 'payload-trailing'
  | 'payload-deep'
  | 'payload-duplicate-htu'
  | 'payload-duplicate-escaped'
  | 'lone-surrogate'

/** Defects in the three parts, their encoding, and the JSON text of the claims. */
export const proofEncodingForgeries: Readonly<Record<ProofEncodingForgeryName, ProofForgery>> = {
  'not-a-jwt': { check: 'DP2', description: 'text that is no JWT', build: async () => 'proof' },
  'access-token': {
    check: 'DP4',
    description: 'the access token in place of the proof; where it is opaque, it is no JWT at all',
    needsAccessToken: true,
    build: async ({ accessToken = '' }) => accessToken,
  },
  'two-parts': likeToken('DP2', encodingForgeries['two-parts']),
  'four-parts': {
    ...likeToken('DP2', encodingForgeries['four-parts']),
    description: 'the honest proof with a fourth part behind it',
  },
  'jwe-five-parts': {
    ...likeToken('DP2', algorithmForgeries['jwe-five-parts']),
    description: 'an encrypted proof (JWE): being able to decrypt proves nothing',
  },
  'two-proofs': {
    check: 'DP2',
    description: 'the honest proof twice, separated by a comma, as if two headers had been joined',
    build: afterSigning((...parts) => `${parts.join('.')}, ${parts.join('.')}`),
  },
  'signature-padding': likeToken('DP2', encodingForgeries['signature-padding']),
  'signature-noncanonical': likeToken('DP2', encodingForgeries['signature-noncanonical']),
  'base64-standard-alphabet': likeToken('DP2', encodingForgeries['base64-standard-alphabet']),
  whitespace: {
    check: 'DP2',
    description: 'a space in the middle of the honest signature',
    build: afterSigning((header, payload, signature) => {
      return `${header}.${payload}.${signature.slice(0, 20)} ${signature.slice(20)}`
    }),
  },
  'too-large': {
    ...likeToken('DP2', encodingForgeries['too-large']),
    description: 'more than 16,384 characters, in one more claim; honest but for its size',
  },
  'payload-array': likeToken('DP2', jsonForgeries['payload-array']),
  'payload-null': likeToken('DP2', jsonForgeries['payload-null']),
  'payload-string': likeToken('DP2', jsonForgeries['payload-string']),
  'payload-invalid-utf8': likeToken('DP2', jsonForgeries['payload-invalid-utf8']),
  'payload-bom': likeToken('DP2', jsonForgeries['payload-bom']),
  'payload-trailing': likeToken('DP2', jsonForgeries['payload-trailing']),
  'payload-deep': likeToken('DP2', jsonForgeries['payload-deep']),
  'payload-duplicate-htu': {
    check: 'DP2',
    description: 'htu twice: another URL first, the right one last',
    build: withFirstTarget('htu'),
  },
  'payload-duplicate-escaped': {
    check: 'DP2',
    description: 'htu twice, the first spelled "ht\\u0075"',
    build: withFirstTarget('ht\\u0075'),
  },
  'lone-surrogate': {
    check: 'DP2',
    description: 'jti ends in half a character (an unpaired surrogate): all such are one when they are hashed as UTF-8',
    build: withPayload((_, { claims }) => JSON.stringify({ ...claims, jti: `${claims.jti}\ud800` })),
  },
}

function withFirstTarget(name: string): ProofForgery['build'] {
  return withPayload(json => `{"${name}":"https://attacker.example/",${json.slice(1)}`)
}
