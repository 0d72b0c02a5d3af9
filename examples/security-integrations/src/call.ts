/** What an integration does over HTTP, with nothing but `fetch`. */

export interface Client {
  readonly tokenEndpoint: string
  readonly clientId: string
  readonly clientSecret: string
}

export interface TokenAnswer {
  readonly status: number
  readonly access_token?: string
  readonly token_type?: string
  readonly expires_in?: number
  readonly error?: string
}

/** Client credentials. With a proof the token is bound to its key. */
export async function requestToken(
  { tokenEndpoint, clientId, clientSecret }: Client,
  { scope, proof }: { readonly scope?: string; readonly proof?: string } = {},
): Promise<TokenAnswer> {
  const response = await fetch(tokenEndpoint, {
    method: 'POST',
    headers: {
      authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}`, // both of characters that need no encoding
      ...(proof !== undefined && { dpop: proof }),
    },
    body: new URLSearchParams({ grant_type: 'client_credentials', ...(scope !== undefined && { scope }) }),
  })
  return { status: response.status, ...((await response.json()) as object) }
}

export interface Call {
  readonly method?: string
  readonly token?: string | undefined
  /** Makes it a request with the scheme `DPoP`. */
  readonly proof?: string
  readonly body?: object
}

export interface CallAnswer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  /** The status, and what distinguishes the answer: the error of the challenge, or what came. */
  readonly text: string
}

export async function call(url: string, { method = 'GET', token, proof, body }: Call = {}): Promise<CallAnswer> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `${proof === undefined ? 'Bearer' : 'DPoP'} ${token}` }),
      ...(proof !== undefined && { dpop: proof }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const isJson = response.headers.get('content-type')?.includes('json') === true
  const answer = isJson ? ((await response.json()) as CallAnswer['body']) : {}
  return { status: response.status, body: answer, text: answerText(response, answer) }
}

function answerText({ status, headers }: Response, body: CallAnswer['body']): string {
  const challenge = headers.get('www-authenticate')
  if (challenge !== null) return `${status} ${/error="([^"]*)"/.exec(challenge)?.[1] ?? ''}`.trim()
  const [list] = Object.values(body).filter(Array.isArray)
  const names = list?.map(item => item.id ?? item.clientId ?? item).join(' ')
  const doer = body.writtenBy ?? body.requestedBy
  return `${status} ${names ?? (doer === undefined ? (status < 500 ? (body.detail ?? '') : '') : `by ${doer}`)}`.trim()
}
