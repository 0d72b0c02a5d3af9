import { createHash, createPrivateKey, type JsonWebKey, type KeyObject, randomUUID, sign } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'

/** A client with a key of its own, and an access token that is bound to it. */
export interface DpopClient {
  readonly privateJwk: JWK
  readonly token: string
}

interface TokenRules {
  readonly issuer: string
  readonly audience: string
  readonly scope: string
}

/** @returns the clients, and the key that their tokens are signed with as the issuer publishes it */
export async function createDpopClients(
  { issuer, audience, scope }: TokenRules,
  count: number,
): Promise<{ readonly clients: readonly DpopClient[]; readonly jwk: JWK }> {
  const { publicKey, privateKey } = await generateKeyPair('RS256')
  const header = { alg: 'RS256', kid: '2026-11-dpop', typ: 'at+jwt' }
  const clients: DpopClient[] = []
  for (let client = 0; client < count; client++) {
    const privateJwk = await exportJWK((await generateKeyPair('ES256', { extractable: true })).privateKey)
    const clientId = `client-${String(client).padStart(6, '0')}`
    const claims = { client_id: clientId, scope, cnf: { jkt: await calculateJwkThumbprint(publicPart(privateJwk)) } }
    const token = new SignJWT(claims)
      .setProtectedHeader(header)
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(clientId)
      .setJti(`jti-${clientId}`)
      .setIssuedAt()
      .setExpirationTime('2h')
    clients.push({ privateJwk, token: await token.sign(privateKey) })
  }
  return { clients, jwk: { ...(await exportJWK(publicKey)), kid: header.kid, alg: 'RS256', use: 'sig' } }
}

/** One request after the other, the clients in turn, each request with a proof of its own for `GET` of `url`. */
export function dpopHeaders(clients: readonly DpopClient[], amount: number, url: string): Record<string, string>[] {
  const provers = clients.map(client => new Prover(client, url))
  return Array.from({ length: amount }, (_, index) => (provers[index % provers.length] as Prover).headers())
}

/** Signs with `node:crypto`: jose takes three times as long, and thousands of proofs are made before each window. */
class Prover {
  readonly #token: string
  readonly #key: KeyObject
  readonly #header: string
  readonly #constantClaims: object

  constructor({ privateJwk, token }: DpopClient, url: string) {
    this.#token = token
    this.#key = createPrivateKey({ key: privateJwk as JsonWebKey, format: 'jwk' })
    this.#header = encode({ typ: 'dpop+jwt', alg: 'ES256', jwk: publicPart(privateJwk) })
    this.#constantClaims = { htm: 'GET', htu: url, ath: createHash('sha256').update(token).digest('base64url') }
  }

  headers(): Record<string, string> {
    const claims = { jti: randomUUID(), iat: Math.floor(Date.now() / 1000), ...this.#constantClaims }
    const input = `${this.#header}.${encode(claims)}`
    const signature = sign('sha256', Buffer.from(input), { key: this.#key, dsaEncoding: 'ieee-p1363' })
    return { Authorization: `DPoP ${this.#token}`, DPoP: `${input}.${signature.toString('base64url')}` }
  }
}

function publicPart({ d: _, ...jwk }: JWK): JWK {
  return jwk
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
