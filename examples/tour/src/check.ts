import { tableText } from './print.ts'
import { client, type Stop, stops, type TokenName } from './stops.ts'
import type { Tour } from './tour.ts'
import { audience } from './vocabulary.ts'

interface Answer {
  readonly status: number
  readonly challenge: string | undefined
}

/** Takes the whole tour over HTTP and prints what was expected and what came. Whether everything came as expected. */
export async function checkTour(tour: Tour, print: (text: string) => void): Promise<boolean> {
  const { TOKEN, row } = await getToken(tour)
  const tokens: Record<TokenName, string> = {
    TOKEN,
    EXPIRED: await sample(tour, 'EXPIRED'),
    TAMPERED: await sample(tour, 'TAMPERED'),
    ELSEWHERE: await sample(tour, 'ELSEWHERE'),
  }
  const rows = [row]
  for (const [name, url] of Object.entries(tour.apis)) {
    for (const stop of stops) rows.push(await checkStop(name, url, stop, tokens))
  }
  const passed = rows.every(([, , , verdict]) => verdict === 'ok')
  print(tableText([['request', 'expected', 'got', ''], ...rows]))
  print(`\n${rows.length} requests, ${passed ? 'all as expected' : 'NOT all as expected'}`)
  return passed
}

async function getToken(tour: Tour): Promise<{ readonly TOKEN: string; readonly row: readonly string[] }> {
  const response = await fetch(tour.tokenEndpoint, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${client.clientId}:${client.clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'controls:read', resource: audience }),
  })
  const { access_token, token_type } = (await response.json()) as { access_token?: string; token_type?: string }
  const got = `${response.status} ${token_type ?? ''}`.trim()
  return { TOKEN: access_token ?? '', row: ['get a token', '200 Bearer', got, got === '200 Bearer' ? 'ok' : 'WRONG'] }
}

async function sample(tour: Tour, name: TokenName): Promise<string> {
  return (await fetch(`${tour.samples}/${name}`)).text()
}

async function checkStop(
  api: string,
  url: string,
  stop: Stop,
  tokens: Readonly<Record<TokenName, string>>,
): Promise<readonly string[]> {
  const response = await fetch(url + stop.path, {
    method: stop.method,
    headers: stop.token === undefined ? {} : { authorization: `Bearer ${tokens[stop.token]}` },
  })
  await response.arrayBuffer()
  const got = { status: response.status, challenge: response.headers.get('www-authenticate') ?? undefined }
  const expected = { challenge: undefined, ...stop.expected }
  const verdict = got.status === expected.status && got.challenge === expected.challenge ? 'ok' : 'WRONG'
  return [`${api}: ${stop.title}`, answerText(expected), answerText(got), verdict]
}

/** The status and what distinguishes the challenge; the whole of it is compared. */
function answerText({ status, challenge }: Answer): string {
  return `${status} ${/error="([^"]*)"/.exec(challenge ?? '')?.[1] ?? (challenge === undefined ? '' : 'challenge')}`.trim()
}
