import type { DenialCode } from '@scopeward/core'
import { type ProofForgeryName, proofForgeries } from '@scopeward/testing'
import type { Expected } from './support.ts'

const MALFORMED = { code: 'dpop_proof_malformed' } as const

function all<Code extends DenialCode>(expected: { code: Code; check?: string }, ...names: readonly ProofForgeryName[]) {
  return names.map(name => [name, expected] as const)
}

function check(id: string) {
  return { code: 'dpop_proof_invalid', check: id } as const
}

/** The same media type by RFC 7515 section 4.1.9. */
export const TAKEN: readonly ProofForgeryName[] = ['typ-application']

/** Every forged proof of @scopeward/testing that is refused otherwise than its `check` says, which is the first it fails here. */
const OTHERWISE: ReadonlyMap<ProofForgeryName, Expected> = new Map<ProofForgeryName, Expected>([
  ...all(check('DP3'), 'jwk-missing', 'jwk-kid-instead', 'jwk-string', 'jwk-array'),
  ...all(check('DP3'), 'htm-array', 'ath-array', 'htu-array'),
  ...all(MALFORMED, 'alg-none', 'alg-none-case', 'empty-signature', 'iat-infinity', 'jti-huge'),
  ...all({ code: 'dpop_binding_mismatch' }, 'jwk-other-key', 'jwk-off-curve'),
])

export function verdictOn(name: ProofForgeryName): Expected {
  const known = OTHERWISE.get(name)
  if (known !== undefined) return known
  const { check: id } = proofForgeries[name]
  return id === 'DP2' ? MALFORMED : check(id)
}
