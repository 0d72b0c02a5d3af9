import { expect } from 'vitest'
import { newProof } from '../../../packages/redis/test/support/proofs.ts'
import { until } from '../../../packages/redis/test/support/until.ts'
import { Answers, textOf } from './answers.ts'
import { usedHeap } from './heap.ts'
import { createRedisRig, type Headers, REDIS_TIMEOUT_SECONDS, type RedisRig } from './redis-rig.ts'

export interface RedisFault {
  /** As the table names it. */
  readonly name: string
  readonly begin: (rig: RedisRig) => void | Promise<void>
  readonly end: (rig: RedisRig) => void | Promise<void>
  /** Whether it comes back without data: then it takes time until it can be believed. */
  readonly losesMemory?: true
  /** Whether it is over before the views of the revocations are too old. */
  readonly isShort?: true
}

export interface RedisRow {
  readonly proof: string
  /** A proof that was accepted before, once more. */
  readonly usedProof: string
  /** Bearer tokens: one that is fine, now and after half a minute, and one that was revoked before. */
  readonly bearer: string
  readonly revoked: string
  /** What `revoke()` does, and what the token gets in this process. */
  readonly revoke: string
  readonly heapGrowthBytes: number
  /** When a new proof is accepted again, and what the proof that was accepted before gets then. */
  readonly recovery: string
  readonly usedProofAfterwards: string
}

/** Where the revocations are in Redis. */
const REVOCATIONS = 'scopeward:{revocations}'

const PROOFS = 1000

/** How long a view of the revocations may be old by default. */
const MAX_AGE_SECONDS = 30

/** What requests carry; the API lets all of them in before the fault. */
interface Sent {
  readonly used: Headers
  readonly honest: Headers
  readonly revoked: Headers
  readonly later: Headers
}

export async function runRedisFault(fault: RedisFault): Promise<RedisRow> {
  const rig = await createRedisRig()
  const sent = await prepare(rig)
  const heapBefore = await usedHeap()
  await fault.begin(rig)
  const during = await observe(rig, sent, fault)
  await fault.end(rig)
  const recovery = await (fault.losesMemory ? recoverMemory(rig, sent, fault) : recoverAtOnce(rig))
  await until(async () => (await rig.ask(sent.honest)) === 'granted', 'bearer tokens are accepted')
  await until(() => rig.revocation.problem === undefined, 'revocations are well')
  const told = async () => Number(await rig.redis.command('EXISTS', `${REVOCATIONS}:entry:["client","late"]`)) === 1
  await until(told, 'Redis has been told what was revoked meanwhile')
  const heapGrowthBytes = (await usedHeap()) - heapBefore
  return { ...during, heapGrowthBytes, recovery, usedProofAfterwards: await usedAfterwards(rig, sent, fault) }
}

/** A Redis that kept its memory says so sooner or later: after five silent seconds the connection is replaced once more. */
async function usedAfterwards({ ask }: RedisRig, { used }: Sent, { losesMemory }: RedisFault): Promise<string> {
  let text = ''
  const isTold = async () => {
    text = textOf(await ask(used))
    return losesMemory === true || !text.startsWith('503')
  }
  await until(isTold, 'Redis tells of the used proof')
  return text
}

async function prepare({ ask, prove, bearer, revocation }: RedisRig): Promise<Sent> {
  const [honest, revoked, later] = await Promise.all(['ci', 'thief', 'late'].map(bearer))
  const sent = { used: await prove(), honest, revoked, later } as Sent
  for (const headers of Object.values(sent)) expect(await ask(headers)).toBe('granted')
  await revocation.revoke({ clientId: 'thief' })
  return sent
}

type During = Omit<RedisRow, 'heapGrowthBytes' | 'recovery' | 'usedProofAfterwards'>

async function observe(rig: RedisRig, sent: Sent, { isShort }: RedisFault): Promise<During> {
  const { ask, prove, revocation } = rig
  const [proof, bearer, revoked] = [new Answers(), new Answers(), new Answers()]
  for (let n = 0; n < 2; n++) await proof.add(await timely(rig, await prove()))
  const usedProof = textOf(await timely(rig, sent.used))
  const revoke = `${await outcomeOf(revocation.revoke({ clientId: 'late' }))}; ${textOf(await ask(sent.later))}`
  await flood(rig)
  for (const isLater of isShort ? [false] : [false, true]) {
    if (isLater) await passMaxAge(rig)
    await bearer.add(ask(sent.honest))
    await revoked.add(ask(sent.revoked))
  }
  return { proof: String(proof), usedProof, bearer: String(bearer), revoked: String(revoked), revoke }
}

/** No request waits for much longer than Redis may take. */
async function timely({ ask }: RedisRig, headers: Headers) {
  const begun = performance.now()
  const verdict = await ask(headers)
  expect(performance.now() - begun).toBeLessThan(REDIS_TIMEOUT_SECONDS * 1000 + 1000)
  return verdict
}

function outcomeOf(revoked: Promise<void>): Promise<string> {
  return revoked.then(
    () => 'resolves',
    (error: Error) => `rejects with \`${error.name}\``,
  )
}

/** Proofs all at once. */
async function flood({ replayStore, clock }: RedisRig): Promise<void> {
  await Promise.allSettled(Array.from({ length: PROOFS }, () => replayStore.remember(newProof(clock()))))
}

/** The view becomes as old as Redis makes it: where Redis still answers, it asks again at the next beat. */
async function passMaxAge(rig: RedisRig): Promise<void> {
  const { revocation, advance } = rig
  advance(MAX_AGE_SECONDS + 1)
  const begun = performance.now()
  const isSettled = () => revocation.ageSeconds < MAX_AGE_SECONDS || performance.now() - begun > 1500
  await until(isSettled, 'the view was looked after')
}

async function recoverAtOnce({ ask, prove }: RedisRig): Promise<string> {
  await until(async () => (await ask(await prove())) === 'granted', 'proofs are accepted')
  return 'at once'
}

/** Proofs may be dated ahead by 10 seconds, and clocks differ by 5; other processes get 5 to give back what they know. */
async function recoverMemory(rig: RedisRig, { honest }: Sent, { isShort }: RedisFault): Promise<string> {
  const { redis, revocation, advance, ask, prove } = rig
  const pass = async (seconds: number) => {
    advance(seconds)
    await redis.timePasses(seconds * 1000)
    await redis.command('HINCRBY', REVOCATIONS, 'since', -seconds * 1000)
  }
  await bothHaveAsked(rig)
  // A machine that was busy for five seconds finds them over.
  const isBelieved = isShort || revocation.problem === undefined
  expect(textOf(await ask(honest)), 'a bearer token').toBe(isBelieved ? '200' : '503 `revocation_unavailable`')
  await pass(6)
  await until(() => revocation.problem === undefined, 'revocations are well')
  await pass(4)
  expect(await ask(await prove()), 'after ten seconds').toMatchObject({ code: 'replay_store_unavailable' })
  await pass(7)
  expect(await ask(await prove()), 'after seventeen seconds').toBe('granted')
  return 'after 15 s'
}

/** Each has a connection of its own, and has found a Redis without memory. */
export async function bothHaveAsked({ replayStore, revocation }: RedisRig): Promise<void> {
  await until(() => replayStore.problem?.includes('remembers proofs since') === true, 'it has asked for proofs')
  const isBack = () => revocation.problem === undefined || revocation.problem.includes('has lost its memory')
  await until(isBack, 'it has asked for revocations')
}
