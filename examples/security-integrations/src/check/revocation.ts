import { call } from '../call.ts'
import { type CheckContext, until } from './context.ts'
import { durationRow, type Row, row } from './rows.ts'

const note = { method: 'POST', body: { text: 'Ticket 4711' } }
const NOTES = '/v1/alerts/A-1/notes'

/** Privileges are taken away: the token that still carries them is refused, a new one is good for the rest. */
export async function checkChange(context: CheckContext): Promise<readonly Row[]> {
  const administrator = await context.example.userToken('user-ada')
  const siem = await context.token('siem')
  const old = await context.token('ticketing')
  const before = await context.warm('ticketing', NOTES, { ...note, token: old })
  const change = { method: 'PUT', token: administrator, body: { scopes: ['alerts:read'] } }
  const { answer, first, second } = await refusalAfter(context, old, '/v1/alerts', () =>
    context.admin('/clients/ticketing/scopes', change),
  )
  const token = await context.token('ticketing')
  return [
    row('ticketing may write', '201 by ticketing', before.answer),
    row('the token of ticketing is remembered as verified', 'by process 1 and 2', before.rememberedBy),
    row('admin: ticketing may only read', '204', answer),
    durationRow('from the change to the first refusal, process 1', first),
    durationRow('from the change to the first refusal, process 2', second),
    row('ticketing reads, with the old token', '401 invalid_token', await context.both('/v1/alerts', { token: old })),
    row('ticketing reads, with a new token at once', '200 A-1 A-2', await context.both('/v1/alerts', { token })),
    row('ticketing annotates', '403 insufficient_scope', await context.both(NOTES, { ...note, token })),
    row('siem is not affected', '200 F-1 F-2', await context.both('/v1/findings', { token: siem })),
  ]
}

/** An API client is revoked: its token is refused, and it gets no other. */
export async function checkRevocation(context: CheckContext): Promise<readonly Row[]> {
  const administrator = await context.example.userToken('user-ada')
  const token = await context.token('siem')
  const before = await context.warm('siem', '/v1/findings', { token })
  const { answer, first, second } = await refusalAfter(context, token, '/v1/findings', () =>
    context.admin('/clients/siem', { method: 'DELETE', token: administrator }),
  )
  const { status, error } = await context.askToken('siem')
  return [
    row('siem may read', '200 F-1 F-2', before.answer),
    row('the token of siem is remembered as verified', 'by process 1 and 2', before.rememberedBy),
    row('admin: revoke siem', '204', answer),
    durationRow('from the revocation to the first refusal, process 1', first),
    durationRow('from the revocation to the first refusal, process 2', second),
    row('siem reads, with its token', '401 invalid_token', await context.both('/v1/findings', { token })),
    row('siem asks for a new token', '401 invalid_client', `${status} ${error}`),
    row(
      'ticketing is not affected',
      '200 A-1 A-2',
      await context.both('/v1/alerts', { token: await context.token('ticketing') }),
    ),
  ]
}

/** Sends the token without a pause, and sees how long after the administrator's request each process refuses it. */
async function refusalAfter(
  { example }: CheckContext,
  token: string,
  path: string,
  act: () => ReturnType<typeof call>,
): Promise<{ readonly answer: string; readonly first: number | undefined; readonly second: number | undefined }> {
  const start = performance.now()
  const refusal = async (api: string) => {
    const refused = await until(async () => (await call(api + path, { token })).status === 401, 3000)
    return refused ? performance.now() - start : undefined
  }
  const [one, two] = example.apis
  const [{ text }, first, second] = await Promise.all([act(), refusal(one), refusal(two)])
  return { answer: text, first, second }
}
