import type { Jwk } from './key-findings.ts'

const DEFAULTS = ['RS256', 'PS256', 'ES256', 'Ed25519']
const OTHERS = ['RS384', 'RS512', 'PS384', 'PS512', 'ES384', 'ES512', 'EdDSA']
const ALGORITHM_OF_CURVE: ReadonlyMap<unknown, string> = new Map([
  ['P-384', 'ES384'],
  ['P-521', 'ES512'],
])

/** The option `algorithms` that this issuer needs: those that its keys name. `undefined`: the default does. */
export function algorithmsFor(keys: readonly Jwk[]): readonly string[] | undefined {
  const signing = keys.filter(({ use }) => use === undefined || use === 'sig')
  const named = signing.map(({ alg, crv }) => alg ?? ALGORITHM_OF_CURVE.get(crv))
  const known = named.filter((name): name is string => [...DEFAULTS, ...OTHERS].includes(name as string))
  return known.some(name => !DEFAULTS.includes(name)) ? [...new Set(known)] : undefined
}
