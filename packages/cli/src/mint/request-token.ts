import { parseClientText } from '../shared/client.ts'
import { CommandFailure, EXIT } from '../shared/exit.ts'
import { fetchJson } from '../shared/fetch-json.ts'
import { requireIssuerUrl } from '../shared/issuer-url.ts'
import { requireMetadata } from '../shared/metadata.ts'
import { printable } from '../shared/printable.ts'

export interface TokenRequest {
  readonly issuer: string
  /** `id:secret` */
  readonly client: string
  readonly scope: string | undefined
  readonly audience: string | undefined
}

export interface GrantedToken {
  readonly access_token: string
  readonly token_type: unknown
  readonly expires_in: unknown
  readonly scope: unknown
}

/**
 * The client credentials grant.
 * @throws CommandFailure 1 where the issuer refuses, 3 where it cannot be reached
 * @see RFC 6749 section 4.4, RFC 8707 section 2
 */
export async function requestToken({ issuer, client, scope, audience }: TokenRequest): Promise<GrantedToken> {
  const { clientId, clientSecret } = parseClientText(client, 'id:secret')
  const { token_endpoint: endpoint } = await requireMetadata(issuer)
  if (typeof endpoint !== 'string') throw new CommandFailure(`${issuer} names no token endpoint.`, EXIT.unavailable)
  requireIssuerUrl(endpoint, 'The token endpoint of the metadata')
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    ...(scope !== undefined && { scope }),
    ...(audience !== undefined && { resource: audience }),
  })
  const { answer, failure } = await fetchJson(endpoint, {
    method: 'POST',
    headers: { authorization: `Basic ${basic(clientId, clientSecret)}`, accept: 'application/json' },
    body,
  })
  if (answer === undefined)
    throw new CommandFailure(`The token endpoint cannot be asked: ${failure}.`, EXIT.unavailable)
  return grantedBy(answer.status, answer.document)
}

function grantedBy(status: number, document: unknown): GrantedToken {
  const answer = typeof document === 'object' && document !== null ? (document as Record<string, unknown>) : {}
  const { access_token, token_type, expires_in, scope } = answer
  if (status === 200 && typeof access_token === 'string' && VSCHAR.test(access_token)) {
    return { access_token, token_type, expires_in, scope }
  }
  const { error, error_description: description } = answer
  if (typeof error !== 'string')
    throw new CommandFailure(`The token endpoint answered ${status} without a token.`, EXIT.unavailable)
  const details = typeof description === 'string' ? `: ${printable(description)}` : ''
  throw new CommandFailure(`The issuer refused with ${printable(error)}${details}.`, EXIT.refused)
}

/** What an access token can be; a terminal acts upon none of it. @see RFC 6749 appendix A.12 */
const VSCHAR = /^[\x20-\x7e]+$/

/** Both halves are form-encoded before they are joined. @see RFC 6749 section 2.3.1 */
function basic(clientId: string, clientSecret: string): string {
  const encode = (text: string): string => new URLSearchParams({ t: text }).toString().slice(2)
  return Buffer.from(`${encode(clientId)}:${encode(clientSecret)}`).toString('base64')
}
