import { createDpopKey, type DpopKey, type ProofInput, type TestAlgorithm } from '@scopeward/testing'
import type { SignatureEngine } from '../../src/issuer/verification-key.ts'
import type { DpopOptions } from '../../src/options/parse-dpop.ts'
import { parseDpop } from '../../src/options/parse-dpop.ts'
import type { PeerSocket, ResourceRequest } from '../../src/request/resource-request.ts'
import { ProofCheck, type ProofCheckOptions } from '../../src/sender/dpop/proof-check.ts'
import { engineOf } from './signatures.ts'
import { NOW } from './tokens.ts'

export const ORIGIN = 'https://api.example.com'
export const PATH = '/v1/controls/7'
export const TARGET: string = `${ORIGIN}${PATH}`

/** A key whose proofs are made at `NOW`, unless told otherwise. */
export function clientKey(
  algorithm: TestAlgorithm = 'ES256',
  clock: () => number = () => NOW * 1000,
): Promise<DpopKey> {
  return createDpopKey(algorithm, { clock })
}

/** What the proof of the usual request says, for this token. */
export function proofFor(accessToken: string, changes: Partial<ProofInput> = {}): ProofInput {
  return { method: 'GET', url: TARGET, accessToken, ...changes }
}

export interface Sent {
  readonly token?: string
  readonly scheme?: 'Bearer' | 'DPoP'
  /** One header each. */
  readonly proofs?: readonly string[]
  readonly headers?: readonly string[]
}

/** A request with a token and its proofs. */
export function sent(
  { token, scheme = 'DPoP', proofs = [], headers = [] }: Sent,
  more: Partial<ResourceRequest> = {},
): ResourceRequest {
  const authorization = token === undefined ? [] : ['Authorization', `${scheme} ${token}`]
  const dpop = proofs.flatMap(proof => ['DPoP', proof])
  return { method: 'GET', url: PATH, headers: ['Host', 'internal', ...authorization, ...dpop, ...headers], ...more }
}

/** The checker of proofs as a resource server has it, at `NOW`. */
export function proofCheck(
  dpop: Omit<DpopOptions, 'mode'> = {},
  options: Partial<ProofCheckOptions> = {},
  engine: SignatureEngine = engineOf('node'),
): ProofCheck {
  const rules = parseDpop({ mode: 'accepted', ...dpop })
  if (rules === undefined) throw new Error('proofs are not checked')
  const checkOptions = {
    publicOrigin: ORIGIN,
    trustedProxy: undefined,
    allowHttpOnLoopback: false,
    clock: () => NOW * 1000,
    clockToleranceSeconds: 5,
    fetchTimeoutSeconds: 5,
    ...options,
  }
  return new ProofCheck(rules, checkOptions, engine)
}

/** The other end of a connection, as a TLS socket shows it. */
export function peer(remoteAddress: string | undefined, der?: Uint8Array): PeerSocket {
  return { remoteAddress, getPeerX509Certificate: () => der && { raw: der } }
}
