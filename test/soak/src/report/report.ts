import type { Disturbed } from '../issuers/disturbances.ts'
import type { Measured, Resources } from '../messages.ts'
import { type Framework, REFRESH_COOLDOWN_SECONDS } from '../rules.ts'
import { ATTACKERS, CLIENTS } from '../traffic/shots.ts'
import type { Wrong } from '../traffic/tally.ts'
import { type Sample, secondHalf, slopePerMinute } from './slope.ts'

export interface Speed {
  readonly requests: number
  readonly perSecond: number
  readonly p50Milliseconds: number
  readonly p99Milliseconds: number
  readonly longestMilliseconds: number
}

/** What was seen in a run. */
export interface Findings {
  readonly seed: number
  readonly seconds: number
  readonly speed: Readonly<Record<Framework, Speed>>
  /** By kind of request, then by verdict. */
  readonly answers: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** For how many answers of each kind another would have been right too. */
  readonly uncertain: Readonly<Record<string, number>>
  /** Of these, access and a refusal would both have been right. */
  readonly undecided: number
  readonly wrong: readonly Wrong[]
  readonly disturbed: Disturbed
  readonly keyFetches: number
  /** Between two that one resource server sent to one issuer. */
  readonly shortestFetchPauseMilliseconds: number
  readonly heap: readonly Sample[]
  /** Bytes outside of the heap that belong to objects in it, such as buffers and keys. */
  readonly external: readonly Sample[]
  /** Before the servers were started, under load, and when the traffic was over with its connections still open. */
  readonly resources: { readonly before: Resources; readonly loaded: readonly Resources[]; readonly after: Measured }
  readonly openConnections: number
  /** After everything was closed; `undefined` where the server did not say. */
  readonly closed: Resources
  readonly exitedByItself: boolean
  readonly secondsToExit: number
}

/** What the clock and the timers of one process may differ by. */
const MIN_FETCH_PAUSE_MILLISECONDS = REFRESH_COOLDOWN_SECONDS * 1000 - 5
const MAX_SLOPE_BYTES_PER_MINUTE = 1_000_000
/** Shorter ones have no slope, and disturb in such quick succession that a slow machine is always amid something. */
const SHORTEST_JUDGED_SECONDS = 120

/**
 * The slower the machine, the longer a request takes and the more happens meanwhile: 3 % and 4 % on one that has nothing
 * else to do, 18 % and 8 % where six others want its two cores. Beyond that a run has shown too little.
 */
const MAX_UNCERTAIN_SHARE = 0.25
/** Where access and a refusal would both have been right. */
const MAX_UNDECIDED_SHARE = 0.1
/** Of what honest clients send, of one kind; those at the edge of their life are made so that nobody can tell. */
const MAX_UNCERTAIN_SHARE_OF_KIND = 0.5
const FEWEST_FOR_SHARE = 50
const JUDGED_KINDS: readonly string[] = CLIENTS.map(([kind]) => kind).filter(
  kind => kind !== 'expiring' && kind !== 'begins soon',
)

/** In the second half of the run, in bytes per minute. */
export function slopeOf(samples: readonly Sample[]): number {
  return slopePerMinute(secondHalf(samples))
}

/** Everything that fails the run, one line each. */
export function defectsOf(findings: Findings): readonly string[] {
  const { wrong, exitedByItself, shortestFetchPauseMilliseconds: pause } = findings
  return [
    ...wrong.map(({ kind, framework, path, time, waitedMilliseconds, expected, got, complaint }) =>
      [
        `WRONG ${time} ${framework} ${path} [${kind}], after ${waitedMilliseconds} ms:`,
        complaint,
        `expected ${expected.join(' or ') || 'an answer'}, got ${got}`,
      ]
        .filter(Boolean)
        .join(' '),
    ),
    ...(pause < MIN_FETCH_PAUSE_MILLISECONDS ? [`FLOOD two fetches of the keys within ${pause} ms`] : []),
    ...untriedKinds(findings).map(kind => `UNTRIED no request of the kind "${kind}" was answered`),
    ...eventDifferences(findings),
    ...uncertainty(findings),
    ...growth(findings),
    ...leaksOf(findings),
    ...(exitedByItself ? [] : ['SHUTDOWN the server did not exit by itself']),
  ]
}

/** A run that has not tried everything has shown nothing about the rest. */
function untriedKinds({ answers, wrong }: Findings): readonly string[] {
  const kinds = [...CLIENTS, ...ATTACKERS].map(([kind]) => kind)
  return wrong.length > 0 ? [] : kinds.filter(kind => answers[kind] === undefined)
}

