import { createTestIssuer, type TestAlgorithm, type TestKey } from '@scopeward/testing'

/** Generates keys `key-1`, `key-2` and so on: an issuer that nobody can reach. */
export async function generateKeys(
  algorithms: readonly [TestAlgorithm, ...TestAlgorithm[]],
): Promise<readonly TestKey[]> {
  const [first, ...others] = algorithms
  const issuer = await createTestIssuer({ algorithm: first })
  await issuer.stop()
  for (const algorithm of others) await issuer.rotateKeys({ algorithm })
  return issuer.keys
}

/** With what a token is signed. */
export interface Signer {
  readonly name: string
  readonly algorithm: SigningAlgorithm
  readonly key: TestKey
}

export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number]
export const SIGNING_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'Ed25519'] as const

export interface Keys {
  readonly published: readonly Readonly<Record<string, unknown>>[]
  /** Two or more fit an algorithm; of Ed25519 there are five, more than anybody tries. */
  readonly honest: readonly Signer[]
  /** One for each algorithm, with key ids that are published for others. */
  readonly strangers: Readonly<Record<SigningAlgorithm, TestKey>>
}

let made: Promise<Keys> | undefined

/** Once in a process: RSA keys take a while. */
export function createKeys(): Promise<Keys> {
  made ??= generateAll()
  return made
}

async function generateAll(): Promise<Keys> {
  const [keys, [rsa, ec, ed]] = await Promise.all([
    generateKeys([
      'RS256',
      'PS256',
      'PS256',
      'PS256',
      'ES256',
      'ES256',
      'Ed25519',
      'Ed25519',
      'Ed25519',
      'Ed25519',
      'Ed25519',
    ]),
    generateKeys(['RS256', 'ES256', 'Ed25519']) as Promise<readonly [TestKey, TestKey, TestKey]>,
  ])
  const [, unnamed] = keys
  return {
    published: keys.map(key => (key === unnamed ? withoutAlgorithm(key) : key.publicJwk)),
    honest: keys.map(key => signer(key, key === unnamed ? 'RS256' : (key.algorithm as SigningAlgorithm))),
    strangers: { RS256: rsa, PS256: rsa, ES256: ec, Ed25519: ed },
  }
}

function signer(key: TestKey, algorithm: SigningAlgorithm): Signer {
  return { name: `${key.kid} ${algorithm}`, algorithm, key }
}

/** An RSA key that is published without `alg` serves RS256 alone, which the server lists first; the references take PS256 too. */
function withoutAlgorithm({ publicJwk: { alg: _, ...jwk } }: TestKey): Readonly<Record<string, unknown>> {
  return jwk
}
