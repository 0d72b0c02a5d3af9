import https, { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:tls'
import type { ResourceServerOptions } from '@scopeward/core'
import type { TestIssuer } from '@scopeward/testing'
import { AUTHORITY } from '../../requirements/tls-issuer.ts'
import type { TokenStyle } from './requests.ts'

const POOL = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_EXAMPLE'
const APP_CLIENT = '57cbishk4j24pabc1234567890'

const accessToken = { iss: POOL, aud: undefined, token_use: 'access', username: 'grace' }
const idToken = {
  token_use: 'id',
  aud: APP_CLIENT,
  client_id: undefined,
  scope: undefined,
  'cognito:username': 'grace',
}

/** As user pools write them. */
export const cognitoStyle: TokenStyle = {
  honest: {
    header: { typ: undefined },
    subject: '5d2f0a4e-6c1b-4c88-9a41-3f3b7d1f2c10',
    clientId: APP_CLIENT,
    scope: 'controls/read',
    claims: accessToken,
  },
  differing: {
    'for another audience': { clientId: 'another-app-client' },
    'an ID token, where a scope is needed': { claims: idToken },
    'an ID token, where none is needed': { claims: idToken },
  },
}

/**
 * Puts the test issuer where the user pool is, over TLS: aws-jwt-verify fetches over https alone, and from nowhere else.
 * @returns what takes it away again
 */
export async function startPool(issuer: TestIssuer): Promise<() => void> {
  const { certificate: cert, privateKey: key } = AUTHORITY.issue('cognito')
  const pool = createServer({ cert, key }, async (_request, response) => {
    const keys = await fetch(issuer.jwksUri).catch(() => undefined)
    if (keys === undefined) response.destroy()
    else response.end(await keys.text())
  })
  await new Promise<void>(resolve => pool.listen(0, '127.0.0.1', resolve))
  const { port } = pool.address() as AddressInfo
  const { globalAgent } = https
  https.globalAgent = agentTo(port)
  return () => {
    https.globalAgent = globalAgent
    pool.close()
    pool.closeAllConnections()
  }
}

/** Every host is this port here. Keeps no connection, so that an outage is seen by the next request. */
function agentTo(port: number): https.Agent {
  const agent = new https.Agent({ keepAlive: false })
  agent.createConnection = () =>
    connect({ host: '127.0.0.1', port, ca: AUTHORITY.certificate, checkServerIdentity: () => undefined })
  return agent
}

/** The same place for Scopeward: its metadata and keys are those of the test issuer. */
export function atPool({ jwksUri }: TestIssuer): Partial<ResourceServerOptions<string>> {
  return {
    fetch: async (input, init) => {
      const asked = String(input)
      if (asked === `${POOL}/jwks`) return fetch(jwksUri, init)
      return Response.json({ issuer: POOL, jwks_uri: `${POOL}/jwks` })
    },
  }
}
