import type { Resources } from '../messages.ts'
import { FRAMEWORKS } from '../rules.ts'
import { type Findings, slopeOf } from './report.ts'
import type { Sample } from './slope.ts'

/** The report, for people. */
export function textOf(findings: Findings): string {
  const { seconds, seed, speed, uncertain, undecided, wrong, disturbed, keyFetches, resources, closed } = findings
  const total = FRAMEWORKS.reduce((sum, framework) => sum + speed[framework].requests, 0)
  const doubtful = Object.values(uncertain).reduce((sum, count) => sum + count, 0)
  return [
    `${seconds.toFixed(0)} s, seed ${seed}: ${total} requests, ${wrong.length} wrong; for ${doubtful} (${percent(doubtful, total)}) two answers were right, for ${undecided} (${percent(undecided, total)}) access and a refusal`,
    ...FRAMEWORKS.map(framework => {
      const { requests, perSecond, p50Milliseconds, p99Milliseconds, longestMilliseconds } = speed[framework]
      return `${framework}: ${requests} requests, ${perSecond.toFixed(0)}/s, p50 ${p50Milliseconds.toFixed(1)} ms, p99 ${p99Milliseconds.toFixed(1)} ms, longest ${longestMilliseconds.toFixed(0)} ms`
    }),
    `${Object.entries(disturbed)
      .map(([what, count]) => `${count} ${what}`)
      .join(', ')}, ${keyFetches} fetches of keys`,
    '',
    ...answerLines(findings),
    '',
    memoryLine('heap', findings.heap),
    memoryLine('external memory', findings.external),
    `resources before: ${resourceText(resources.before)}`,
    `resources under load: ${resourceText(resources.loaded.at(-1) ?? resources.before)}`,
    `resources when idle: ${resourceText(resources.after.resources)}; ${findings.openConnections} connections open`,
    `resources after close: ${resourceText(closed)}; the process was gone after ${findings.secondsToExit.toFixed(1)} s`,
  ].join('\n')
}

function answerLines({ answers, uncertain }: Findings): readonly string[] {
  return Object.entries(answers).map(([kind, verdicts]) => {
    const counts = Object.entries(verdicts).sort(([, one], [, other]) => other - one)
    const uncertainly = uncertain[kind] === undefined ? '' : ` (${uncertain[kind]} uncertain)`
    return `${kind.padEnd(24)} ${counts.map(([verdict, count]) => `${verdict} ${count}`).join(', ')}${uncertainly}`
  })
}

function memoryLine(what: string, samples: readonly Sample[]): string {
  const values = samples.map(({ value }) => (value / 1e6).toFixed(1))
  const slope = slopeOf(samples)
  const about = Number.isNaN(slope)
    ? 'too few samples for a slope'
    : `${(slope / 1e6).toFixed(3)} MB per minute in the second half`
  return `${what} after forced collection, MB: ${values.join(' ')}; ${about}`
}

function resourceText({ active, listeners, channels, rss }: Resources): string {
  const counts = (of: Readonly<Record<string, number>>) =>
    Object.entries(of)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')
  return `${counts(active)}; listeners ${counts(listeners)}; channels ${channels.length}; rss ${(rss / 1e6).toFixed(0)} MB`
}

function percent(part: number, of: number): string {
  return `${((part / of) * 100).toFixed(2)} %`
}
