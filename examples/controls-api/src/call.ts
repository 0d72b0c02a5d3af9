import type { Example } from './start.ts'

/** The access token; empty where the authorization server refuses. */
export async function tokenOf(example: Example, clientId: string, scope?: string): Promise<string> {
  const { body } = await requestToken(example, {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: example.clientSecrets.get(clientId) ?? '',
    ...(scope !== undefined && { scope }),
  })
  return String(body.access_token ?? '')
}

interface TokenAnswer {
  readonly status: number
  readonly body: Readonly<Record<string, string | number | undefined>>
}

export async function requestToken({ tokenEndpoint }: Example, form: Record<string, string>): Promise<TokenAnswer> {
  const response = await fetch(tokenEndpoint, { method: 'POST', body: new URLSearchParams(form) })
  return { status: response.status, body: (await response.json()) as TokenAnswer['body'] }
}

interface Call {
  readonly token: string | undefined
  readonly method?: string
  readonly body?: object
}

interface Body {
  readonly title?: string
  readonly createdBy?: { readonly kind: string; readonly subject: string; readonly clientId: string }
  readonly controls?: readonly { readonly id: string }[]
  readonly clients?: readonly { readonly clientId: string }[]
  readonly detail?: string
}

interface CallAnswer {
  readonly location: string | null
  /** The status, and what distinguishes the answer. */
  readonly text: string
}

export async function call(url: string, { token, method = 'GET', body }: Call): Promise<CallAnswer> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const isJson = response.headers.get('content-type')?.includes('json') === true
  const answer: Body = isJson ? ((await response.json()) as Body) : {}
  return { location: response.headers.get('location'), text: answerText(response, answer) }
}

function answerText({ status, headers }: Response, { title, createdBy, controls, clients, detail }: Body): string {
  const challenge = headers.get('www-authenticate')
  if (challenge !== null) return `${status} ${/error="([^"]*)"/.exec(challenge)?.[1] ?? ''}`.trim()
  const names = controls?.map(control => control.id) ?? clients?.map(client => client.clientId)
  const creator = createdBy && `by ${createdBy.kind} ${createdBy.subject} through ${createdBy.clientId}`
  return `${status} ${names?.join(' ') ?? (status === 201 ? creator : title) ?? detail ?? ''}`.trim()
}
