import { randomUUID } from 'node:crypto'
import type { TestAlgorithm } from '../algorithms.ts'
import { signToken, type TokenDraft } from '../mint.ts'
import { afterSigning, EC_ALGORITHMS, encode, type Forgery, signBytes, withClaims } from './forgery.ts'

export type EncodingForgeryName =
  | 'two-parts'
  | 'four-parts'
  | 'empty-signature'
  | 'signature-truncated'
  | 'signature-tampered'
  | 'signature-padding'
  | 'signature-noncanonical'
  | 'whitespace-in-signature'
  | 'base64-standard-alphabet'
  | 'newline-in-payload'
  | 'payload-tampered'
  | 'es256-der-signature'
  | 'ecdsa-zero'
  | 'too-large'

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Signatures whose encoding leaves bits unused and could be padded; the others have 96 and 132 bytes. */
const NOT_DIVISIBLE_BY_THREE: readonly TestAlgorithm[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'Ed25519',
  'EdDSA',
]

/** Defects in the three parts and their encoding. */
export const encodingForgeries: Readonly<Record<EncodingForgeryName, Forgery>> = {
  'two-parts': {
    attack: 'ENC4',
    description: 'header and payload, without the second dot',
    build: afterSigning((header, payload) => `${header}.${payload}`),
  },
  'four-parts': {
    attack: 'ENC4',
    description: 'the honest token with a fourth part behind it',
    build: afterSigning((header, payload, signature) => `${header}.${payload}.${signature}.e30`),
  },
  'empty-signature': {
    attack: 'SIG3',
    description: 'nothing behind the second dot',
    build: afterSigning((header, payload) => `${header}.${payload}.`),
  },
  'signature-truncated': {
    attack: 'SIG3',
    description: 'the signature without its last byte',
    build: afterSigning(
      (header, payload, signature) => `${header}.${payload}.${encode(decode(signature).subarray(0, -1))}`,
    ),
  },
  'signature-tampered': {
    attack: 'SIG3',
    description: 'one bit of the signature turned over',
    build: afterSigning((header, payload, signature) => {
      const bytes = decode(signature)
      const middle = bytes.length >> 1
      bytes[middle] = (bytes[middle] as number) ^ 1
      return `${header}.${payload}.${encode(bytes)}`
    }),
  },
  'signature-padding': {
    attack: 'ENC2',
    description: 'the honest signature with base64 padding',
    algorithms: NOT_DIVISIBLE_BY_THREE,
    build: afterSigning((header, payload, signature) => {
      return `${header}.${payload}.${signature}${'='.repeat(4 - (signature.length % 4))}`
    }),
  },
  'signature-noncanonical': {
    attack: 'ENC3',
    description: 'the honest signature with an unused bit of its last character set: another text, the same bytes',
    algorithms: NOT_DIVISIBLE_BY_THREE,
    build: afterSigning((header, payload, signature) => {
      const last = BASE64URL.indexOf(signature.at(-1) as string)
      return `${header}.${payload}.${signature.slice(0, -1)}${BASE64URL[last + 1]}`
    }),
  },
  'whitespace-in-signature': {
    attack: 'ENC1',
    description: 'a space in the middle of the honest signature',
    caveat: 'in an Authorization header the space ends the token: 400, malformed, is as right as 401',
    build: afterSigning((header, payload, signature) => `${header}.${payload}.${inMiddle(signature, ' ')}`),
  },
  'base64-standard-alphabet': {
    attack: 'ENC2',
    description: 'the honest signature with "+" and "/" for "-" and "_"',
    build: async draft => {
      const token = await withSpecialCharacters(draft)
      const signatureStart = token.lastIndexOf('.')
      const signature = token.slice(signatureStart).replaceAll('-', '+').replaceAll('_', '/')
      return token.slice(0, signatureStart) + signature
    },
  },
  'newline-in-payload': {
    attack: 'ENC1',
    description: 'a line break in the middle of the encoded payload, covered by the signature',
    caveat: 'no HTTP header can hold a line break: hand the token to the verifying function itself',
    build: async ({ header, claims, key }) => {
      const input = `${encode(JSON.stringify(header))}.${inMiddle(encode(JSON.stringify(claims)), '\n')}`
      return `${input}.${encode(signBytes(input, key.privateKey, key.algorithm))}`
    },
  },
  'payload-tampered': {
    attack: 'SIG3',
    description: 'a scope added after signing',
    build: async draft => {
      const [header, , signature] = (await signToken(draft)).split('.')
      const scope = `${draft.claims.scope ?? ''} admin`.trim()
      return `${header}.${encode(JSON.stringify({ ...draft.claims, scope }))}.${signature}`
    },
  },
  'es256-der-signature': {
    attack: 'SIG2',
    description: 'an ECDSA signature in DER, as other protocols have it, in place of r and s side by side',
    algorithms: EC_ALGORITHMS,
    build: afterSigning((header, payload, signature) => `${header}.${payload}.${encode(toDer(decode(signature)))}`),
  },
  'ecdsa-zero': {
    attack: 'SIG1',
    description: 'an ECDSA signature of zeros, which fits everything where nobody checks the range of r and s',
    algorithms: EC_ALGORITHMS,
    build: afterSigning(
      (header, payload, signature) => `${header}.${payload}.${encode(Buffer.alloc(decode(signature).length))}`,
    ),
  },
  'too-large': {
    attack: 'ENC5',
    description: 'more than 16,384 characters; honest but for its size',
    caveat: 'Node.js takes 16 KiB of headers at most and answers 431 itself',
    build: withClaims({ padding: 'x'.repeat(13_000) }),
  },
}

/** About one Ed25519 signature in fifteen has neither "-" nor "_"; another jti gives another signature. */
async function withSpecialCharacters(draft: TokenDraft): Promise<string> {
  const token = await signToken(draft)
  if (/[-_]/.test(token.slice(token.lastIndexOf('.')))) return token
  return withSpecialCharacters({ ...draft, claims: { ...draft.claims, jti: randomUUID() } })
}

function decode(part: string): Buffer {
  return Buffer.from(part, 'base64url')
}

function inMiddle(text: string, insertion: string): string {
  const middle = text.length >> 1
  return text.slice(0, middle) + insertion + text.slice(middle)
}

/** SEQUENCE of two INTEGERs, each in its shortest form and with a zero in front where its first bit is set. */
function toDer(signature: Buffer): Buffer {
  const half = signature.length / 2
  const integers = [signature.subarray(0, half), signature.subarray(half)].map(derInteger)
  const body = Buffer.concat(integers)
  const length = body.length < 0x80 ? [body.length] : [0x81, body.length]
  return Buffer.concat([Buffer.from([0x30, ...length]), body])
}

function derInteger(bytes: Buffer): Buffer {
  const start = bytes.findIndex(byte => byte !== 0)
  const value = bytes.subarray(start)
  const content = (value[0] as number) < 0x80 ? value : Buffer.concat([Buffer.from([0]), value])
  return Buffer.concat([Buffer.from([0x02, content.length]), content])
}
