import { type TestClock, type TestIssuer, testClock } from '@scopeward/testing'
import { type IntrospectionOptions, introspection } from '../../src/options/introspection.ts'
import type { ResourceServerOptions } from '../../src/options/resource-server-options.ts'
import { createResourceServer } from '../../src/resource-server.ts'
import type { ResourceServer } from '../../src/resource-server-contract.ts'
import { BASIC, type Endpoint, introspectionAt } from './introspection-endpoint.ts'
import { requestWith } from './requests.ts'
import { issuerForTest } from './test-issuers.ts'
import { AUDIENCE } from './tokens.ts'

type Api = ResourceServer<'reports:read' | 'reports:write'>
type Settings = Partial<ResourceServerOptions<'reports:read' | 'reports:write'>>

function createApi(issuer: IntrospectionOptions, settings: Settings): Api {
  return createResourceServer({
    issuer: introspection(issuer),
    audience: AUDIENCE,
    scopes: { 'reports:read': 'Read reports', 'reports:write': 'Change reports' },
    allowHttpOnLoopback: true,
    ...settings,
  })
}

/** A resource server that asks this endpoint about opaque tokens. */
export function asking(endpoint: Endpoint, changes: Partial<IntrospectionOptions> = {}, settings: Settings = {}): Api {
  return createApi(introspectionAt(endpoint, changes), settings)
}

/** What the token is answered with: `granted`, or the code of the refusal. */
export async function codeOf(api: Api, token: string): Promise<string> {
  const outcome = await api.check(requestWith(token), 'reports:read')
  return outcome.granted ? 'granted' : outcome.denial.code
}

export interface Rig {
  readonly api: Api
  readonly clock: TestClock
  readonly issuer: TestIssuer
  /** An opaque token that is granted; what the answer about it says can be changed. */
  readonly token: TestIssuer['opaqueToken']
  ask(token: string): Promise<string>
}

/** A test issuer that is asked about opaque tokens, found by its metadata, on a clock that only the test moves. */
export async function createRig(changes: Partial<IntrospectionOptions> = {}, settings: Settings = {}): Promise<Rig> {
  const clock = testClock()
  const clients = [{ clientId: 'reports-api', clientSecret: BASIC.clientSecret, scopes: [] }]
  const issuer = await issuerForTest({ clock, clients })
  const client = { issuer: issuer.issuer, clientId: 'reports-api', clientAuthentication: BASIC }
  const api = createApi({ ...client, ...changes }, { clock, ...settings })
  return {
    api,
    clock,
    issuer,
    token: input =>
      issuer.opaqueToken({ clientId: 'billing', scope: 'reports:read', expiresInSeconds: 1_000_000, ...input }),
    ask: token => codeOf(api, token),
  }
}
