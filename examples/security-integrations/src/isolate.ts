import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { call, requestToken } from './call.ts'
import { PUBLIC_ORIGIN } from './contract.ts'
import { createDpopKey } from './dpop-key.ts'

/** Automated response on the command line: `isolate.js --login <url> --secret <secret> <address of each API process>` */
const { values, positionals } = parseArgs({
  options: { login: { type: 'string', default: '' }, secret: { type: 'string', default: '' } },
  allowPositionals: true,
})
const path = '/v1/devices/laptop-7/isolation'
const tokenEndpoint = `${values.login}/token`
const [one = '', ...others] = positionals

const key = await createDpopKey()
const soar = { tokenEndpoint, clientId: 'soar', clientSecret: values.secret }
const { access_token: token, error } = await requestToken(soar, { proof: await key.proof('POST', tokenEndpoint) })
if (token === undefined) throw new Error(`No token: ${error}`)

for (;;) {
  const proof = await key.proof('POST', PUBLIC_ORIGIN + path, token)
  const send = async (api: string) => (await call(api + path, { method: 'POST', token, proof })).text
  const answer = await send(one)
  console.log(`A new proof at ${one}: ${answer}`)
  if (answer !== '503') {
    for (const other of others) console.log(`The same proof at ${other}: ${await send(other)}`)
    break
  }
  await pause(2000) // A Redis that has just started vouches for no proof for 15 seconds.
}
