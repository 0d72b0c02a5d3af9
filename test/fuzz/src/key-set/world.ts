import assert from 'node:assert/strict'
import type { Outcome } from '@scopeward/core'
import { createTestIssuer, type Fault, type FaultTarget, type TestKey } from '@scopeward/testing'
import type { Tally } from '../tally.ts'
import { type AskedToken, type Facts, KeySetPromises, NOTHING_HAPPENED, type Verdict } from './promises.ts'
import { Rig, within } from './rig.ts'
import type { Settings } from './settings.ts'

export interface SetFault {
  readonly fault: Fault
  readonly on: FaultTarget | 'everything'
}

/** A request that waits for a fetch which the issuer does not answer. */
interface Waiting {
  readonly token: AskedToken
  readonly outcome: Promise<Outcome>
  isAnswered: boolean
}

/** What really happens next to what is promised. Every step ends with both compared. */
export class World {
  readonly rig: Rig
  /** Every key that the issuer ever had, and last one that it never had. */
  readonly keys: TestKey[]
  /** Tokens that a cache may remember, by the key that signed them. */
  readonly sent: Map<TestKey, string> = new Map()
  readonly #settings: Settings
  readonly #promises: KeySetPromises
  readonly #tally: Tally
  #facts: Facts = NOTHING_HAPPENED
  #fault: SetFault | undefined
  #knowsMetadata = false
  #waiting: Waiting[] = []

  private constructor(rig: Rig, stranger: TestKey, settings: Settings, tally: Tally) {
    this.rig = rig
    this.keys = [rig.issuer.signingKey, stranger]
    this.#settings = settings
    this.#promises = new KeySetPromises(settings)
    this.#tally = tally
  }

  static async start(settings: Settings, tally: Tally): Promise<World> {
    return new World(await Rig.start(settings), await strangersKey(), settings, tally)
  }

  /** Whether the issuer keeps a fetch waiting, or would. */
  get isSlow(): boolean {
    return this.#fault?.fault === 'slow'
  }

