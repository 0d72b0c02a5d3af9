import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject, randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import { ALGORITHMS, type TestAlgorithm } from './algorithms.ts'

/** The public half as the key set publishes it: key material plus `kid`, `alg` and `use: 'sig'` (RFC 7517). */
export interface PublishedJwk {
  readonly [member: string]: unknown
  readonly kty: string
  readonly kid: string
  readonly alg: TestAlgorithm
  readonly use: 'sig'
}

/** A signing key of the test issuer. It keeps working after it was rotated away, withdrawn or replaced. */
export interface TestKey {
  readonly kid: string
  readonly algorithm: TestAlgorithm
  readonly publicJwk: PublishedJwk
  readonly publicKey: KeyObject
  /** To sign what `token()` does not make. Throw-away: made for this process, never stored. */
  readonly privateKey: KeyObject
}

interface KeyPair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

/**
 * By way of DER: exporting a `KeyObject` that was generated just before can lock up Node 20 for good, when the garbage
 * collector takes the job that generated it in that very moment.
 */
const DER = {
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs8', format: 'der' },
} as const

const generate = promisify(generateKeyPair)

/** Node's types know the encoded form for RSA alone. */
function read({ publicKey, privateKey }: { readonly publicKey: unknown; readonly privateKey: unknown }): KeyPair {
  return {
    publicKey: createPublicKey({ key: publicKey as Buffer, format: 'der', type: 'spki' }),
    privateKey: createPrivateKey({ key: privateKey as Buffer, format: 'der', type: 'pkcs8' }),
  }
}

const RSA = { modulusLength: 2048, ...DER } as const
const generateRsa = async (): Promise<KeyPair> => read(await generate('rsa', RSA))

/** One RSA key is made ahead while the first is in use: each takes a tenth of a second, and suites make many issuers. */
let spareRsa: Promise<KeyPair> | undefined

export async function generateTestKey(algorithm: TestAlgorithm, kid: string): Promise<TestKey> {
  const { publicKey, privateKey } = await generatePair(algorithm)
  const material = publicKey.export({ format: 'jwk' }) as { kty: string }
  const publicJwk = Object.freeze({ ...material, kid, alg: algorithm, use: 'sig' as const })
  return Object.freeze({ kid, algorithm, publicJwk, publicKey, privateKey })
}

const strangers = new Map<TestAlgorithm, Promise<TestKey>>()

/** The attacker's key: one for each algorithm and process, never published by any issuer. */
export function strangersKey(algorithm: TestAlgorithm): Promise<TestKey> {
  const known = strangers.get(algorithm)
  if (known !== undefined) return known
  const created = generateTestKey(algorithm, `stranger-${randomUUID()}`)
  strangers.set(algorithm, created)
  return created
}

async function generatePair(algorithm: TestAlgorithm): Promise<KeyPair> {
  const parameters = ALGORITHMS[algorithm]
  if (parameters.type === 'ec') return read(await generate('ec', { namedCurve: parameters.namedCurve, ...DER }))
  if (parameters.type === 'ed25519') return read(await generate('ed25519', DER))
  const pair = spareRsa ?? generateRsa()
  spareRsa = pair.then(generateRsa)
  spareRsa.catch(() => undefined) // whoever takes it sees the failure
  return pair
}
