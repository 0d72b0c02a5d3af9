import { call } from '../call.ts'
import { PUBLIC_ORIGIN } from '../contract.ts'
import { createDpopKey, type DpopKey } from '../dpop-key.ts'
import type { RedisServer } from '../redis-server.ts'
import { type CheckContext, until } from './context.ts'
import { type Row, row } from './rows.ts'

const ISOLATION = '/v1/devices/laptop-7/isolation'
const REPLAYED = '401 invalid_dpop_proof'

/** An integration with a key, a token bound to it, and the addresses of both processes. */
interface Holder {
  readonly key: DpopKey
  readonly token: string
  readonly one: string
  readonly two: string
}

/** A Redis that has just started vouches for no proof for 15 seconds: it could have forgotten some. */
export async function startHolding(context: CheckContext): Promise<Holder> {
  const key = await createDpopKey()
  const [one, two] = context.example.apis
  const holder = { key, token: await context.token('soar', key), one, two }
  await until(async () => !(await isolateAtBoth(holder)).includes('503'), 20_000, 100)
  return holder
}

/** The route that does damage wants a proof with every call, and every proof once, whichever process it comes to. */
export async function checkPossession(context: CheckContext, holder: Holder): Promise<readonly Row[]> {
  const { key, token, one, two } = holder
  const proof = await newProof(holder)
  const first = await isolate(one, token, proof)
  const raced = await newProof(holder)
  const race = await Promise.all([one, two].map(api => isolate(api, token, raced)))
  const administrator = (await context.example.userToken('user-ada')) ?? ''
  const unbound = await context.token(await context.create(administrator, 'No key', ['devices:isolate']))
  return [
    row('soar isolates a device at process 1', '202 by soar', first),
    row('the same proof at process 2', REPLAYED, await isolate(two, token, proof)),
    row('the same proof at process 1', REPLAYED, await isolate(one, token, proof)),
    row('a new proof at process 2', '202 by soar', await isolate(two, token, await newProof(holder))),
    row('one proof at both at once', `202 by soar, ${REPLAYED}`, race.sort().join(', ')),
    row(
      'a thief: the token with a proof of his own key',
      '401 invalid_token',
      await isolate(two, token, await newProof({ ...holder, key: await createDpopKey() })),
    ),
    row(
      'a proof made for another route',
      REPLAYED,
      await isolate(two, token, await key.proof('POST', `${PUBLIC_ORIGIN}/v1/devices/build-3/isolation`, token)),
    ),
    row(
      'a bearer token with the scope, no proof',
      '401 invalid_token',
      await context.both(ISOLATION, { method: 'POST', token: unbound }),
    ),
    row('soar reads devices, with proofs', '200 laptop-7 build-3', await read(holder, '/v1/devices')),
    row('soar reads findings, with proofs', '403 insufficient_scope', await read(holder, '/v1/findings')),
  ]
}

/** Where nobody can say whether a proof was used, nobody gets in. */
export async function checkOutage(context: CheckContext, holder: Holder, redis: RedisServer): Promise<readonly Row[]> {
  const administrator = (await context.example.userToken('user-ada')) ?? ''
  const revoked = await context.create(administrator, 'Revoked', ['findings:read'])
  const token = await context.token(revoked)
  await context.admin(`/clients/${revoked}`, { method: 'DELETE', token: administrator })
  redis.freeze()
  const silent = await isolateAtBoth(holder)
  redis.thaw()
  await until(async () => (await isolateAtBoth(holder)) === '202 by soar', 3000)
  const back = await isolateAtBoth(holder)
  const ticketing = await context.token('ticketing')
  await redis.restart()
  return [
    row('Redis hangs again: soar isolates a device', '503', silent),
    row('Redis is back again: soar isolates a device', '202 by soar', back),
    row('Redis restarted, empty: soar isolates a device', '503', await isolateAtBoth(holder)),
    row('ticketing reads alerts meanwhile', '200 A-1 A-2', await context.both('/v1/alerts', { token: ticketing })),
    row('what was revoked before it restarted', '401 invalid_token', await context.both('/v1/findings', { token })),
  ]
}

async function isolate(api: string, token: string, proof: string): Promise<string> {
  return (await call(api + ISOLATION, { method: 'POST', token, proof })).text
}

function newProof({ key, token }: Holder): Promise<string> {
  return key.proof('POST', PUBLIC_ORIGIN + ISOLATION, token)
}

async function isolateAtBoth(holder: Holder): Promise<string> {
  const send = async (api: string) => isolate(api, holder.token, await newProof(holder))
  const answers = await Promise.all([send(holder.one), send(holder.two)])
  return [...new Set(answers)].join(' | ')
}

async function read({ key, token, one, two }: Holder, path: string): Promise<string> {
  const send = async (api: string) => {
    const proof = await key.proof('GET', PUBLIC_ORIGIN + path, token)
    return (await call(api + path, { token, proof })).text
  }
  return [...new Set([await send(one), await send(two)])].join(' | ')
}
