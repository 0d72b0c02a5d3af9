import {
  createTestIssuer,
  type ForgeryName,
  forgeries,
  type TestAlgorithm,
  type TestIssuer,
  testClock,
} from '@scopeward/testing'
import type { Fixtures, Sample } from './judge.ts'

const AUDIENCE = 'https://api.example.com'
const HONEST = 'honest'
/** Those that are on by default get every forgery that exists for them, the others an honest token. */
const BY_DEFAULT: readonly TestAlgorithm[] = ['RS256', 'PS256', 'ES256', 'Ed25519']
const BY_NAME: readonly TestAlgorithm[] = ['RS384', 'RS512', 'PS384', 'PS512', 'ES384', 'ES512', 'EdDSA']

/** Uses an issuer that serves its metadata and keys while the fixtures are in use. */
export async function withFixtures<T>(use: (fixtures: Fixtures) => Promise<T>): Promise<T> {
  const clock = testClock()
  const [first = 'RS256', ...others] = [...BY_DEFAULT, ...BY_NAME]
  const issuer = await createTestIssuer({ algorithm: first, clock })
  try {
    for (const algorithm of others) await issuer.rotateKeys({ algorithm })
    const jwks = (await (await fetch(issuer.jwksUri)).json()) as Fixtures['jwks']
    const algorithms = [first, ...others]
    const samples = await Promise.all(algorithms.map((algorithm, index) => mint(issuer, algorithm, `key-${index + 1}`)))
    const tokens = samples.flat()
    return await use({ issuer: issuer.issuer, audience: AUDIENCE, jwks, algorithms, now: clock(), tokens })
  } finally {
    await issuer.stop()
  }
}

export function isHonest({ name }: Sample): boolean {
  return name.startsWith(HONEST)
}

async function mint(issuer: TestIssuer, algorithm: TestAlgorithm, key: string): Promise<readonly Sample[]> {
  const input = { audience: AUDIENCE, scope: 'items:read', key }
  const honest = { name: `${HONEST} ${algorithm}`, token: await issuer.token(input) }
  const names = BY_DEFAULT.includes(algorithm) ? forgeriesFor(algorithm) : []
  const forged = names.map(async name => ({
    name: `${algorithm} ${name}: ${forgeries[name].description}`,
    token: await issuer.forge(name, input),
  }))
  return [honest, ...(await Promise.all(forged))]
}

/** Those with a caveat too: `check()` and `verify()` refuse every one of them. */
function forgeriesFor(algorithm: TestAlgorithm): readonly ForgeryName[] {
  const names = Object.keys(forgeries) as ForgeryName[]
  return names.filter(name => forgeries[name].algorithms?.includes(algorithm) !== false)
}
