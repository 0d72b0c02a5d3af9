import { expect, onTestFinished, test } from 'vitest'
import { KeyServer, type Tenant, tokenOf } from './tenants/key-server.ts'
import { type Checked, VerifierProcess } from './tenants/verifier-process.ts'

const TENANTS = 10_000
const AT_ONCE = 50

async function start(fetchTimeoutSeconds: number): Promise<{ keyServer: KeyServer; verifier: VerifierProcess }> {
  const keyServer = new KeyServer()
  const verifier = new VerifierProcess(await keyServer.listen(), fetchTimeoutSeconds)
  onTestFinished(async () => {
    await verifier.stop()
    await keyServer.stop()
  })
  return { keyServer, verifier }
}

async function tokensOf(numbers: readonly number[], keyServer: KeyServer): Promise<readonly string[]> {
  const tenants: readonly Tenant[] = await Promise.all(numbers.map(number => keyServer.addTenant(number)))
  return tenants.map(tokenOf)
}

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from }, (_, index) => from + index)

test('ten thousand tenants with a key each, and a token of each remembered, take less than 60 MB', async () => {
  const { keyServer, verifier } = await start(5)
  const cold = await verifier.residentMegabytes()
  const before = await verifier.residentMegabytesWarm()
  for (let first = 0; first < TENANTS; first += AT_ONCE) {
    const tokens = await tokensOf(range(first, first + AT_ONCE), keyServer)
    const checked = await Promise.all(tokens.map(token => verifier.check(token)))
    expect(new Set(checked.map(({ code }) => code))).toEqual(new Set(['granted']))
  }
  expect(keyServer.requests).toBe(TENANTS)
  const grown = (await verifier.residentMegabytes()) - before
  const shown = `${grown.toFixed(1)} MB, after ${(before - cold).toFixed(1)} MB for 10,000 fetches of Node itself`
  console.log(`10,000 tenants: resident memory grew by ${shown}`)
  expect(grown).toBeLessThan(60)
}, 120_000)

test('while the keys of one tenant hang, two hundred tokens of others are answered before its own', async () => {
  const fetchTimeoutSeconds = 5
  const { keyServer, verifier } = await start(fetchTimeoutSeconds)
  const [ofHanging = '', ...ofOthers] = await tokensOf(range(0, 201), keyServer)
  keyServer.hang(0)
  const order: string[] = []
  const checked = async (token: string): Promise<Checked> => {
    const answer = await verifier.check(token)
    order.push(answer.code)
    return answer
  }
  const [hung, ...others] = await Promise.all([ofHanging, ...ofOthers].map(checked))
  const slowest = Math.max(...others.map(({ milliseconds }) => milliseconds))
  console.log(`200 tokens beside a hanging issuer: the slowest took ${slowest.toFixed(0)} ms`)
  expect(order).toEqual([...Array<string>(200).fill('granted'), 'keys_unavailable'])
  expect(hung?.milliseconds).toBeGreaterThanOrEqual(fetchTimeoutSeconds * 1000 - 1)
})
