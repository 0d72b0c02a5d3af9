import { ConfigurationError } from '@scopeward/core'
import { createClient } from 'redis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRevocationList, type RedisRevocationList } from '../src/index.ts'
import { listAt, readyList } from './support/lists.ts'
import { type RedisServer, startRedis } from './support/redis-server.ts'
import { tokenOf } from './support/tokens.ts'
import { until } from './support/until.ts'

let redis: RedisServer
let here: RedisRevocationList
let there: RedisRevocationList

beforeAll(async () => {
  redis = await startRedis()
  await redis.hasBeenInUse()
  ;[here, there] = await Promise.all([readyList(redis), readyList(redis)])
})

afterAll(async () => {
  await Promise.all([here?.close(), there?.close()])
  await redis?.stop()
})

test.each([
  [{ tokenId: 'stolen' }, tokenOf({ jti: 'stolen' }), tokenOf({ jti: 'other' })],
  [{ clientId: 'revoked-client' }, tokenOf({ clientId: 'revoked-client' }), tokenOf({ clientId: 'other' })],
  [{ subject: 'revoked-subject' }, tokenOf({ subject: 'revoked-subject' }), tokenOf({ subject: 'other' })],
  [
    { clientId: 'a', issuer: 'https://one.example' },
    tokenOf({ clientId: 'a', issuer: 'https://one.example' }),
    tokenOf({ clientId: 'a' }),
  ],
  [{ issuedBefore: new Date(Date.now() - 60_000) }, tokenOf({ iat: Date.now() / 1000 - 120 }), tokenOf()],
  [{ tokenId: 'odd "name" {} \u2028 \ud800' }, tokenOf({ jti: 'odd "name" {} \u2028 \ud800' }), tokenOf({ jti: '' })],
])('a revocation of %o holds in every process, and for nothing else', async (revocation, revoked, other) => {
  expect(there.verdictOn(revoked)).toBe('not_revoked')
  await here.revoke(revocation)
  expect(here.verdictOn(revoked)).toBe('revoked')
  await until(() => there.verdictOn(revoked) === 'revoked', 'it has arrived', 1000)
  expect(here.verdictOn(other)).toBe('not_revoked')
  expect(there.verdictOn(other)).toBe('not_revoked')
})

test('a process that starts later knows what was revoked before, thousands of them included', async () => {
  await Promise.all(Array.from({ length: 1700 }, (_, n) => here.revoke({ tokenId: `many-${n}` })))
  const late = listAt(redis)
  expect(late.verdictOn(tokenOf({ jti: 'never-revoked' }))).toBe('unknown')
  expect(late.ageSeconds).toBe(Number.POSITIVE_INFINITY)
  await late.ready()
  for (let n = 0; n < 1700; n++) expect(late.verdictOn(tokenOf({ jti: `many-${n}` }))).toBe('revoked')
  expect(late.verdictOn(tokenOf({ jti: 'never-revoked' }))).toBe('not_revoked')
  expect(late.ageSeconds).toBeLessThan(1)
  await late.close()
})

test('a revocation that reaches further takes the place of one that reaches less far, and never the other way round', async () => {
  const now = Math.floor(Date.now() / 1000)
  const revoke = (list: RedisRevocationList, seconds: number) =>
    list.revoke({ clientId: 'twice', issuedBefore: new Date((now + seconds) * 1000) })
  await revoke(here, 10)
  await revoke(here, 30)
  await revoke(there, 20)
  await here.revoke({ subject: 'twice', issuedBefore: new Date((now - 10) * 1000) })
  await there.revoke({ subject: 'twice', issuedBefore: new Date((now - 20) * 1000) }) // kept for longer, all the same
  const late = await readyList(redis)
  expect(late.verdictOn(tokenOf({ subject: 'twice', iat: now - 15 }))).toBe('revoked')
  expect(late.verdictOn(tokenOf({ clientId: 'twice', iat: now + 29 }))).toBe('revoked')
  expect(late.verdictOn(tokenOf({ clientId: 'twice', iat: now + 31 }))).toBe('not_revoked')
  await late.close()
})

test('an entry is a key that expires a minute after no token that it is about is accepted any more', async () => {
  await here.revoke({ tokenId: 'kept' })
  const key = 'scopeward:{revocations}:entry:["token","kept"]'
  const left = Number(await redis.command('PTTL', key))
  expect(left / 1000).toBeGreaterThan(2_592_000 + 600 + 50)
  expect(left / 1000).toBeLessThanOrEqual(2_592_000 + 600 + 60)
  expect(Number(await redis.command('PTTL', 'scopeward:{revocations}:index'))).toBeGreaterThan(left - 1000)
})

