import type { Answer } from './http.ts'

const realm = 'Bearer realm="https://api.example.com"'

function answer(status: number, title: string, detail: string, error?: string, challenge?: string): Answer {
  const body = JSON.stringify({ title, status, detail, ...(error && { error }) })
  const headers: Record<string, string> = {
    'cache-control': 'no-store',
    'content-length': String(body.length),
    'content-type': 'application/problem+json',
  }
  if (challenge !== undefined) headers['www-authenticate'] = challenge
  return { status, headers, body }
}

function withError(status: number, title: string, error: string, detail: string, more = ''): Answer {
  return answer(status, title, detail, error, `${realm}, error="${error}", error_description="${detail}"${more}`)
}

/** The exact answers, spelled out from RFC 6750 section 3 and RFC 9457 rather than taken from the library. */
export function missingCredentials(scope: string): Answer {
  return answer(401, 'Unauthorized', 'This resource needs an access token', undefined, `${realm}, scope="${scope}"`)
}

export function insufficientScope(scope: string): Answer {
  const text = 'The access token does not carry the privilege that this resource requires'
  return withError(403, 'Forbidden', 'insufficient_scope', text, `, scope="${scope}"`)
}

export function invalidToken(detail = 'The access token is not valid'): Answer {
  return withError(401, 'Unauthorized', 'invalid_token', detail)
}

export function invalidRequest(detail = 'The Authorization header is malformed'): Answer {
  return withError(400, 'Bad Request', 'invalid_request', detail)
}

export function keysUnavailable(retryAfterSeconds: number): Answer {
  const { status, headers, body } = answer(503, 'Service Unavailable', 'The access token cannot be checked right now')
  return { status, headers: { ...headers, 'retry-after': String(retryAfterSeconds) }, body }
}
