import type { KeySetEvent } from '@scopeward/core'
import type { TokenInput } from '@scopeward/testing'
import { expect, onTestFinished } from 'vitest'
import { AUDIENCE, createRig, type Rig, type RigOptions, SCOPE } from '../../outage/support.ts'
import { openDoors } from '../../support/doors.ts'
import { recordEvents } from '../../support/events.ts'
import { countingFetch } from './counting-fetch.ts'
import { usedHeap } from './heap.ts'
import { LONGEST_PAUSE_SECONDS, secondsUntilAccepted } from './recovery.ts'
import { type Load, SECONDS, Traffic } from './traffic.ts'

/** The API under test and its issuer, before the fault. */
export interface World {
  readonly rig: Rig
  /** As its tokens name it. */
  readonly issuer: string
  /** A token of the issuer that this API trusts. */
  readonly token: (input?: TokenInput) => Promise<string>
  /** A key that the issuer begins to sign with; what its tokens get shows when the API has heard of it. */
  readonly rotate: () => Promise<void>
}

export interface IssuerFault {
  /** As the table names it. */
  readonly name: string
  readonly begin: (world: World) => void | Promise<void>
  readonly end: (world: World) => void | Promise<void>
  /** Default: a test issuer with one key, found by its metadata. */
  readonly open?: (options: RigOptions) => Promise<World>
  readonly everySecond?: (world: World, second: number) => void
  readonly api?: RigOptions['api']
  /** How long it has lasted when the table begins. Default: 0. */
  readonly sinceSeconds?: number
  /** Default: `TRAFFIC`. */
  readonly load?: Load
}

export interface IssuerRow {
  readonly remembered: string
  readonly known: string
  readonly unknown: string
  /** A process that starts meanwhile. */
  readonly starting: string
  readonly requests: number
  /** What the channel `scopeward:key-set` says. */
  readonly event: string
  /** Since the third minute, when everything is compiled. */
  readonly heapGrowthBytes: number
  /** Tokens verified before the fault that were granted, but not at once. */
  readonly rememberedGrantedLater: number
  readonly mostBytesOfAnAnswer: number
  readonly recoverySeconds: number
}

export async function openPlain(options: RigOptions): Promise<World> {
  const rig = await createRig(options)
  return { rig, issuer: rig.issuer.issuer, token: rig.token, rotate: async () => void (await rig.issuer.rotateKeys()) }
}

const WARM_UP_SECONDS = 120

/**
 * A fault, with steady traffic: what each kind of request gets, what the issuer and the memory have to bear, and how long
 * after its end a token is accepted whose key only another fetch can tell of. The end comes at the worst moment: just
 * after a fetch.
 */
export async function runIssuerFault(fault: IssuerFault): Promise<IssuerRow> {
  const counting = countingFetch()
  const world = await (fault.open ?? openPlain)({ ...(fault.api && { api: fault.api }), fetch: counting.fetch })
  const traffic = await Traffic.prepare(world, fault)
  await fault.begin(world)
  await traffic.passUnrecorded(fault.sinceSeconds ?? 0)
  const fetchesBefore = world.rig.fetches.length
  await traffic.pass(WARM_UP_SECONDS)
  const heapBefore = await usedHeap()
  await traffic.pass(SECONDS - WARM_UP_SECONDS)
  const heapGrowthBytes = (await usedHeap()) - heapBefore
  const requests = world.rig.fetches.length - fetchesBefore
  await traffic.untilNextFetch()
  const event = eventText(world.rig.events.at(-1))
  const starting = await startMeanwhile(world, fault, traffic.takeKnown())
  await fault.end(world)
  await world.rotate()
  const recoverySeconds = await secondsUntilAccepted(await world.token(), world.rig.ask, world.rig.clock)
  await starting.requireRecovered()
  const mostBytesOfAnAnswer = counting.mostBytes()
  const measured = { requests, event, heapGrowthBytes, mostBytesOfAnAnswer, recoverySeconds }
  return { ...traffic.answers(), starting: starting.answer, ...measured }
}

/** Which of two codes a broken connection has depends on the version of Node, and on what arrives first. */
const NODE_CODE = /\((?:UND_ERR_SOCKET|ECONNRESET)\)/
/** That of an experiment is nobody else's. */
const DEADLINE = /within [\d.]+ s/

function eventText(event: KeySetEvent | undefined): string {
  if (event?.outcome === 'refreshed') return `refreshed, with ${event.keys} ${event.keys === 1 ? 'key' : 'keys'}`
  return event === undefined
    ? 'none'
    : `\`${event.reason.replace(NODE_CODE, '(UND_ERR_SOCKET)').replace(DEADLINE, 'within … s')}\``
}

/** The same API through Express, Fastify and `check()`, without keys from before. */
async function startMeanwhile({ rig, issuer, token }: World, { api }: IssuerFault, known: string) {
  const settings = { ...rig.issuer.options, issuer, audience: AUDIENCE, ...api }
  const doors = await openDoors({ ...settings, scopes: { [SCOPE]: 'Read controls' } }, SCOPE)
  const events = recordEvents()
  onTestFinished(() => events.stop())
  const statuses = new Set((await Promise.all(doors.map(door => door.ask(known)))).map(({ status }) => status))
  const codes = new Set(events.denied.map(({ code }) => code))
  expect([statuses.size, codes.size <= 1], 'all three answer alike').toEqual([1, true])
  events.stop()
  const requireRecovered = async () => {
    rig.clock.advance({ seconds: LONGEST_PAUSE_SECONDS })
    const underNewKey = await token()
    for (const door of doors) expect((await door.ask(underNewKey)).status, `${door.name}, afterwards`).toBe(200)
  }
  return { answer: [...statuses, ...[...codes].map(code => `\`${code}\``)].join(' '), requireRecovered }
}