test('what no message announced is found within a second', async () => {
  const [state, name] = ['scopeward:{revocations}', '["token","unannounced"]']
  await redis.command('SET', `${state}:entry:${name}`, `${Number.MAX_SAFE_INTEGER} ${Date.now() + 60_000}`)
  await redis.command('ZADD', `${state}:index`, Number(await redis.command('HINCRBY', state, 'sequence', 1)), name)
  await until(() => here.verdictOn(tokenOf({ jti: 'unannounced' })) === 'revoked', 'it has asked', 1000)
})

test('revoke() says what is wrong with a revocation, and sends nothing', async () => {
  await expect(here.revoke({})).rejects.toThrow(ConfigurationError)
  await expect(here.revoke({ clientId: 'a', tokenId: 'b' })).rejects.toThrow('takes one of')
})

test('a list without room revokes nothing more and drops nothing, until an entry has expired', async () => {
  let ahead = 0
  const options = { keyPrefix: 'small', maxEntries: 3, retainSeconds: 60, clock: () => Date.now() + ahead }
  await redis.hasBeenInUse('small')
  const [small, other] = await Promise.all([readyList(redis, options), readyList(redis, options)])
  const short = { expiresAt: Date.now() / 1000 + 30 }
  for (const tokenId of ['1', '2', '3']) await small.revoke({ tokenId })
  await expect(other.revoke({ tokenId: '4' })).rejects.toThrow(RangeError)
  await expect(small.revoke({ tokenId: '4' })).rejects.toThrow('3 revocations already, as many as "maxEntries" allows')
  expect(small.verdictOn(tokenOf({ jti: '4', ...short }))).toBe('not_revoked')
  for (const jti of ['1', '2', '3']) expect(small.verdictOn(tokenOf({ jti, ...short }))).toBe('revoked')
  ahead = 661_000
  await redis.command('DEL', 'small:{revocations}:entry:["token","2"]') // as if it had expired there
  await small.revoke({ tokenId: '4' })
  expect(small.verdictOn(tokenOf({ jti: '4', expiresAt: Date.now() / 1000 + 690, iat: Date.now() / 1000 + 661 }))).toBe(
    'revoked',
  )
  await Promise.all([small.close(), other.close()])
})

test('a revocation that Redis took and this process has no room for holds elsewhere, and here nothing is let in', async () => {
  await redis.hasBeenInUse('narrow')
  const narrow = await readyList(redis, { keyPrefix: 'narrow', maxEntries: 1 })
  const wide = await readyList(redis, { keyPrefix: 'narrow' })
  await narrow.revoke({ tokenId: 'first' })
  await redis.command('DEL', 'narrow:{revocations}:entry:["token","first"]') // as if it had expired there
  await narrow.revoke({ tokenId: 'second' })
  expect(narrow.verdictOn(tokenOf({ jti: 'second' }))).toBe('unknown')
  await until(() => wide.verdictOn(tokenOf({ jti: 'second' })) === 'revoked', 'it has arrived', 1000)
  await Promise.all([narrow.close(), wide.close()])
})

test('a view that cannot hold what is revoked does not know', async () => {
  await redis.hasBeenInUse('uneven')
  const big = await readyList(redis, { keyPrefix: 'uneven' })
  const small = await readyList(redis, { keyPrefix: 'uneven', maxEntries: 1 })
  await big.revoke({ tokenId: 'first' })
  await big.revoke({ tokenId: 'second' })
  await until(() => small.verdictOn(tokenOf({ jti: 'third' })) === 'unknown', 'it is full')
  expect(small.verdictOn(tokenOf({ jti: 'first' }))).toBe('revoked')
  expect(small.problem).toContain('as many as "maxEntries" allows')
  await Promise.all([big.close(), small.close()])
})

test.each([
  [{ maxAge: 5 }, 'createRevocationList() has no option "maxAge".'],
  [{ maxAgeSeconds: 1 }, 'Option "maxAgeSeconds" must be a number from 2 to 3600 (default 30), not 1.'],
  [{ retainSeconds: 1 }, 'Option "retainSeconds" must be a number from 60'],
  [{ keyPrefix: '{' }, 'Option "keyPrefix" must be a non-empty string without { and }'],
])('refuses the options %o', (options, message) => {
  expect(() => createRevocationList(createClient(), options as never)).toThrow(message)
})
