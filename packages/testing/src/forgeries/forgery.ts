import { constants, type KeyObject, sign } from 'node:crypto'
import { ALGORITHMS, type TestAlgorithm } from '../algorithms.ts'
import { signPayload, signToken, type TokenDraft } from '../mint.ts'

/** One way to forge or spoil a token: a single defect, everything else as in the honest token. */
export interface Forgery {
  readonly description: string
  /** Id of the attack in the project's catalogue: ALG algorithms, KEY keys, SIG signatures, ENC encoding, JSON, CL claims. */
  readonly attack: string
  /** The defect exists only for signing keys of these algorithms; `forge` throws for others. Absent: for all. */
  readonly algorithms?: readonly TestAlgorithm[]
  /** Why a strict API may be right not to answer 401 to it over HTTP; `forgeryNames` leaves such forgeries out. */
  readonly caveat?: string
  readonly build: (draft: TokenDraft) => Promise<string>
}

type Build = Forgery['build']
type Members = Readonly<Record<string, unknown>>
type Change = Members | ((draft: TokenDraft) => Members)

export const EC_ALGORITHMS: readonly TestAlgorithm[] = ['ES256', 'ES384', 'ES512']

/** Header parameters replaced or, where `undefined`, left out; signed by the same key. */
export function withHeader(change: Change): Build {
  return draft => signToken({ ...draft, header: { ...draft.header, ...resolve(change, draft) } })
}

/** Claims replaced or, where `undefined`, left out; signed by the same key. */
export function withClaims(change: Change): Build {
  return draft => signToken({ ...draft, claims: { ...draft.claims, ...resolve(change, draft) } })
}

/** The JSON text of the claims changed, so that it may be no JSON at all; signed by the same key. */
export function withPayload(change: (json: string, draft: TokenDraft) => string | Uint8Array): Build {
  return draft => signPayload(draft.header, Buffer.from(change(JSON.stringify(draft.claims), draft)), draft.key)
}

/** One claim written out in JSON by hand, in place of what the draft says. */
export function withRawClaim(name: string, json: string): Build {
  return withPayload((_, { claims }) => {
    const others = JSON.stringify({ ...claims, [name]: undefined })
    return `{${JSON.stringify(name)}:${json},${others.slice(1)}`
  })
}

/** The honest token, changed after it was signed. */
export function afterSigning(change: (header: string, payload: string, signature: string) => string): Build {
  return async draft => {
    const [header = '', payload = '', signature = ''] = (await signToken(draft)).split('.')
    return change(header, payload, signature)
  }
}

/** Headers that jose refuses to write, signed all the same. */
export function withRawHeader(change: (draft: TokenDraft) => string): Build {
  return async draft => {
    const input = `${encode(change(draft))}.${encode(JSON.stringify(draft.claims))}`
    return `${input}.${signBytes(input, draft.key.privateKey, draft.key.algorithm).toString('base64url')}`
  }
}

/** A JWS signature over text that need not be a JWS. */
export function signBytes(input: string, key: KeyObject, algorithm: TestAlgorithm): Buffer {
  const parameters = ALGORITHMS[algorithm]
  const data = Buffer.from(input)
  if (parameters.type === 'ed25519') return sign(null, data, key)
  if (parameters.type === 'ec') return sign(parameters.hash, data, { key, dsaEncoding: 'ieee-p1363' })
  const { hash, saltLength } = parameters
  if (saltLength === undefined) return sign(hash, data, key)
  return sign(hash, data, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })
}

export function encode(content: string | Uint8Array): string {
  return Buffer.from(content).toString('base64url')
}

function resolve(change: Change, draft: TokenDraft): Members {
  return typeof change === 'function' ? change(draft) : change
}
