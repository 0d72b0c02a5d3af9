import type { RedisServer } from '../redis-server.ts'
import { type CheckContext, until } from './context.ts'
import { type Row, row } from './rows.ts'

/** Redis says nothing any more: what was revoked stays so, and nobody relies on old news for longer than configured. */
export async function checkSilence(context: CheckContext, redis: RedisServer): Promise<readonly Row[]> {
  const administrator = (await context.example.userToken('user-ada')) ?? ''
  const leaving = await context.create(administrator, 'Leaving', ['findings:read'])
  const staying = await context.create(administrator, 'Staying', ['findings:read'])
  const tokens = { leaving: await context.token(leaving), staying: await context.token(staying) }
  const read = (name: keyof typeof tokens) => context.both('/v1/findings', { token: tokens[name] })
  const before = await read('leaving')
  redis.freeze()
  const rows = [
    row('an API client reads findings', '200 F-1 F-2', before),
    row('Redis hangs: it reads on', '200 F-1 F-2', await read('leaving')),
    row(
      'admin: revoke it; Redis cannot be told',
      '503',
      (await context.admin(`/clients/${leaving}`, { method: 'DELETE', token: administrator })).text,
    ),
  ]
  await until(async () => (await read('staying')) === '503', 12_000, 100)
  rows.push(row('Redis hangs for over 8 s: any API client', '503', await read('staying')))
  redis.thaw()
  const isBack = async () => (await read('leaving')).startsWith('401') && (await read('staying')).startsWith('200')
  await until(isBack, 3000)
  return [
    ...rows,
    row('Redis is back: what was revoked meanwhile', '401 invalid_token', await read('leaving')),
    row('another API client reads findings', '200 F-1 F-2', await read('staying')),
  ]
}
