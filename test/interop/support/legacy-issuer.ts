import { type MutableToken, OAuth2Server } from 'oauth2-mock-server'
import * as client from 'openid-client'
import { AUDIENCE } from './audiences.ts'

export interface LegacyIssuer {
  readonly issuer: string
  /**
   * A client credentials token for `reports:read`, its audience as the request names it.
   * @param change of header and claims before they are signed; default: none
   */
  token(change?: (token: MutableToken) => void): Promise<string>
  /** The same token, signed with a further key that is published from now on, under a `kid` that may be another's. */
  tokenUnderNewKey(algorithm: string, kid: string): Promise<string>
  stop(): Promise<void>
}

/** oauth2-mock-server with one key: an issuer from before RFC 9068, whose hooks mint whatever a test wants. */
export async function startLegacyIssuer(algorithm = 'RS256', kid = 'legacy'): Promise<LegacyIssuer> {
  const server = new OAuth2Server()
  await server.issuer.keys.generate(algorithm, { kid })
  await server.start(0, 'localhost')
  const issuer = String(server.issuer.url)
  const metadata = await client.discovery(new URL(issuer), 'nightly-import', undefined, client.None(), {
    execute: [client.allowInsecureRequests],
  })
  const claims = { scope: 'reports:read', aud: AUDIENCE }
  return {
    issuer,
    async token(change = () => {}) {
      server.service.once('beforeTokenSigning', change)
      return (await client.clientCredentialsGrant(metadata, claims)).access_token
    },
    async tokenUnderNewKey(newAlgorithm, claimedKid) {
      const key = await server.issuer.keys.generate(newAlgorithm)
      return server.issuer.buildToken({
        kid: key.kid,
        scopesOrTransform: (header, payload) => {
          header.kid = claimedKid
          Object.assign(payload, claims)
        },
      })
    },
    stop: () => server.stop(),
  }
}
