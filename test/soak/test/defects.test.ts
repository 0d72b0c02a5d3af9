import { expect, test } from 'vitest'
import type { Resources } from '../src/messages.ts'
import { defectsOf, type Findings } from '../src/report/report.ts'
import { ATTACKERS, CLIENTS } from '../src/traffic/shots.ts'

const idle: Resources = { heapUsed: 1, external: 1, rss: 1, active: { PipeWrap: 2 }, listeners: {}, channels: [] }
const listening: Resources = {
  ...idle,
  active: { PipeWrap: 2, TCPServerWrap: 2, TCPSocketWrap: 3 },
  listeners: { warning: 1, unhandledRejection: 1 },
  channels: ['granted', 'denied', 'key-set'],
}
const KINDS = [...CLIENTS, ...ATTACKERS].map(([kind]) => kind)
const speed = { requests: 100, perSecond: 1, p50Milliseconds: 1, p99Milliseconds: 1, longestMilliseconds: 1 }
const level = [0, 30, 60, 90, 120].map(seconds => ({ seconds, value: 5e6 }))

/** A run without a fault: each kind was answered a hundred times. */
const faultless: Findings = {
  seed: 1,
  seconds: 120,
  speed: { express: speed, fastify: speed },
  answers: { ...Object.fromEntries(KINDS.map(kind => [kind, { granted: 100 }])), public: { anonymous: 100 } },
  uncertain: {},
  undecided: 0,
  wrong: [],
  disturbed: { rotations: 1, replacements: 1, withdrawals: 1, revocations: 1, outages: 1 },
  keyFetches: 10,
  shortestFetchPauseMilliseconds: 1000,
  heap: level,
  external: level,
  resources: {
    before: idle,
    loaded: [],
    after: { resources: listening, observed: { events: { granted: 100 * (KINDS.length - 1) }, complaints: [] } },
  },
  openConnections: 3,
  closed: idle,
  exitedByItself: true,
  secondsToExit: 0.1,
}
const { after } = faultless.resources
const { public: _, ...withoutPublic } = faultless.answers

/** Level in the first half, and from there on this many bytes a minute. */
function rising(bytesPerMinute: number) {
  return level.map(({ seconds, value }) => ({
    seconds,
    value: value + (Math.max(0, seconds - 60) / 60) * bytesPerMinute,
  }))
}

function judged(change: Partial<Findings>): readonly string[] {
  return defectsOf({ ...faultless, ...change })
}

function idleWith(resources: Partial<Resources>): Partial<Findings> {
  const changed = { ...after, resources: { ...listening, ...resources } }
  return { resources: { ...faultless.resources, after: changed } }
}

function toldOf(observed: Partial<typeof after.observed>): Partial<Findings> {
  return { resources: { ...faultless.resources, after: { ...after, observed: { ...after.observed, ...observed } } } }
}

test('a run without a fault has no defect, and one that is barely within the bounds has none either', () => {
  expect(judged({})).toEqual([])
  const uncertain = Object.fromEntries(KINDS.map(kind => [kind, 24]))
  expect(judged({ uncertain, undecided: 10 * KINDS.length, heap: rising(990_000), external: rising(990_000) })).toEqual(
    [],
  )
  expect(judged({ uncertain: { new: 50, expiring: 100, 'begins soon': 100, 'unknown kid': 100 } })).toEqual([])
})

test.each<[string, Partial<Findings>]>([
  ['FLOOD', { shortestFetchPauseMilliseconds: 990 }],
  ['UNTRIED', { answers: withoutPublic }],
  ['EVENTS', toldOf({ events: { granted: 1 } })],
  ['UNCERTAIN', { uncertain: Object.fromEntries(KINDS.map(kind => [kind, 26])) }],
  ['UNCERTAIN', { undecided: 10 * KINDS.length + 1 }],
  ['UNCERTAIN', { uncertain: { new: 51 } }],
  ['HEAP', { heap: rising(1_010_000) }],
  ['HEAP', { heap: [] }],
  ['EXTERNAL', { external: rising(1_010_000) }],
  ['EXTERNAL', { external: [] }],
  ['LEAK when idle', idleWith({ active: { ...listening.active, Timeout: 1 } })],
  ['LEAK listeners', idleWith({ listeners: { ...listening.listeners, exit: 1 } })],
  ['LEAK channels', idleWith({ channels: [...listening.channels, 'one more'] })],
  ['LEAK after close', { closed: { ...idle, active: { PipeWrap: 2, Timeout: 1 } } }],
  ['LEAK listeners after close', { closed: { ...idle, listeners: { exit: 1 } } }],
  ['LEAK granted still has a listener', { closed: { ...idle, channels: ['granted'] } }],
  ['NODE warning', toldOf({ complaints: ['warning'] })],
  ['SHUTDOWN', { exitedByItself: false }],
])('%s is a defect', (name, change) => {
  const found = judged(change)
  expect(found).not.toEqual([])
  expect(found.filter(defect => !defect.startsWith(name.split(' ')[0] as string))).toEqual([])
  expect(found).toContainEqual(expect.stringContaining(name))
})

test('short runs are not judged by slopes and shares, which say nothing there', () => {
  const uncertain = Object.fromEntries(KINDS.map(kind => [kind, 100]))
  expect(judged({ seconds: 119, heap: rising(1e9), external: rising(1e9), uncertain })).toEqual([])
})
