import * as client from 'openid-client'
import { CLIENT_SECRET, type CLIENTS, type RunningProvider } from './provider.ts'

/** openid-client, set up from the provider's metadata. */
export function discover(
  { issuer }: RunningProvider,
  clientId: (typeof CLIENTS)[keyof typeof CLIENTS],
): Promise<client.Configuration> {
  const authentication = client.ClientSecretPost(CLIENT_SECRET)
  const options = { execute: [client.allowInsecureRequests] }
  return client.discovery(new URL(issuer), clientId, undefined, authentication, options)
}
