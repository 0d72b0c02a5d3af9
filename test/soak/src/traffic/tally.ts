import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'
import type { Judgement, Period } from '../oracle/oracle.ts'
import type { Shot } from '../oracle/shot.ts'
import type { Answer } from '../oracle/wire.ts'
import { FRAMEWORKS, type Framework } from '../rules.ts'

export interface Wrong {
  readonly kind: string
  readonly framework: Framework
  readonly path: string
  readonly time: string
  readonly waitedMilliseconds: number
  readonly expected: readonly string[]
  readonly got: string
  readonly complaint: string | undefined
}

/** With more of them the run ends: it has shown what it could. */
const MAX_WRONG = 20

/** What was answered, by kind and verdict, and how fast. */
export class Tally {
  /** By kind, then by verdict. */
  readonly verdicts: Map<string, Map<string, number>> = new Map()
  readonly latencies: Readonly<Record<Framework, RecordableHistogram>> = {
    express: createHistogram(),
    fastify: createHistogram(),
  }
  readonly wrong: Wrong[] = []
  /** Answers where more than one would have been right, by kind. */
  readonly uncertain: Map<string, number> = new Map()
  /** Those among them where access and a refusal would both have been right. */
  undecided = 0

  get total(): number {
    return FRAMEWORKS.reduce((sum, framework) => sum + this.latencies[framework].count, 0)
  }

  get isHopeless(): boolean {
    return this.wrong.length >= MAX_WRONG
  }

  add(shot: Shot, answer: Answer, judgement: Judgement, period: Period, latencyMilliseconds: number): void {
    const { right, verdict, complaint } = judgement
    this.latencies[shot.framework].record(Math.max(1, Math.round(latencyMilliseconds * 1000)))
    if (right.length > 1) this.uncertain.set(shot.kind, (this.uncertain.get(shot.kind) ?? 0) + 1)
    if (right.length > 1 && right.includes('granted')) this.undecided++
    const name = verdict ?? 'WRONG'
    const ofKind = this.verdicts.get(shot.kind) ?? new Map<string, number>()
    this.verdicts.set(shot.kind, ofKind.set(name, (ofKind.get(name) ?? 0) + 1))
    if (verdict === undefined || complaint !== undefined) this.#addWrong(shot, textOf(answer), judgement, period)
  }

  /** A request that got no answer at all. */
  addLost(shot: Shot, reason: string, period: Period): void {
    this.#addWrong(shot, reason, { right: [], verdict: undefined, complaint: 'there was no answer' }, period)
  }

  #addWrong(shot: Shot, got: string, { right, complaint }: Judgement, { from, to }: Period): void {
    if (this.isHopeless) return
    this.wrong.push({
      kind: shot.kind,
      framework: shot.framework,
      path: shot.route.path,
      time: new Date(to).toISOString(),
      waitedMilliseconds: to - from,
      expected: right,
      got,
      complaint,
    })
  }
}

function textOf({ status, challenge, retryAfter, body }: Answer): string {
  return [status, challenge, retryAfter && `Retry-After: ${retryAfter}`, body].filter(Boolean).join(' ')
}
