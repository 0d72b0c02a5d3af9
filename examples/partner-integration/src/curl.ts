import { audience } from './api.ts'
import { otherAudience, partners } from './authorization-server.ts'

/** Lines to paste into a shell, each with the status that it gets. */
export function curlLines(api: string, tokenEndpoint: string): readonly string[] {
  const token = ({ clientId, clientSecret }: (typeof partners)[keyof typeof partners], forAudience: string) => {
    const body = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret }
    const json = JSON.stringify({ ...body, audience: forAudience })
    return `$(curl -s -H 'Content-Type: application/json' -d '${json}' ${tokenEndpoint} | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`
  }
  const call = (title: string, name: string, path: string) =>
    `\n# ${title}\ncurl -i -w '\\n' -H "Authorization: Bearer $${name}" $API${path}`
  return [
    `API=${api}`,
    `ACME=${token(partners.acme, audience)}`,
    `GLOBEX=${token(partners.globex, audience)}`,
    `STRAYED=${token(partners.acme, otherAudience)}`,
    call('its own: 200', 'ACME', '/v1/acme/orders'),
    call('its own: 200', 'GLOBEX', '/v1/globex/orders'),
    call('of the other company: 403', 'ACME', '/v1/globex/orders'),
    call('of the other company, as its own: 404', 'ACME', '/v1/acme/orders/1002'),
    call('token for another audience: 401', 'STRAYED', '/v1/acme/orders'),
  ]
}
