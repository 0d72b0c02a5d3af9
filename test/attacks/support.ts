import { inspect } from 'node:util'
import type { DenialCode, Outcome } from '@scopeward/core'
import {
  createTestIssuer,
  type TestAlgorithm,
  type TestClock,
  type TestIssuer,
  type TokenInput,
  testClock,
} from '@scopeward/testing'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type EventLog, recordEvents } from '../support/events.ts'
import { type RawRequest, type RawResponse, send, valuesOf } from '../support/raw-http.ts'
import { refusalFor } from '../support/refusals.ts'
import { type Api, AUDIENCE, HANDLED, type Options, SCOPES, type Scope, startApi } from './apis.ts'
import { type Honest, honestToken, withClaims } from './mint.ts'

/** A claim of every honest token; nobody may ever see it again. */
export const CANARY = 'canary-7f3a9c'

export interface Bench {
  readonly issuer: TestIssuer
  readonly clock: TestClock
  /** One with each signature engine. */
  readonly apis: readonly Api[]
  readonly events: EventLog
  honest(input?: TokenInput): Promise<Honest>
}

type MoreOptions = Partial<Options> | ((issuer: TestIssuer) => Promise<Partial<Options>>)

/**
 * Starts one issuer and the APIs for the file, and watches the process: whatever is attacked, no error may go unhandled.
 * The first key is `key-1`. No clock tolerance, so that times are exact; the clock stands still.
 */
export function useBench(algorithms: readonly TestAlgorithm[] = ['ES256'], options: MoreOptions = {}): Bench {
  const clock = testClock()
  const bench = { clock } as { -readonly [Member in keyof Bench]: Bench[Member] }
  const unhandled: unknown[] = []
  const onUnhandled = (reason: unknown): void => void unhandled.push(reason)

  beforeAll(async () => {
    process.on('unhandledRejection', onUnhandled).on('uncaughtException', onUnhandled)
    bench.issuer = await createTestIssuer({ algorithm: algorithms[0] as TestAlgorithm, clock })
    for (const algorithm of algorithms.slice(1)) await bench.issuer.rotateKeys({ algorithm })
    bench.apis = await startApis(bench.issuer, typeof options === 'function' ? await options(bench.issuer) : options)
    bench.events = recordEvents()
    bench.honest = input =>
      honestToken(bench.issuer, {
        key: 'key-1',
        scope: 'items:read',
        ...input,
        claims: { canary: CANARY, ...input?.claims },
      })
  })

  afterAll(async () => {
    bench.events.stop()
    await Promise.all(bench.apis.map(api => api.close()))
    await bench.issuer.stop()
    process.off('unhandledRejection', onUnhandled).off('uncaughtException', onUnhandled)
    expect(unhandled).toEqual([])
  })
  return bench
}

/** With each engine. */
async function startApis(issuer: TestIssuer, options: Partial<Options>): Promise<readonly Api[]> {
  const all = { ...issuer.options, audience: AUDIENCE, scopes: SCOPES, clockToleranceSeconds: 0, ...options }
  return Promise.all([startApi(all, 'node'), startApi(all, 'jose')])
}

/** The same bench with APIs that have just started, and know nothing of any issuer yet. Closed when the test ends. */
export async function restarted(bench: Bench, options: Partial<Options> = {}): Promise<Bench> {
  const apis = await startApis(bench.issuer, options)
  onTestFinished(async () => {
    await Promise.all(apis.map(api => api.close()))
  })
  return { ...bench, apis }
}

/** The issuer's keys in the options, for APIs that shall not ask it for them. */
export function ownKeys({ keys }: TestIssuer): Pick<Options, 'jwks'> {
  return { jwks: { keys: keys.map(({ publicJwk }) => publicJwk) } }
}

export function bearer(token: string): RawRequest {
  return { path: '/guarded', headers: [`Authorization: Bearer ${token}`] }
}

/** The answer of every framework under every engine to one request. */
export async function answersTo({ apis }: Bench, request: RawRequest): Promise<readonly RawResponse[]> {
  return Promise.all(apis.flatMap(({ ports }) => [send(ports.express, request), send(ports.fastify, request)]))
}

/** The outcome of `check()` under every engine. */
export function checksOf(
  { apis }: Pick<Bench, 'apis'>,
  token: string,
  scope: Scope = 'items:read',
): Promise<readonly Outcome[]> {
  const request = { method: 'GET', url: '/guarded', headers: ['Authorization', `Bearer ${token}`] }
  return Promise.all(apis.map(({ core }) => core.check(request, scope)))
}

