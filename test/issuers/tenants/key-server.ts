import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject, sign } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'

const generate = promisify(generateKeyPair)

/** Encoded and read again: exporting a JWK from a key that was just generated can deadlock with the collector (Node 20). */
const DER = {
  namedCurve: 'P-256',
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs8', format: 'der' },
} as const

/** An issuer by name, with one key of its own. */
export interface Tenant {
  readonly issuer: string
  readonly privateKey: KeyObject
}

/** Serves the key sets of many tenants, each at a path of its own, all with the `kid` `key-1`. */
export class KeyServer {
  readonly #keySets = new Map<string, string>()
  readonly #hanging = new Set<string>()
  readonly #server = createServer((request, response) => {
    const path = request.url ?? ''
    if (this.#hanging.has(path)) return
    const keySet = this.#keySets.get(path)
    if (keySet !== undefined) this.requests++
    response.writeHead(keySet === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(keySet)
  })
  /** For key sets that there are. */
  requests = 0

  /** @returns its origin */
  async listen(): Promise<string> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async addTenant(number: number): Promise<Tenant> {
    const pair = await generate('ec', DER)
    const publicKey = createPublicKey({ key: pair.publicKey, type: 'spki', format: 'der' })
    const privateKey = createPrivateKey({ key: pair.privateKey, type: 'pkcs8', format: 'der' })
    const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'key-1', alg: 'ES256', use: 'sig' }
    this.#keySets.set(pathOf(number), JSON.stringify({ keys: [jwk] }))
    return { issuer: `https://tenant-${number}.example.com`, privateKey }
  }

  /** From now on requests for the keys of this tenant get no answer. */
  hang(number: number): void {
    this.#hanging.add(pathOf(number))
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise(resolve => this.#server.close(resolve))
  }
}

function pathOf(number: number): string {
  return `/tenants/${number}/jwks`
}

/** Signed by Node itself: a library would import each key anew, which took longer than all the rest. */
export function tokenOf({ issuer, privateKey }: Tenant): string {
  const now = Math.floor(Date.now() / 1000)
  const claims = {
    iss: issuer,
    aud: 'https://api.example.com',
    sub: 'client-1',
    client_id: 'client-1',
    scope: 'items:read',
    iat: now,
    exp: now + 3600,
    jti: '1',
  }
  const input = `${HEADER}.${encode(claims)}`
  const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

const HEADER = encode({ alg: 'ES256', typ: 'at+jwt', kid: 'key-1' })

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