  get #held(): boolean {
    return this.isSlow && this.rig.isUnderWay
  }

  /** All at once. */
  async ask(tokens: readonly (AskedToken & { readonly text: string })[]): Promise<void> {
    const before = this.#facts
    const { now } = this.rig
    const asksForFetch = tokens.some(token => this.#promises.asksForFetch(token, before, now))
    const isExpected = asksForFetch && !this.rig.isUnderWay && this.#promises.mayFetch(before, now)
    const outcomes = tokens.map(token => this.rig.ask(token.text))
    await this.#fetchEnds(isExpected, outcomes)
    for (const [index, token] of tokens.entries()) {
      const outcome = outcomes[index] as Promise<Outcome>
      if (this.#promises.isAnsweredAtOnce(token, before, now)) await this.#compare(token, outcome, before, 'at once')
      else if (this.#held) this.#waiting.push(waitFor(token, outcome))
      else await this.#compare(token, outcome, this.#facts, 'after all')
    }
    for (const { isAnswered } of this.#waiting) assert(!isAnswered, 'answered before the keys that it needs have come')
  }

  /** Before the first request, or any time. */
  async warm(): Promise<void> {
    const isNeeded = !this.#promises.mayDecide(this.#facts, this.rig.now)
    const isExpected = isNeeded && this.#promises.mayFetch(this.#facts, this.rig.now)
    const readiness = this.rig.api.ready()
    await this.#fetchEnds(isExpected, [readiness])
    const { keySet } = (await within('ready() does not end', () => readiness)).issuers[0] ?? {}
    const isThere = this.#promises.mayDecide(this.#facts, this.rig.now)
    const expected = !isThere ? 'unavailable' : this.#facts.served?.keys.size === 0 ? 'empty' : 'available'
    assert.equal(keySet, expected, 'ready()')
    this.#tally.count(`ready: ${keySet}`)
  }

  /** From the next fetch on. What is held is answered, by the truth. */
  async setFault(next: SetFault | undefined): Promise<void> {
    const wasHeld = this.#held
    if (wasHeld && next?.fault === 'slow') return // setting it anew would let go what it holds
    this.rig.issuer.setFault(undefined)
    if (next !== undefined) this.rig.issuer.setFault(next.fault, next.on)
    this.#fault = next
    if (!wasHeld) return
    await this.rig.settled(false)
    this.#learn(this.#published())
    for (const { token, outcome } of this.#waiting.splice(0)) await this.#compare(token, outcome, this.#facts, 'let go')
  }

  async stop(): Promise<void> {
    await this.rig.stop()
  }

  /** One fetch, where one is promised, and none else; what it brings is known from now on. */
  async #fetchEnds(isExpected: boolean, requests: readonly Promise<unknown>[]): Promise<void> {
    await this.rig.settled(this.isSlow, requests)
    const paths = this.rig.takeFetches()
    assert.equal(paths.length > 0, isExpected, isExpected ? 'the keys are not fetched' : `fetched too early: ${paths}`)
    const ofKeys = paths.filter(path => path === '/jwks').length
    assert(ofKeys <= 1 && paths.length - ofKeys <= 2, `one refresh makes ${paths.length} requests: ${paths}`)
    if (!isExpected) return
    this.#tally.count(`fetch: ${this.#held ? 'held' : (this.#fault?.fault ?? 'good')}`)
    const keys = this.#served()
    if (!this.#held) this.#learn(keys)
  }

  /** What a fetch that has just been made must have come to: keys, or `undefined` where it must have failed. */
  #served(): ReadonlyMap<string, TestKey> | undefined {
    const { fault, on } = this.#fault ?? {}
    const isMetadataGone = this.#settings.discovery && (on === 'metadata' || (on === 'everything' && fault !== 'empty'))
    // Metadata that is gone costs nothing once it was read.
    if (isMetadataGone && !this.#knowsMetadata) return undefined
    this.#knowsMetadata = true
    if (fault === 'empty') return new Map()
    return on === undefined || on === 'metadata' ? this.#published() : undefined
  }

  #published(): ReadonlyMap<string, TestKey> {
    return new Map(this.rig.issuer.keys.map(key => [key.kid, key]))
  }

  #learn(keys: ReadonlyMap<string, TestKey> | undefined): void {
    const { now, lastOutcome } = this.rig
    const { served, failures } = this.#facts
    assert.equal(lastOutcome, keys === undefined ? 'failed' : 'refreshed', 'what a fetch comes to')
    if (keys === undefined) this.#facts = { served, attemptedAt: now, failures: failures + 1 }
    else this.#facts = { served: { at: now, keys }, attemptedAt: now, failures: 0 }
  }

  async #compare(token: AskedToken, outcome: Promise<Outcome>, facts: Facts, when: string): Promise<void> {
    const answer = await within('a request is not answered', () => outcome)
    const verdict = verdictIn(answer)
    assert.equal(verdict, this.#promises.verdictOn(token, facts, this.rig.now), `the answer ${when}`)
    this.#tally.count(`${verdict} ${when}`)
    if (answer.granted || verdict !== 503) return
    const retryAfter = Number(answer.denial.headers['Retry-After'])
    assert(Number.isInteger(retryAfter) && retryAfter >= 1, 'a 503 says when to ask again')
    assert(
      this.#promises.mayFetch(this.#facts, this.rig.now + retryAfter),
      'who asks again by then is asked for nothing',
    )
  }
}

function waitFor(token: AskedToken, outcome: Promise<Outcome>): Waiting {
  const waiting: Waiting = { token, outcome, isAnswered: false }
  const answered = (): void => {
    waiting.isAnswered = true
  }
  outcome.then(answered, answered)
  return waiting
}

function verdictIn(outcome: Outcome): Verdict {
  if (outcome.granted) return 'granted'
  const { status, code } = outcome.denial
  assert(status === 401 || status === 503, `status ${status}, ${code}`)
  return status
}

let stranger: Promise<TestKey> | undefined

/** A key that no issuer publishes. */
function strangersKey(): Promise<TestKey> {
  stranger ??= createTestIssuer({ algorithm: 'ES256' }).then(async issuer => {
    await issuer.stop()
    return { ...issuer.signingKey, kid: 'nobody' }
  })
  return stranger
}
