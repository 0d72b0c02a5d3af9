import { markdownTable } from '../../perf/src/report/table.ts'
import type { ClockRow, ClockStep } from './clock-experiment.ts'
import type { Freshness, FreshnessRow } from './freshness-experiment.ts'
import type { IssuerFault, IssuerRow } from './issuer-experiment.ts'
import {
  CLOCK_NOTES,
  INTRODUCTION,
  ISSUER_NOTES,
  REDIS_AFTERWARDS,
  REDIS_NOTES,
  STALL_NOTES,
  WATCH,
} from './page-texts.ts'
import type { RedisFault, RedisRow } from './redis-experiment.ts'
import type { Stall, StallRow } from './stall-experiment.ts'
import { SECONDS, SECONDS_PER_KNOWN, TRAFFIC } from './traffic.ts'

/** What was measured, in the order of the tables. */
export interface Results {
  readonly issuer: (readonly [IssuerFault, IssuerRow])[]
  readonly freshness: (readonly [Freshness, FreshnessRow])[]
  readonly clock: (readonly [ClockStep, ClockRow])[]
  readonly stalls: (readonly [Stall, StallRow])[]
  readonly redis: (readonly [RedisFault, RedisRow])[]
}

/** What may stay in memory after a fault. */
export const MAX_HEAP_GROWTH_BYTES: number = 1024 * 1024

const HEAP = '< 1 MB'

const KIBIBYTES = [4, 256, 576] as const

/** docs/reliability.md, as measured: a row holds only what is the same in every run. */
export function renderPage(results: Results): string {
  return [
    INTRODUCTION,
    '## The issuer',
    trafficText(),
    issuerTable(results.issuer),
    ISSUER_NOTES,
    freshnessTable(results.freshness),
    '## Clock and process',
    CLOCK_NOTES,
    clockTable(results.clock),
    STALL_NOTES,
    stallTable(results.stalls),
    '## Redis',
    REDIS_NOTES,
    redisTable(results.redis),
    REDIS_AFTERWARDS,
    WATCH,
    eventTable(results.issuer),
  ]
    .join('\n\n')
    .concat('\n')
}

function trafficText(): string {
  const known = SECONDS / SECONDS_PER_KNOWN
  const { rememberedPerSecond, unknownPerSecond } = TRAFFIC
  return `For ${SECONDS / 60} minutes, ${rememberedPerSecond} requests a second come with a token that was verified before the fault, ${unknownPerSecond} with tokens whose \`kid\` nobody published, and ${known} in all with new tokens under a known key. "Requests" are what the API sends to the issuer in that time. It recovers when a token is accepted whose key it could not have known of; the fault ends at the worst moment, just after a fetch.`
}

function issuerTable(rows: Results['issuer']): string {
  const head = [
    'the key server',
    'remembered token',
    'new token, known key',
    'unknown key',
    'a process that starts',
    'requests',
    'heap',
    'read of an answer',
    'recovers after',
  ]
  return markdownTable(
    head,
    rows.map(([{ name }, row]) => [
      name,
      row.remembered,
      row.known,
      row.unknown,
      row.starting,
      String(row.requests),
      HEAP,
      `≤ ${KIBIBYTES.find(bound => row.mostBytesOfAnAnswer <= bound * 1024) ?? 'too many'} KiB`,
      seconds(row.recoverySeconds),
    ]),
  )
}

function freshnessTable(rows: Results['freshness']): string {
  return markdownTable(
    ['`Cache-Control` of the key set', 'fresh for', 'requests in ten minutes', 'a withdrawn key counts for at most'],
    rows.map(([{ cacheControl }, row]) => [
      cacheControl,
      seconds(row.freshSeconds),
      String(row.requestsInTenMinutes),
      seconds(row.withdrawnAfterSeconds),
    ]),
  )
}

function clockTable(rows: Results['clock']): string {
  return markdownTable(
    [
      'the clock steps',
      'remembered, long-lived',
      'remembered',
      'issued afterwards',
      'requests',
      'once it is right again',
    ],
    rows.map(([{ name }, row]) => [
      name,
      row.longLived,
      row.shortLived,
      row.fresh,
      String(row.requests),
      seconds(row.recoverySeconds),
    ]),
  )
}

function stallTable(rows: Results['stalls']): string {
  return markdownTable(
    ['for', 'remembered token', 'a hundred new tokens that wait', 'requests', 'recovers after'],
    rows.map(([{ name, hasKeys }, row]) => [
      name,
      hasKeys ? row.remembered : 'none yet',
      row.waiting,
      String(row.requests),
      seconds(row.recoverySeconds),
    ]),
  )
}

function redisTable(rows: Results['redis']): string {
  return markdownTable(
    [
      'Redis',
      'new proof',
      'used proof',
      'bearer token',
      'revoked token',
      '`revoke()`; its token here',
      'heap',
      'new proofs, afterwards',
      'used proof, afterwards',
    ],
    rows.map(([{ name }, row]) => [
      name,
      row.proof,
      row.usedProof,
      row.bearer,
      row.revoked,
      row.revoke,
      HEAP,
      row.recovery,
      row.usedProofAfterwards,
    ]),
  )
}

function eventTable(rows: Results['issuer']): string {
  const byEvent = new Map<string, string[]>()
  for (const [{ name }, { event }] of rows) byEvent.set(event, [...(byEvent.get(event) ?? []), name])
  return markdownTable(
    ['event', 'the key server'],
    [...byEvent].map(([event, names]) => [event, names.join('; ')]),
  )
}

function seconds(count: number): string {
  return count === 0 ? 'at once' : `${count.toLocaleString('en')} s`
}
