import { type Channel, channel } from 'node:diagnostics_channel'
import { Link } from './link.ts'
import type { RedisClient, RedisScripting } from './redis-client.ts'
import { RedisUnavailable, reasonOf } from './redis-unavailable.ts'

export interface ConnectionSetup {
  readonly part: RedisEvent['part']
  /** Within which Redis has to answer. */
  readonly timeoutMilliseconds: number
  readonly beatMilliseconds: number
  /** Asks Redis how it is. Resolves to what is wrong, in words, or to `undefined`; may reject. */
  readonly beat: () => Promise<string | undefined>
}

/** What the channel `scopeward:redis` of `node:diagnostics_channel` tells: whenever `problem` changes. */
export interface RedisEvent {
  readonly part: 'replay_store' | 'revocation_list'
  /** `undefined`: all is well again. */
  readonly problem: string | undefined
}

const redisChannel: Channel = channel('scopeward:redis')

/**
 * A connection of our own, made like the client that the application gave us. Not the application's: there, a long reply for
 * somebody else would hold ours up, an `error` event without a listener would end the process, and a connection that has
 * died without a word could not be replaced.
 */
export class Connection {
  readonly #template: RedisClient
  readonly #setup: ConnectionSetup
  readonly #timer: NodeJS.Timeout
  #awaited: Deferred | undefined
  #link: Link | undefined
  #problem: string | undefined = 'Redis has not answered yet'
  #isBeating = false
  #beatAgain = false

  constructor(template: RedisClient, setup: ConnectionSetup) {
    this.#template = template
    this.#setup = setup
    this.#link = this.#open()
    this.#timer = setInterval(() => this.#watch(), setup.beatMilliseconds).unref()
  }

  /** Another one after every connection that had to be replaced. */
  get link(): object | undefined {
    return this.#link
  }

  get problem(): string | undefined {
    return this.#problem
  }

  /**
   * Resolves as soon as there is no problem; waits for as long as it takes. Rejects when closed meanwhile. The same promise
   * for all who ask while there is one: a probe may ask every second.
   */
  ready(): Promise<void> {
    if (this.#link === undefined) return Promise.reject(closed())
    if (this.#problem === undefined) return Promise.resolve()
    this.#awaited ??= new Deferred()
    return this.#awaited.promise
  }

  /**
   * One command, or a few that belong together: within the deadline, or not at all.
   * @throws RedisUnavailable
   */
  run<T>(command: (commands: RedisScripting, client: RedisClient) => Promise<T>): Promise<T> {
    return this.#link === undefined ? Promise.reject(closed()) : this.#link.run(command)
  }

  /** Beats now, and once more if it is beating already. */
  beat(): void {
    if (this.#isBeating) {
      this.#beatAgain = true
      return
    }
    this.#isBeating = true
    this.#setup.beat().then(
      problem => this.#settle(problem),
      (error: unknown) => this.#settle(reasonOf(error)),
    )
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    const link = this.#link
    this.#link = undefined
    this.#problem = closed().message
    this.#awaited?.reject(closed())
    await link?.discard()
  }

  #open(): Link {
    return new Link(this.#template, this.#setup.timeoutMilliseconds, () => this.beat())
  }

  #watch(): void {
    if (this.#link?.isDead()) {
      // Nobody waits for it: a sentinel that cannot be reached takes its time to be destroyed.
      void this.#link.discard()
      this.#link = this.#open()
    }
    this.beat()
  }

  #settle(problem: string | undefined): void {
    this.#isBeating = false
    if (this.#link === undefined) return
    if (problem === undefined) {
      this.#awaited?.resolve()
      this.#awaited = undefined
    }
    if (problem !== this.#problem) {
      this.#problem = problem
      if (redisChannel.hasSubscribers) redisChannel.publish({ part: this.#setup.part, problem } satisfies RedisEvent)
    }
    if (!this.#beatAgain) return
    this.#beatAgain = false
    this.beat()
  }
}

function closed(): RedisUnavailable {
  return new RedisUnavailable('it was closed')
}

/** A promise that all who wait for the same thing share. */
class Deferred {
  resolve: () => void = () => undefined
  reject: (error: Error) => void = () => undefined
  readonly promise: Promise<void> = new Promise((resolve, reject) => {
    this.resolve = resolve
    this.reject = reject
  })
}
