import type { Ports } from '../messages.ts'
import type { Oracle, Period } from '../oracle/oracle.ts'
import type { Shot } from '../oracle/shot.ts'
import { FRAMEWORKS, type Framework } from '../rules.ts'
import { Connection } from './connection.ts'
import { ATTACKERS, CLIENTS, draw, type Kind, type Mix } from './shots.ts'
import type { Tally } from './tally.ts'
import type { Workshop } from './workshop.ts'

const CONNECTIONS: readonly (readonly [count: number, mix: Mix])[] = [
  [24, CLIENTS],
  [8, ATTACKERS],
]

/** How often a request with a proof is sent once more: at the same time, or after its answer. */
const DUEL_SHARE = 0.15
const REPLAY_SHARE = 0.2
const MAX_ENCORES = 8

interface Lane {
  readonly framework: Framework
  readonly mix: Mix
  readonly connection: Connection
  /** Kinds that come first, so that even a short run on a busy machine has tried everything. */
  readonly openers: Kind[]
}

/** As many requests as the servers can take: each connection sends its next one when it has the answer to the last. */
export class Traffic {
  readonly #lanes: readonly Lane[]
  readonly #workshop: Workshop
  readonly #oracle: Oracle
  readonly #tally: Tally
  /** Requests to be sent once more, by whichever connection to that framework comes next. */
  readonly #encores: Shot[] = []
  #isOver = false

  private constructor(lanes: readonly Lane[], workshop: Workshop, oracle: Oracle, tally: Tally) {
    this.#lanes = lanes
    this.#workshop = workshop
    this.#oracle = oracle
    this.#tally = tally
  }

  static async open(ports: Ports, workshop: Workshop, oracle: Oracle, tally: Tally): Promise<Traffic> {
    const planned = FRAMEWORKS.flatMap(framework =>
      CONNECTIONS.flatMap(([count, mix]) => {
        const openers = [...mix]
        return Array.from({ length: count }, () => ({ framework, mix, openers }))
      }),
    )
    const lanes = planned.map(async lane => ({ ...lane, connection: await Connection.open(ports[lane.framework]) }))
    return new Traffic(await Promise.all(lanes), workshop, oracle, tally)
  }

  get connections(): number {
    return this.#lanes.filter(({ connection }) => connection.isOpen).length
  }

  /** Resolves when it was stopped and every request has its answer, or when there is too much wrong to go on. */
  async run(): Promise<void> {
    await Promise.all(this.#lanes.map(lane => this.#runLane(lane)))
  }

  /** The connections stay open. */
  stop(): void {
    this.#isOver = true
  }

  close(): void {
    for (const { connection } of this.#lanes) connection.close()
  }

  async #runLane(lane: Lane): Promise<void> {
    while (!this.#isOver && !this.#tally.isHopeless && lane.connection.isOpen) await this.#fire(lane, this.#next(lane))
  }

  #next({ framework, mix, openers }: Lane): Shot {
    const index = this.#encores.findIndex(encore => encore.framework === framework)
    const encore = this.#encores.splice(index, index < 0 ? 0 : 1)[0]
    if (encore !== undefined) return encore
    const [kind, , make] = openers.pop() ?? draw(mix, this.#workshop.random)
    return { kind, framework, ...make(this.#workshop) }
  }

  async #fire({ connection }: Lane, shot: Shot): Promise<void> {
    const from = Date.now()
    const begun = performance.now()
    this.#noteProof(shot, from)
    const answer = await connection.ask(shot.route.path, shot.headers).catch((error: Error) => error)
    const latency = performance.now() - begun
    const period: Period = { from, to: Date.now() }
    if (answer instanceof Error) return this.#tally.addLost(shot, answer.message, period)
    this.#tally.add(shot, answer, this.#oracle.judge(shot, answer, period), period, latency)
    if (shot.kind === 'proven' && this.#workshop.random.isTrue(REPLAY_SHARE)) this.#repeat(shot, 'replayed')
  }

  /** Before it is sent: a twin may be answered first. */
  #noteProof(shot: Shot, from: number): void {
    const proof = shot.expected.kind === 'token' ? shot.expected.proof : undefined
    if (proof === undefined) return
    proof.sentAt.push(from)
    if (shot.kind === 'proven' && this.#workshop.random.isTrue(DUEL_SHARE)) this.#repeat(shot, 'contested')
  }

  #repeat(shot: Shot, how: string): void {
    const framework = this.#workshop.random.pick(FRAMEWORKS)
    if (this.#encores.length < MAX_ENCORES) this.#encores.push({ ...shot, framework, kind: `proof, ${how}` })
  }
}
