import { type Duration, type TestClock, testClock } from '@scopeward/testing'
import { expect } from 'vitest'
import { createRig, type Rig } from '../../outage/support.ts'
import { Answers } from './answers.ts'
import { secondsUntilAccepted } from './recovery.ts'

export interface ClockStep {
  /** As the table names it. */
  readonly name: string
  /** How far the clock of the API steps; that of the issuer, and of everybody else, stays right. */
  readonly step: Duration
  /** Whether the issuer is down from then on. */
  readonly isIssuerDown: boolean
}

export interface ClockRow {
  /** Issued two hours ago for ten days, and remembered. */
  readonly longLived: string
  /** Issued now for five minutes, and remembered. */
  readonly shortLived: string
  /** Issued after the step, for five minutes. */
  readonly fresh: string
  readonly requests: number
  /** After clock and issuer are right again. */
  readonly recoverySeconds: number
}

const SECONDS = 600
const SECONDS_PER_FRESH = 10

export const CLOCK_STEPS: readonly ClockStep[] = [
  { name: 'back by an hour', step: { hours: -1 }, isIssuerDown: false },
  { name: 'back by an hour, and the issuer is down', step: { hours: -1 }, isIssuerDown: true },
  { name: 'forward by a day', step: { days: 1 }, isIssuerDown: false },
  { name: 'forward by a day, and the issuer is down', step: { days: 1 }, isIssuerDown: true },
]

interface SkewedRig {
  readonly rig: Rig
  readonly truth: TestClock
  /** The clock of the API is `by` away from the truth. */
  readonly skew: (by: Duration) => void
}

async function createSkewedRig(): Promise<SkewedRig> {
  const truth = testClock()
  let skewMilliseconds = 0
  const clock = () => truth() + skewMilliseconds
  const rig = await createRig({ issuer: { clock: truth }, api: { clock } })
  const skew = (by: Duration) => {
    const moved = testClock(0)
    moved.advance(by)
    skewMilliseconds = moved()
  }
  return { rig, truth, skew }
}

export async function runClockStep({ step, isIssuerDown }: ClockStep): Promise<ClockRow> {
  const { rig, truth, skew } = await createSkewedRig()
  const fresh = () => rig.token({ expiresInSeconds: 300 })
  const issuedAt = truth() / 1000 - 7200
  const [longLived, shortLived] = [
    await rig.token({ claims: { iat: issuedAt, exp: issuedAt + 864_000 } }),
    await fresh(),
  ]
  for (const token of [longLived, shortLived]) expect(await rig.ask(token)).toBe('granted')
  const fetchesBefore = rig.fetches.length
  if (isIssuerDown) rig.issuer.setFault('down')
  skew(step)
  const answers = { longLived: new Answers(), shortLived: new Answers(), fresh: new Answers() }
  await answers.shortLived.add(rig.ask(shortLived))
  for (let second = 1; second <= SECONDS; second++) {
    truth.advance({ seconds: 1 })
    await answers.longLived.add(rig.ask(longLived))
    if (second % SECONDS_PER_FRESH === 0) await answers.fresh.add(rig.ask(await fresh()))
    await rig.settled()
  }
  const requests = rig.fetches.length - fetchesBefore
  skew({})
  rig.issuer.setFault(undefined)
  const recoverySeconds = await secondsUntilAccepted(await fresh(), rig.ask, truth)
  const { longLived: long, shortLived: short, fresh: after } = answers
  return { longLived: String(long), shortLived: String(short), fresh: String(after), requests, recoverySeconds }
}
