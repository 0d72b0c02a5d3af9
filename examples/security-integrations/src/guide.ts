import { fileURLToPath } from 'node:url'
import type { Example } from './start.ts'

export async function guideText({ apis, issuer, clientSecrets, userToken }: Example): Promise<string> {
  const secretOf = (clientId: string) => clientSecrets.get(clientId) ?? ''
  const tokenLine = (clientId: string) =>
    `$(curl -s -u ${clientId}:${secretOf(clientId)} -d grant_type=client_credentials ${issuer}/token | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`
  const call = (variable: string, rest: string) => `curl -i -w '\\n' -H "Authorization: Bearer $${variable}" ${rest}`
  const json = (body: object) => `-H 'Content-Type: application/json' -d '${JSON.stringify(body)}'`
  const isolate = fileURLToPath(new URL('./isolate.js', import.meta.url))
  return `
  authorization server  ${issuer}
  API, process 1        ${apis[0]}
  API, process 2        ${apis[1]}

# Paste into another terminal (bash). Two integrations, and Ada, who administers them:

SIEM=${tokenLine('siem')}
TICKETS=${tokenLine('ticketing')}
ADA=${await userToken('user-ada')}

# Each has what it needs: 200 and 201, and 403 for the rest
${call('SIEM', `${apis[0]}/v1/findings`)}
${call('TICKETS', `${json({ text: 'Ticket 4711' })} ${apis[1]}/v1/alerts/A-1/notes`)}
${call('SIEM', `${apis[0]}/v1/devices`)}

# Ada takes the ticket system's right to write: 204; the token that it has is refused by both processes: 401
${call('ADA', `-X PUT ${json({ scopes: ['alerts:read'] })} ${issuer}/admin/clients/ticketing/scopes`)}
sleep 1
${call('TICKETS', `${apis[0]}/v1/alerts`)}
${call('TICKETS', `${apis[1]}/v1/alerts`)}

# A new one reads (200), and does not write (403)
TICKETS=${tokenLine('ticketing')}
${call('TICKETS', `${apis[0]}/v1/alerts`)}
${call('TICKETS', `${json({ text: 'Ticket 4712' })} ${apis[1]}/v1/alerts/A-1/notes`)}

# Ada revokes the log collection: 204, then 401
${call('ADA', `-X DELETE ${issuer}/admin/clients/siem`)}
sleep 1
${call('SIEM', `${apis[0]}/v1/findings`)}
${call('SIEM', `${apis[1]}/v1/findings`)}

# Isolate a device, with a token bound to a key, and send the same proof to the other process: 202, then 401.
# 503 as long as a Redis that has just started may have forgotten proofs: for 15 seconds
node ${isolate} --login ${issuer} --secret ${secretOf('soar')} ${apis.join(' ')}

Below: what the two processes decide. Ctrl+C ends it. With --check it checks itself.
`
}
