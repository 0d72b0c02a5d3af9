import {
  createECDH,
  createHmac,
  createPrivateKey,
  createSecretKey,
  type JsonWebKey,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto'
import { type IssuerDefinition, sharedSecret } from '@scopeward/core'

/** An issuer whose tokens a side signs itself, and what a resource server trusts it by. */
export interface SigningIssuer {
  /** For the option `issuer`. */
  readonly definition: IssuerDefinition
  /** A token of one of its clients, which are numbered. */
  tokenOf(client: number): string
}

/** What its tokens say; `length` is about that of each token in bytes. */
export interface TokenPlan {
  readonly issuer: string
  readonly audience: string
  readonly scope: string
  readonly length?: number
}

const USUAL_LENGTH = 700
/** Of P-256. */
const COORDINATE_BYTES = 32

/**
 * Signs with a shared secret, which takes 4 µs: a million tokens can be signed, and none has to be kept, because signing for
 * the same client again gives the same text.
 */
export function secretIssuer(plan: TokenPlan): SigningIssuer {
  const secret = randomBytes(32)
  const key = createSecretKey(secret)
  const signature = (input: string) => createHmac('sha256', key).update(input).digest('base64url')
  return {
    definition: sharedSecret({ issuer: plan.issuer, secrets: [secret] }),
    tokenOf: tokensBy({ alg: 'HS256', kid: '2026-11-HS256', typ: 'at+jwt' }, plan, signature),
  }
}

/** Signs with a P-256 key of its own. */
export function keyIssuer(plan: TokenPlan): SigningIssuer {
  const { published, privateKey } = createKey()
  const header = { alg: 'ES256', kid: '2026-11-ES256', typ: 'at+jwt' }
  const signature = (input: string) =>
    sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')
  return {
    definition: { issuer: plan.issuer, jwks: { keys: [{ ...published, kid: header.kid, alg: header.alg }] } },
    tokenOf: tokensBy(header, plan, signature),
  }
}

/**
 * Not by `generateKeyPairSync`: Node 20 stands still for good when the garbage collector runs while such a key is exported,
 * which happens to one of some thirty thousand.
 */
function createKey(): { readonly published: JsonWebKey; readonly privateKey: KeyObject } {
  const curve = createECDH('prime256v1')
  const point = curve.generateKeys()
  const [x, y] = [point.subarray(1, 1 + COORDINATE_BYTES), point.subarray(1 + COORDINATE_BYTES)]
  const published = { kty: 'EC', crv: 'P-256', x: x.toString('base64url'), y: y.toString('base64url') }
  const secret = curve.getPrivateKey('hex').padStart(2 * COORDINATE_BYTES, '0')
  const d = Buffer.from(secret, 'hex').toString('base64url')
  return { published, privateKey: createPrivateKey({ key: { ...published, d }, format: 'jwk' }) }
}

/** The same claims as in the fixtures. They stay the same while the process lives, times too. */
function tokensBy(header: object, plan: TokenPlan, signature: (input: string) => string): (client: number) => string {
  const { issuer, audience, scope, length = USUAL_LENGTH } = plan
  const encodedHeader = base64url(header)
  const iat = Math.floor(Date.now() / 1000)
  const tokenOf = (client: number, org: string): string => {
    const clientId = `client-${String(client).padStart(7, '0')}`
    const target = { iss: issuer, aud: audience, sub: clientId, jti: `jti-${clientId}` }
    const claims = { client_id: clientId, scope, org, ...target, iat, exp: iat + 7200 }
    const input = `${encodedHeader}.${base64url(claims)}`
    return `${input}.${signature(input)}`
  }
  const missing = length - tokenOf(0, '').length
  const org = 'o'.repeat(Math.max(0, Math.floor((missing * 3) / 4)))
  return client => tokenOf(client, org)
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