/** Refused by `check()` under every engine; for what `verify()` lets in, or what is answered by HTTP apart. */
export async function expectCheckRefused(
  bench: Pick<Bench, 'apis'>,
  token: string,
  code: DenialCode,
  scope?: Scope,
): Promise<void> {
  for (const outcome of await checksOf(bench, token, scope)) {
    expect(outcome).toMatchObject({ granted: false, denial: { code } })
  }
}

/** Accepted everywhere: Express, Fastify, `check()` and `verify()`, under both engines. */
export async function expectAccepted(bench: Bench, token: string): Promise<void> {
  for (const { status, body } of await answersTo(bench, bearer(token))) {
    expect([status, body.includes(HANDLED)]).toEqual([200, true])
  }
  for (const outcome of await checksOf(bench, token)) expect(outcome.granted).toBe(true)
  for (const { core } of bench.apis) expect((await core.verify(token)).claims.canary).toBe(CANARY)
  expectNothingOf(token, JSON.stringify(bench.events))
}

/** Refused everywhere with this code, answered with the exact text for it, and nothing of the token shown to anybody. */
export async function expectRefused(bench: Bench, token: string, code: DenialCode, verifyCode = code): Promise<void> {
  const { events } = bench
  events.clear()
  const expected = refusalFor(code, 'items:read')
  const answers = await answersTo(bench, bearer(token))
  for (const answer of answers) {
    expect({
      status: answer.status,
      challenge: valuesOf(answer, 'www-authenticate'),
      body: answer.body,
    }).toEqual(expected)
  }
  const outcomes = await checksOf(bench, token)
  for (const outcome of outcomes) {
    if (outcome.granted) throw new Error('check() granted it')
    expect(outcome.denial.headers['WWW-Authenticate']).toBe(expected.challenge[0])
    expect(outcome.denial.code).toBe(code)
  }
  expect(events.denied.map(event => event.code)).toEqual(Array(6).fill(code))
  const errors = await rejectionsOf(bench, token)
  expect(errors.map(error => (error as { code?: unknown }).code)).toEqual([verifyCode, verifyCode])
  const told = inspect([answers.map(answer => answer.raw), outcomes, events, errors], {
    depth: 9,
    maxStringLength: null,
  })
  expectNothingOf(token, told)
}

/** For what no header can carry: refused by `check()` and `verify()` under both engines, and nothing of it shown. */
export async function expectRefusedInProcess(
  bench: Bench,
  token: string,
  code: DenialCode,
  verifyCode = code,
): Promise<void> {
  bench.events.clear()
  const outcomes = await checksOf(bench, token)
  for (const outcome of outcomes) expect(outcome).toMatchObject({ granted: false, denial: { code } })
  const errors = await rejectionsOf(bench, token)
  expect(errors.map(error => (error as { code?: unknown }).code)).toEqual([verifyCode, verifyCode])
  expectNothingOf(token, inspect([outcomes, bench.events, errors], { depth: 9, maxStringLength: null }))
}

/** What `verify()` throws, under each engine; it has no header grammar before it. */
async function rejectionsOf({ apis }: Bench, token: string): Promise<readonly unknown[]> {
  return Promise.all(
    apis.map(({ core }) =>
      core.verify(token).then(
        () => 'accepted',
        error => error,
      ),
    ),
  )
}

/** B16: no part of a token that is long enough to mean something, and nothing that only the token holds. */
export function expectNothingOf(token: string, told: string): void {
  expect(told).not.toContain(CANARY)
  for (const part of token.split('.')) {
    if (part.length >= 16) expect(told).not.toContain(part)
  }
}

/**
 * Name, which begins with the attack's id; the code; how the token is made from an honest one that was just accepted; and
 * the code of `verify()`, where the grammar of the header is what refuses it elsewhere.
 */
export type Attack = readonly [
  name: string,
  code: DenialCode,
  forge: (honest: Honest, bench: Bench) => string | Promise<string>,
  verifyCode?: DenialCode,
]

export function testAttacks(bench: Bench, attacks: readonly Attack[], input?: TokenInput): void {
  test.each(attacks.map(attack => [attack[0], attack] as const))('%s', async (_, [, code, forge, verifyCode]) => {
    const honest = await bench.honest(input)
    await expectAccepted(bench, honest.token)
    await expectRefused(bench, await forge(honest, bench), code, verifyCode)
  })
}

/** One claim with each of these values, all refused with the same code. */
export function eachValue(id: string, name: string, code: DenialCode, values: readonly unknown[]): readonly Attack[] {
  return values.map(value => [
    `${id} ${name} ${JSON.stringify(value).slice(0, 60)}`,
    code,
    withClaims({ [name]: value }),
  ])
}

/** Forms that look odd and are right all the same. */
export function testAccepted(bench: Bench, forms: readonly (readonly [string, (honest: Honest) => string])[]): void {
  test.each(forms)('%s', async (_, form) => expectAccepted(bench, form(await bench.honest())))
}
