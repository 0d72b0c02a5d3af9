import type { CheckContext } from './context.ts'
import { type Row, row } from './rows.ts'

/** Who may manage API clients, and that these outlive the account of whoever registered them. */
export async function checkAdministration(context: CheckContext): Promise<readonly Row[]> {
  const { userToken } = context.example
  const ada = await userToken('user-ada')
  const grace = (await userToken('user-grace')) ?? ''
  const list = async (token: string | undefined) => (await context.admin('/clients', { token })).text
  const register = async (scopes: readonly string[]) =>
    (await context.admin('/clients', { method: 'POST', token: grace, body: { name: 'Report', scopes } })).text
  const rows = [
    row('admin: list API clients', '200 siem ticketing soar', await list(ada)),
    row('admin: without a token', '401', await list(undefined)),
    row('admin: with the token of an API client', '401 invalid_token', await list(await context.token('siem'))),
    row(
      'admin: a person without the scope',
      '403 insufficient_scope',
      await list(await userToken('user-ada', undefined, 'profile')),
    ),
    row('admin: register with an unknown scope', '400 Send scopes that exist', await register(['findings:write'])),
    row('admin: register', '201 findings:read', await register(['findings:read'])),
  ]
  return [...rows, ...(await checkClosedAccount(context, ada, grace))]
}

async function checkClosedAccount(
  context: CheckContext,
  ada: string | undefined,
  grace: string,
): Promise<readonly Row[]> {
  const dashboard = await context.create(grace, 'Dashboard', ['findings:read'])
  const token = await context.token(dashboard)
  const close = await context.admin('/users/user-grace', { method: 'DELETE', token: ada })
  return [
    row("an administrator's account is closed", '204', close.text),
    row('her token at the admin API', '401 invalid_token', (await context.admin('/clients', { token: grace })).text),
    row('what she registered reads findings', '200 F-1 F-2', await context.both('/v1/findings', { token })),
    row(
      'and gets new tokens',
      '200 F-1 F-2',
      await context.both('/v1/findings', { token: await context.token(dashboard) }),
    ),
  ]
}
