import type { MaybePromise } from '@scopeward/core'
import type { TokenInput } from '@scopeward/testing'
import { expect } from 'vitest'
import { Answers } from './answers.ts'
import type { IssuerFault, IssuerRow, World } from './issuer-experiment.ts'
import { LONGEST_PAUSE_SECONDS } from './recovery.ts'

export interface Load {
  readonly rememberedPerSecond: number
  readonly unknownPerSecond: number
}

export const TRAFFIC: Load = { rememberedPerSecond: 10, unknownPerSecond: 1 }
export const SECONDS = 600
export const SECONDS_PER_KNOWN = 10

/** Less than any pause after which a failure is held to be of long ago. */
const SPARSE_SECONDS = 60

/** Clients of one API, by the second. */
export class Traffic {
  readonly #world: World
  readonly #fault: IssuerFault
  readonly #load: Load
  readonly #remembered: string
  readonly #unknown: readonly string[]
  readonly #known: string[]
  readonly #answers = { remembered: new Answers(), known: new Answers(), unknown: new Answers() }
  #second = 0

  private constructor(world: World, fault: IssuerFault, tokens: readonly [string, string[], string[]]) {
    this.#world = world
    this.#fault = fault
    this.#load = fault.load ?? TRAFFIC
    ;[this.#remembered, this.#known, this.#unknown] = tokens
  }

  /** All tokens are made before, so that the memory that grows is not that of the issuer. */
  static async prepare(world: World, fault: IssuerFault): Promise<Traffic> {
    const remembered = await world.token()
    expect(await world.rig.ask(remembered), 'the honest token before the fault').toBe('granted')
    const many = (count: number, input?: () => TokenInput) =>
      Promise.all(Array.from({ length: count }, () => world.token(input?.())))
    const known = await many(SECONDS / SECONDS_PER_KNOWN + 1)
    let made = 0
    const { unknownPerSecond } = fault.load ?? TRAFFIC
    const unknown = await many(unknownPerSecond, () => ({ header: { kid: `unknown-${made++}` } }))
    return new Traffic(world, fault, [remembered, known, unknown])
  }

  takeKnown(): string {
    return this.#known.pop() as string
  }

  async passUnrecorded(seconds: number): Promise<void> {
    const { clock, ask, settled } = this.#world.rig
    for (let passed = 0; passed < seconds; passed += SPARSE_SECONDS) {
      clock.advance({ seconds: SPARSE_SECONDS })
      await ask(this.#remembered)
      await settled()
    }
  }

  async pass(seconds: number): Promise<void> {
    for (let passed = 0; passed < seconds; passed++) await this.nextSecond()
  }

  async nextSecond(): Promise<void> {
    const { clock, ask, settled } = this.#world.rig
    clock.advance({ seconds: 1 })
    this.#second++
    this.#fault.everySecond?.(this.#world, this.#second)
    const { remembered, known, unknown } = this.#answers
    const asked: MaybePromise<void>[] = []
    for (let n = 0; n < this.#load.rememberedPerSecond; n++) {
      const answer = remembered.add(ask(this.#remembered))
      if (answer !== undefined) asked.push(answer)
    }
    if (this.#second % SECONDS_PER_KNOWN === 0 && this.#known.length > 1) asked.push(known.add(ask(this.takeKnown())))
    for (const token of this.#unknown) asked.push(unknown.add(ask(token)))
    await Promise.all(asked)
    await settled()
  }

  /** One that failed, where the fault makes any fail. */
  async untilNextFetch(): Promise<void> {
    const { events } = this.#world.rig
    const fails = events.some(({ outcome }) => outcome === 'failed')
    const before = events.length
    const isOver = () => events.length > before && (!fails || events.at(-1)?.outcome === 'failed')
    for (let passed = 0; !isOver(); passed++) {
      expect(passed, 'seconds without a fetch').toBeLessThan(LONGEST_PAUSE_SECONDS)
      await this.nextSecond()
    }
  }

  answers(): Pick<IssuerRow, 'remembered' | 'known' | 'unknown' | 'rememberedGrantedLater'> {
    const { remembered, known, unknown } = this.#answers
    const texts = { remembered: String(remembered), known: String(known), unknown: String(unknown) }
    return { ...texts, rememberedGrantedLater: remembered.grantedLater }
  }
}