/** Where two answers are right, none is judged. A run may have some of them, as long as the rest shows enough. */
function uncertainty({ seconds, answers, uncertain, undecided }: Findings): readonly string[] {
  if (seconds < SHORTEST_JUDGED_SECONDS) return []
  const answered = (kinds: readonly string[]): number =>
    kinds.flatMap(kind => Object.values(answers[kind] ?? {})).reduce((sum, count) => sum + count, 0)
  const all = answered(Object.keys(answers))
  const unsure = Object.values(uncertain).reduce((sum, count) => sum + count, 0)
  const shares = [
    { what: 'answers', part: unsure, of: all, most: MAX_UNCERTAIN_SHARE },
    { what: 'answers, access and a refusal,', part: undecided, of: all, most: MAX_UNDECIDED_SHARE },
    ...JUDGED_KINDS.map(kind => {
      const share = { what: `answers of the kind "${kind}"`, part: uncertain[kind] ?? 0, of: answered([kind]) }
      return { ...share, most: share.of < FEWEST_FOR_SHARE ? 1 : MAX_UNCERTAIN_SHARE_OF_KIND }
    }),
  ]
  return shares
    .filter(({ part, of, most }) => part / of > most)
    .map(({ what, part, of }) => `UNCERTAIN for ${part} of ${of} ${what} two were right`)
}

/** A slope that cannot be told, for want of samples, counts as one that is too steep. */
function growth({ seconds, heap, external }: Findings): readonly string[] {
  if (seconds < SHORTEST_JUDGED_SECONDS) return []
  const slopes = [['HEAP', slopeOf(heap)] as const, ['EXTERNAL memory', slopeOf(external)] as const]
  return slopes
    .filter(([, slope]) => !(slope < MAX_SLOPE_BYTES_PER_MINUTE))
    .map(([what, slope]) => `${what} grows by ${(slope / 1e6).toFixed(2)} MB per minute`)
}

/** Operators are told of every decision once; public routes decide nothing. */
function eventDifferences({ answers, wrong, resources }: Findings): readonly string[] {
  if (wrong.length > 0) return []
  const answered = Object.values(answers).flatMap(verdicts => Object.entries(verdicts))
  const sum = (counts: readonly (readonly [string, number])[]): number =>
    counts.reduce((all, [, count]) => all + count, 0)
  const events = Object.entries(resources.after.observed.events).filter(([name]) => !name.startsWith('keys '))
  return ['granted', 'refused'].flatMap(decision => {
    const isCounted = ([name]: readonly [string, number]): boolean =>
      name !== 'anonymous' && (name === 'granted') === (decision === 'granted')
    const [told, seen] = [sum(events.filter(isCounted)), sum(answered.filter(isCounted))]
    return told === seen ? [] : [`EVENTS ${seen} requests were ${decision}, and ${told} events say so`]
  })
}

/** What is held beyond what has to be: two listening servers, a socket for each connection that is still open. */
function leaksOf({ resources: { before, after }, openConnections, closed }: Findings): readonly string[] {
  const { active, listeners, channels } = after.resources
  const expected: Readonly<Record<string, number>> = {
    ...before.active,
    TCPServerWrap: 2,
    TCPSocketWrap: openConnections,
  }
  return [
    ...surplus(active, expected).map(text => `LEAK when idle: ${text}`),
    ...surplus(closed.active, before.active).map(text => `LEAK after close: ${text}`),
    ...surplus(listeners, withObserver(before.listeners)).map(text => `LEAK listeners: ${text}`),
    ...surplus(closed.listeners, before.listeners).map(text => `LEAK listeners after close: ${text}`),
    ...(channels.length > 3 ? [`LEAK channels: ${channels.join(', ')}`] : []),
    ...closed.channels.map(name => `LEAK ${name} still has a listener after close`),
    ...after.observed.complaints.map(text => `NODE ${text}`),
  ]
}

/** Of the soak's own. */
function withObserver(listeners: Resources['listeners']): Resources['listeners'] {
  const { warning = 0, unhandledRejection = 0 } = listeners
  return { ...listeners, warning: warning + 1, unhandledRejection: unhandledRejection + 1 }
}

function surplus(found: Readonly<Record<string, number>>, expected: Readonly<Record<string, number>>): string[] {
  return Object.entries(found)
    .filter(([name, count]) => count > (expected[name] ?? 0))
    .map(([name, count]) => `${count} ${name} where ${expected[name] ?? 0} are due`)
}
