import { parseArgs } from 'node:util'
import { checkExample } from './check.ts'
import { type Example, startExample } from './start.ts'

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
const example = await startExample()

if (values.check) {
  try {
    process.exitCode = (await checkExample(example, console.log)) ? 0 : 1
  } finally {
    await example.stop()
  }
} else {
  console.log(guideText(example))
  process.once('SIGINT', () => void example.stop())
  process.once('SIGTERM', () => void example.stop())
}

function guideText({ api, tokenEndpoint, clientSecrets }: Example): string {
  const tokenLine = (variable: string, clientId: string) => {
    const form = `-d grant_type=client_credentials -d client_id=${clientId} -d client_secret=${clientSecrets.get(clientId)}`
    return `${variable}=$(curl -s ${form} ${tokenEndpoint} | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`
  }
  const call = (variable: string, rest: string) => `curl -i -w '\\n' -H "Authorization: Bearer $${variable}" ${rest}`
  const json = (title: string) => `-H 'Content-Type: application/json' -d '{"title":"${title}"}'`
  return `
  authorization server  ${tokenEndpoint}
  controls API          ${api}

# Paste into another terminal. Grace's personal client, an administrator's, and a service account:

${tokenLine('GRACE', 'grace-laptop')}
${tokenLine('ADA', 'ada-laptop')}
${tokenLine('IMPORT', 'nightly-import')}

# Read: 200; the control of another organization: 404
${call('GRACE', `${api}/v1/controls`)}
${call('GRACE', `${api}/v1/controls/key-rotation`)}

# Create: 201, and createdBy says who acted through what
${call('GRACE', `${json('Train everybody')} ${api}/v1/controls`)}
${call('IMPORT', `${json('Scan images')} ${api}/v1/controls`)}

# Delete: 403 without the administrator's role, 204 with it
${call('GRACE', `-X DELETE ${api}/v1/controls/backup-restore`)}
${call('ADA', `-X DELETE ${api}/v1/controls/backup-restore`)}

# The clients that each may see
${call('GRACE', `${api}/v1/clients`)}
${call('ADA', `${api}/v1/clients`)}

Ctrl+C ends it. With --check it checks itself.
`
}
