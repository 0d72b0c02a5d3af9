import { parseArgs } from 'node:util'
import { createApi } from './api.ts'
import { startAuthorizationServer } from './authorization-server.ts'
import { check } from './check.ts'
import { curlLines } from './curl.ts'

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
const issuer = await startAuthorizationServer()
const app = await createApi(issuer.options)
const api = await app.listen({ port: 0, host: '127.0.0.1' })

const stop = async (): Promise<void> => {
  await app.close()
  await issuer.stop()
}

if (values.check) {
  process.exitCode = 1 // until the check has passed
  if (await check(api, issuer, console.log).finally(stop)) process.exitCode = 0
} else {
  console.log(`\n  authorization server  ${issuer.issuer}\n  API                   ${api}\n`)
  console.log('# Paste into another terminal (bash):\n')
  console.log(curlLines(api, issuer.tokenEndpoint).join('\n'))
  console.log('\nCtrl+C ends it. With --check it makes calls by itself, and counts what they cost.')
  process.once('SIGINT', () => void stop())
  process.once('SIGTERM', () => void stop())
}
