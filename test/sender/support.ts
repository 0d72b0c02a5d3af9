import { inspect } from 'node:util'
import type { DenialCode, Outcome, ResourceRequest } from '@scopeward/core'
import { createDpopKey, type DpopKey, type ProofInput, type TestAlgorithm, type TokenInput } from '@scopeward/testing'
import { expect, test } from 'vitest'
import { AUDIENCE, HANDLED, type Scope } from '../attacks/apis.ts'
import { answersTo, type Bench, CANARY } from '../attacks/support.ts'
import { type RawRequest, type RawResponse, requestText, valuesOf } from '../support/raw-http.ts'
import { type Wire, type WireOptions, wireFor } from './wire.ts'

/** What clients call every API by. The servers listen elsewhere, on a port of 127.0.0.1. */
export const ORIGIN = AUDIENCE
export const GUARDED = `${ORIGIN}/guarded`

/** For `useBench`: both schemes, with the defaults of everything else. */
export const ACCEPTED = { dpop: 'accepted', publicOrigin: ORIGIN, clockToleranceSeconds: 5 } as const

/** A client with a key, and a token that is bound to it. */
export interface Holder {
  readonly key: DpopKey
  readonly token: string
}

export async function holder(bench: Bench, input?: TokenInput, algorithm?: TestAlgorithm): Promise<Holder> {
  const key = await createDpopKey(algorithm, { clock: bench.clock })
  return { key, token: await boundToken(bench, key, input) }
}

export async function boundToken(bench: Bench, key: DpopKey, input?: TokenInput): Promise<string> {
  const { token } = await bench.honest({ boundTo: key, ...input })
  return token
}

/** What a proof for `GET /guarded` with this token says. */
export function about({ token }: Pick<Holder, 'token'>, input: Partial<ProofInput> = {}): ProofInput {
  return { method: 'GET', url: GUARDED, accessToken: token, ...input }
}

export function proofOf(from: Holder, input?: Partial<ProofInput>): Promise<string> {
  return from.key.proof(about(from, input))
}

export function withProof(token: string, proof: string, path = '/guarded'): RawRequest {
  return { path, headers: [`Authorization: DPoP ${token}`, `DPoP: ${proof}`] }
}

/** The request that `GET /guarded` is at its best, with a proof of its own. */
export async function honestRequest(from: Holder, input?: Partial<ProofInput>): Promise<RawRequest> {
  return withProof(from.token, await proofOf(from, input))
}

/** As `check()` gets it: the header lines are taken apart as Node takes them apart. */
export function resourceRequestOf(request: RawRequest): ResourceRequest {
  const [head = ''] = requestText(request).split('\r\n\r\n', 1)
  const headers = head
    .split('\r\n')
    .slice(1)
    .flatMap(line => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1).trim()]
    })
  const { method = 'GET', path = '/' } = request
  return { method, url: path, headers, socket: { remoteAddress: '127.0.0.1' } }
}

export function checksOf(
  { apis }: Bench,
  request: RawRequest,
  scope: Scope = 'items:read',
): Promise<readonly Outcome[]> {
  return Promise.all(apis.map(({ core }) => core.check(resourceRequestOf(request), scope)))
}

/** Let in everywhere: Express, Fastify and `check()`, under both engines. Each has a replay store of its own. */
export async function expectGranted(bench: Bench, request: RawRequest): Promise<readonly RawResponse[]> {
  const answers = await answersTo(bench, request)
  for (const { status, body } of answers) expect([status, body.includes(HANDLED)]).toEqual([200, true])
  await expectGrantedInProcess(bench, request)
  return answers
}

export interface Expected extends WireOptions {
  readonly code: DenialCode
  /** The check of RFC 9449 section 4.3 that the event names. */
  readonly check?: string | undefined
}

/** Refused everywhere with this code and check, answered with the exact text for it, and no secret of it shown to anybody. */
export async function expectDenied(
  bench: Bench,
  request: RawRequest,
  { code, check, ...wire }: Expected,
): Promise<readonly RawResponse[]> {
  const { events } = bench
  events.clear()
  const answers = await answersTo(bench, request)
  const outcomes = await checksOf(bench, request)
  const expected = wireFor(code, { presented: 'DPoP', ...wire })
  for (const answer of answers) expectWire(answer, expected)
  for (const outcome of outcomes) expect(denialOf(outcome)).toEqual({ code, ...expected })
  expect(events.granted).toEqual([])
  expect(events.denied.map(event => [event.code, event.detail?.check])).toEqual(
    Array(answers.length + outcomes.length).fill([code, check]),
  )
  expectNoSecrets(request, inspect([answers, outcomes, events], { depth: 9, maxStringLength: null }))
  return answers
}

/** Status, challenge and body to the letter, with the headers that every refusal has. */
export function expectWire(answer: RawResponse, expected: Wire): void {
  const { status, body } = answer
  expect({ status, challenge: valuesOf(answer, 'www-authenticate'), body }).toEqual(expected)
  expect(valuesOf(answer, 'cache-control')).toEqual(['no-store'])
  expect(valuesOf(answer, 'content-type')).toEqual(['application/problem+json'])
  expect(valuesOf(answer, 'retry-after')).toEqual(status === 503 ? ['1'] : [])
}

function denialOf(outcome: Outcome): object {
  if (outcome.granted) throw new Error('check() granted it')
  const { code, status, headers, body } = outcome.denial
  const challenge = headers['WWW-Authenticate']
  return { code, status, challenge: challenge === undefined ? [] : [challenge], body }
}

const LONG_ENOUGH_TO_MEAN_SOMETHING = 16

function expectNoSecrets({ headers = [] }: RawRequest, told: string): void {
  expect(told).not.toContain(CANARY)
  const secrets = headers
    .flatMap(line => line.split(/[ .,]/))
    .filter(part => part.length > LONG_ENOUGH_TO_MEAN_SOMETHING)
  for (const secret of secrets) expect(told).not.toContain(secret)
}

/** One attack on `GET /guarded`, made from a client whose honest request was let in a moment ago. */
export type SenderAttack = readonly [
  name: string,
  expected: Expected,
  request: (from: Holder, bench: Bench) => RawRequest | Promise<RawRequest>,
]

/** By `check()` alone, under both engines: for the honest twin of an attack, whose way through HTTP others show. */
export async function expectGrantedInProcess(bench: Bench, request: RawRequest): Promise<void> {
  for (const outcome of await checksOf(bench, request)) expect(outcome).toMatchObject({ granted: true })
}

/** Each first shows that the honest twin of the attack is let in. The clock must stand still meanwhile. */
export function testSenderAttacks(bench: Bench, attacks: readonly SenderAttack[]): void {
  let from: Promise<Holder> | undefined
  test.each(attacks.map(attack => [attack[0], attack] as const))('%s', async (_, [, expected, request]) => {
    from ??= holder(bench)
    await expectGrantedInProcess(bench, await honestRequest(await from))
    await expectDenied(bench, await request(await from, bench), expected)
  })
}
