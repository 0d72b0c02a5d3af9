import { type IntrospectionOptions, introspection } from '@scopeward/core'
import { type Endpoint, introspectionAt } from '../../../packages/core/test/support/introspection-endpoint.ts'
import type { Settings } from './three-callers.ts'

export {
  type Asked,
  active,
  BASIC,
  type Endpoint,
  json,
  type Reply,
  startEndpoint,
} from '../../../packages/core/test/support/introspection-endpoint.ts'

/** Trusts the endpoint, and nothing else. */
export function trusting(
  endpoint: Endpoint,
  changes: Partial<IntrospectionOptions> = {},
): Pick<Settings, 'issuer' | 'allowHttpOnLoopback'> {
  return { issuer: introspection(introspectionAt(endpoint, changes)), allowHttpOnLoopback: true }
}
