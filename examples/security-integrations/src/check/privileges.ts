import { PUBLIC_ORIGIN } from '../contract.ts'
import { createDpopKey } from '../dpop-key.ts'
import type { CheckContext } from './context.ts'
import { type Row, row } from './rows.ts'

/** Who gets which token, with what in it. */
export async function checkTokens(context: CheckContext): Promise<readonly Row[]> {
  const ask = async (...request: Parameters<CheckContext['askToken']>) => {
    const { status, error, token_type, expires_in } = await context.askToken(...request)
    return `${status} ${error ?? `${token_type} ${expires_in}`}`
  }
  const key = await createDpopKey()
  return [
    row('token for siem: lives 300 s', '200 Bearer 300', await ask('siem')),
    row('with a wrong secret', '401 invalid_client', await ask('siem', { clientSecret: 'guess' })),
    row('for a scope that siem was not given', '400 invalid_scope', await ask('siem', { scope: 'devices:read' })),
    row('token for soar without a proof', '400 invalid_dpop_proof', await ask('soar')),
    row(
      'with a proof made for another URL',
      '400 invalid_dpop_proof',
      await ask('soar', { proof: await key.proof('POST', PUBLIC_ORIGIN) }),
    ),
    row(
      'with a proof: bound to its key',
      '200 DPoP 300',
      await ask('soar', { proof: await key.proof('POST', context.tokenEndpoint) }),
    ),
  ]
}

/** Each integration can do what it needs, and nothing else; whoever is no integration can do nothing. */
export async function checkPrivileges(context: CheckContext): Promise<readonly Row[]> {
  const { example } = context
  const siem = await context.token('siem')
  const ticketing = await context.token('ticketing')
  const soar = await context.token('soar', await createDpopKey())
  const read = (token: string | undefined, path: string) => context.both(path, { token })
  const annotate = (token: string) =>
    context.both('/v1/alerts/A-1/notes', { method: 'POST', token, body: { text: 'Ticket 4711' } })
  return [
    row('siem reads findings', '200 F-1 F-2', await read(siem, '/v1/findings')),
    row('siem reads alerts', '200 A-1 A-2', await read(siem, '/v1/alerts')),
    row('siem annotates an alert', '403 insufficient_scope', await annotate(siem)),
    row('siem reads devices', '403 insufficient_scope', await read(siem, '/v1/devices')),
    row('ticketing annotates an alert', '201 by ticketing', await annotate(ticketing)),
    row('ticketing reads findings', '403 insufficient_scope', await read(ticketing, '/v1/findings')),
    row('soar sends its bound token as a bearer token', '401 invalid_token', await read(soar, '/v1/devices')),
    row('no token', '401', await read(undefined, '/v1/findings')),
    row(
      'a person, with the scope',
      '403 insufficient_scope',
      await read(await example.userToken('user-ada', PUBLIC_ORIGIN, 'findings:read'), '/v1/findings'),
    ),
    row(
      "an administrator's token",
      '401 invalid_token',
      await read(await example.userToken('user-ada'), '/v1/findings'),
    ),
    row('no token, public route', '200', await read(undefined, '/health')),
  ]
}
