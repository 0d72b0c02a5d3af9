import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { createTestIssuer } from '@scopeward/testing'
import { expect, onTestFinished } from 'vitest'
import { createRig, type Rig } from '../../outage/support.ts'
import { Answers } from './answers.ts'
import { secondsUntilAccepted } from './recovery.ts'

export interface Stall {
  /** As the table names it. */
  readonly name: string
  readonly stallMilliseconds: number
  readonly fetchTimeoutSeconds: number
  /** Whether the API has keys already; else it fetches its first ones. */
  readonly hasKeys: boolean
}

export interface StallRow {
  /** Remembered; where there are no keys yet, there is none. */
  readonly remembered: string
  /** A hundred that were asked when the loop stopped. */
  readonly waiting: string
  readonly requests: number
  readonly recoverySeconds: number
}

export const STALLS: readonly Stall[] = [
  { name: '2 s, while the first keys are fetched', stallMilliseconds: 2000, fetchTimeoutSeconds: 5, hasKeys: false },
  {
    name: 'longer than `fetchTimeoutSeconds`, while the first keys are fetched',
    stallMilliseconds: 1200,
    fetchTimeoutSeconds: 1,
    hasKeys: false,
  },
  {
    name: 'longer than `fetchTimeoutSeconds`, while keys are refreshed',
    stallMilliseconds: 1200,
    fetchTimeoutSeconds: 1,
    hasKeys: true,
  },
]

const TOKENS = 100

/** The answer arrives while the loop stands still. */
const ANSWERS_AFTER_MILLISECONDS = 50

/** Freshness is ten minutes. */
const DUE_AFTER_SECONDS = 480

export async function runStall({ stallMilliseconds, fetchTimeoutSeconds, hasKeys }: Stall): Promise<StallRow> {
  const { rig, asked } = await createThreadedRig(fetchTimeoutSeconds)
  const remembered = await rig.token()
  if (hasKeys) {
    expect(await rig.ask(remembered)).toBe('granted')
    rig.clock.advance({ seconds: DUE_AFTER_SECONDS })
  }
  const tokens = await Promise.all(Array.from({ length: TOKENS }, () => rig.token()))
  const fetchesBefore = rig.fetches.length
  const arrived = asked()
  const answers = { remembered: new Answers(), waiting: new Answers() }
  const verdicts = tokens.map(rig.ask)
  await arrived
  if (hasKeys) await answers.remembered.add(rig.ask(remembered))
  standStill(stallMilliseconds)
  for (const verdict of verdicts) await answers.waiting.add(verdict)
  await rig.settled()
  const requests = rig.fetches.length - fetchesBefore
  const recoverySeconds = await secondsUntilAccepted(await rig.token(), rig.ask, rig.clock)
  return { remembered: String(answers.remembered), waiting: String(answers.waiting), requests, recoverySeconds }
}

/** An API whose keys come from another thread. */
async function createThreadedRig(fetchTimeoutSeconds: number): Promise<{ rig: Rig; asked: () => Promise<unknown> }> {
  const issuer = await createTestIssuer({ algorithm: 'ES256' })
  await issuer.stop()
  const workerData = { keys: [issuer.signingKey.publicJwk], answersAfterMilliseconds: ANSWERS_AFTER_MILLISECONDS }
  const server = new Worker(new URL('key-server.mjs', import.meta.url), { workerData })
  onTestFinished(async () => void (await server.terminate()))
  const [port] = await once(server, 'message')
  const rig = await createRig({ api: { jwksUri: `http://127.0.0.1:${port}/jwks`, fetchTimeoutSeconds } })
  const token: Rig['token'] = input => rig.token({ ...input, key: issuer.signingKey })
  return { rig: { ...rig, token }, asked: () => once(server, 'message') }
}

/** Nothing runs in this thread meanwhile, and it costs no processor time. */
function standStill(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}
