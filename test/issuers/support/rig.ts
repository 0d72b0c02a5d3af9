import { type IntrospectionOptions, introspection } from '@scopeward/core'
import {
  createTestIssuer,
  type Fault,
  type TestClock,
  type TestIssuer,
  type TestIssuerOptions,
  testClock,
} from '@scopeward/testing'
import { onTestFinished } from 'vitest'
import { BASIC } from './endpoint.ts'
import { SCOPE, type Settings, startCallers, type ThreeCallers } from './three-callers.ts'

export interface Rig {
  readonly clock: TestClock
  readonly issuer: TestIssuer
  readonly callers: ThreeCallers
  /** An opaque token that is granted; what the answer about it says can be changed. */
  readonly token: TestIssuer['opaqueToken']
}

export interface RigOptions {
  readonly issuer?: TestIssuerOptions
  readonly introspection?: Partial<IntrospectionOptions>
  readonly api?: Partial<Settings>
  /** From before the callers start: Fastify looks the metadata up at once. */
  readonly metadataFault?: Fault
  readonly keySetFault?: Fault
}

export const CLIENT = { clientId: 'reports-api', clientSecret: BASIC.clientSecret, scopes: [] } as const

/** A test issuer that is asked about opaque tokens, and the three callers, on one clock that only the test moves. */
export async function createRig(options: RigOptions = {}): Promise<Rig> {
  const clock = testClock()
  const issuer = await startIssuer({ clock, clients: [CLIENT], ...options.issuer })
  issuer.setFault(options.metadataFault, 'metadata')
  issuer.setFault(options.keySetFault, 'jwks')
  const callers = await startCallers({
    ...issuer.options,
    ...options.api,
    issuer: introspectionOf(issuer, options.introspection),
  })
  const token: Rig['token'] = input =>
    issuer.opaqueToken({ clientId: 'billing', scope: SCOPE, expiresInSeconds: 1_000_000, ...input })
  return { clock, issuer, callers, token }
}

/** Ends with the test. */
export async function startIssuer(options: TestIssuerOptions): Promise<TestIssuer> {
  const issuer = await createTestIssuer({ algorithm: 'ES256', ...options })
  onTestFinished(() => issuer.stop())
  return issuer
}

/** As an operator would write it; the endpoint is found in the issuer's metadata. */
export function introspectionOf(
  { issuer }: TestIssuer,
  changes: Partial<IntrospectionOptions> = {},
): ReturnType<typeof introspection> {
  return introspection({ issuer, clientId: CLIENT.clientId, clientAuthentication: BASIC, ...changes })
}
