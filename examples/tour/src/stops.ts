import type { TestIssuer } from '@scopeward/testing'
import { audience } from './vocabulary.ts'

export const client = { clientId: 'nightly-report', clientSecret: 'tour-secret', scopes: ['controls:read'] as const }

/** One request of the tour: what is sent, and what must come back. */
export interface Stop {
  readonly title: string
  readonly method: 'GET' | 'PUT'
  readonly path: string
  /** Shell variable that holds the token; `undefined` where none is sent. */
  readonly token: TokenName | undefined
  readonly expected: { readonly status: number; readonly challenge?: string }
}

export type TokenName = 'TOKEN' | 'EXPIRED' | 'TAMPERED' | 'ELSEWHERE'

const invalid = (text: string) => `Bearer realm="${audience}", error="invalid_token", error_description="${text}"`

export const stops: readonly Stop[] = [
  { title: 'read with the token', method: 'GET', path: '/v1/controls/7', token: 'TOKEN', expected: { status: 200 } },
  {
    title: 'write without the scope',
    method: 'PUT',
    path: '/v1/controls/7',
    token: 'TOKEN',
    expected: {
      status: 403,
      challenge: `Bearer realm="${audience}", error="insufficient_scope", error_description="The access token does not carry the privilege that this resource requires", scope="controls:write"`,
    },
  },
  {
    title: 'no token',
    method: 'GET',
    path: '/v1/controls/7',
    token: undefined,
    expected: { status: 401, challenge: `Bearer realm="${audience}", scope="controls:read"` },
  },
  {
    title: 'expired token',
    method: 'GET',
    path: '/v1/controls/7',
    token: 'EXPIRED',
    expected: { status: 401, challenge: invalid('The access token expired') },
  },
  {
    title: 'tampered token',
    method: 'GET',
    path: '/v1/controls/7',
    token: 'TAMPERED',
    expected: { status: 401, challenge: invalid('The access token is not valid') },
  },
  {
    title: 'token for another audience',
    method: 'GET',
    path: '/v1/controls/7',
    token: 'ELSEWHERE',
    expected: { status: 401, challenge: invalid('The access token is meant for another audience') },
  },
  { title: 'public route', method: 'GET', path: '/health', token: undefined, expected: { status: 200 } },
]

/** The tokens that a client does not get from the token endpoint. */
export async function mintSamples(issuer: TestIssuer): Promise<Readonly<Record<Exclude<TokenName, 'TOKEN'>, string>>> {
  const input = { audience, clientId: client.clientId, scope: 'controls:read' }
  return {
    EXPIRED: await issuer.token({ ...input, expiresInSeconds: -60 }),
    TAMPERED: await issuer.forge('payload-tampered', input),
    ELSEWHERE: await issuer.token({ ...input, audience: 'https://billing.example.com' }),
  }
}
