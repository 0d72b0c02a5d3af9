import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { TestIssuer } from '@scopeward/testing'
import { audience } from './api.ts'
import { otherAudience, partners } from './authorization-server.ts'
import { PartnerClient, type PartnerClientOptions } from './partner-client.ts'

type Row = readonly [request: string, expected: string, got: string]

/** Makes every call over HTTP and prints what was expected and what came. Whether everything came as expected. */
export async function check(api: string, issuer: TestIssuer, print: (text: string) => void): Promise<boolean> {
  const rows = [
    ...(await checkAccess(api, issuer)),
    ...(await checkReuse(api, issuer)),
    ...(await checkRenewal(issuer)),
  ]
  const passed = rows.every(([, expected, got]) => got === expected)
  print(tableText(rows))
  print(`\n${rows.length} rows, ${passed ? 'all as expected' : 'NOT all as expected'}`)
  return passed
}

/** Who may see what. */
async function checkAccess(api: string, issuer: TestIssuer): Promise<readonly Row[]> {
  const acme = clientOf('acme', issuer)
  const globex = clientOf('globex', issuer)
  const strayed = clientOf('acme', issuer, { audience: otherAudience })
  const calls: readonly (readonly [string, string, PartnerClient, string])[] = [
    ['acme lists its orders', '200 1001 1003', acme, '/v1/acme/orders'],
    ['globex lists its orders', '200 1002', globex, '/v1/globex/orders'],
    ['acme lists the orders of globex', '403 insufficient_scope', acme, '/v1/globex/orders'],
    ['acme reads its order', '200 1001', acme, '/v1/acme/orders/1001'],
    ['acme reads an order of globex', '403 insufficient_scope', acme, '/v1/globex/orders/1002'],
    ['acme reads it as its own', '404', acme, '/v1/acme/orders/1002'],
    ['token for another audience', '401 invalid_token', strayed, '/v1/acme/orders'],
  ]
  const rows: Row[] = []
  for (const [title, expected, client, path] of calls) {
    rows.push([title, expected, await answerText(await client.get(api + path))])
  }
  rows.push(['no token', '401 challenge', await answerText(await fetch(`${api}/v1/acme/orders`))])
  rows.push(['public route', '200', await answerText(await fetch(`${api}/health`))])
  return rows
}

/** What a hundred requests cost. */
async function checkReuse(api: string, issuer: TestIssuer): Promise<readonly Row[]> {
  const acme = clientOf('acme', issuer)
  const tokensBefore = issuer.requests.token
  let fromCache = 0
  const count = (event: unknown): void => {
    if ((event as { cached: boolean }).cached) fromCache++
  }
  let answered = 0
  subscribe('scopeward:granted', count)
  for (let i = 0; i < 100; i++) {
    const response = await acme.get(`${api}/v1/acme/orders`)
    await response.arrayBuffer()
    if (response.status === 200) answered++
  }
  unsubscribe('scopeward:granted', count)
  return [
    ['100 requests of acme', '100 answered', `${answered} answered`],
    ['their token requests', '1', String(issuer.requests.token - tokensBefore)],
    ['key-set fetches since the start', '1', String(issuer.requests.jwks)],
    ['signatures checked for them', '1', String(answered - fromCache)],
    ['events with cached: true', '99', String(fromCache)],
  ]
}

/** When the client asks for a token again. */
async function checkRenewal(issuer: TestIssuer): Promise<readonly Row[]> {
  let aheadSeconds = 0
  const acme = clientOf('acme', issuer, { clock: () => Date.now() + aheadSeconds * 1000 })
  const tokenRequests = async (callers: number): Promise<string> => {
    const before = issuer.requests.token
    await Promise.all(Array.from({ length: callers }, () => acme.token()))
    return String(issuer.requests.token - before)
  }
  const atOnce = await tokenRequests(20)
  aheadSeconds = 86_400 - 90
  const beforeTheEnd = await tokenRequests(20)
  aheadSeconds = 86_400 - 30
  const shortlyBefore = await tokenRequests(20)
  return [
    ['token requests of 20 callers at once', '1', atOnce],
    ['the same 90 s before it expires', '0', beforeTheEnd],
    ['the same 30 s before it expires', '1', shortlyBefore],
  ]
}

function clientOf(
  partner: keyof typeof partners,
  { tokenEndpoint }: TestIssuer,
  changes: Partial<PartnerClientOptions> = {},
): PartnerClient {
  return new PartnerClient({ ...partners[partner], tokenEndpoint, audience, ...changes })
}

/** The status, then the orders of the answer or the error of the challenge. */
async function answerText(response: Response): Promise<string> {
  const challenge = response.headers.get('www-authenticate')
  const body = await response.text()
  if (challenge !== null) return `${response.status} ${/error="([^"]*)"/.exec(challenge)?.[1] ?? 'challenge'}`
  return [response.status, ...[...body.matchAll(/"id":"(\d+)"/g)].map(match => match[1])].join(' ')
}

function tableText(rows: readonly Row[]): string {
  return [['request', 'expected', 'got'] as const, ...rows]
    .map(([request, expected, got], index) => {
      const verdict = index === 0 ? '' : got === expected ? 'ok' : 'WRONG'
      return `${request.padEnd(38)}${expected.padEnd(24)}${got.padEnd(24)}${verdict}`.trimEnd()
    })
    .join('\n')
}
