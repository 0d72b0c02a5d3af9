import type { RedisClient, RedisScripting } from './redis-client.ts'
import { RedisUnavailable, reasonOf } from './redis-unavailable.ts'

/** Commands that Redis has not answered. Beyond that it is no use asking: the memory of this process is worth more. */
const MAX_OUTSTANDING = 10_000

/** A connection that was asked and has said nothing for so long is replaced. TCP would try on for a quarter of an hour. */
const SILENT_MILLISECONDS = 5000

/** The client reconnects by itself, but waits for ever for a server that accepts the connection and then says nothing. */
const CONNECTING_MILLISECONDS = 10_000

/** One client, from its connection to its end. */
export class Link {
  readonly #client: RedisClient
  readonly #commands: RedisScripting
  readonly #timeoutMilliseconds: number
  #outstanding = 0
  #silentSince: number | undefined
  #connectingSince: number | undefined = performance.now()
  #lastError: unknown

  constructor(template: RedisClient, timeoutMilliseconds: number, onReady: () => void) {
    // RESP 3: commands and messages share one connection. A cache on our side could only be of use to others.
    const client = template.duplicate({ RESP: 3, disableOfflineQueue: true, clientSideCache: undefined })
    this.#client = client
    // The client's own deadline ends when a command is sent, so it limits no waiting for a reply; and it costs two thirds of
    // the throughput, for an AbortSignal each.
    this.#commands = client.withCommandOptions({ timeout: 0, typeMapping: {} })
    this.#timeoutMilliseconds = timeoutMilliseconds
    handleResubscriptions(client)
    const remember = (error: unknown) => {
      this.#lastError = error
    }
    client.on('error', remember)
    client.on('node-error', remember)
    client.on('ready', onReady)
    client.connect().then(onReady, remember)
  }

  run<T>(command: (commands: RedisScripting, client: RedisClient) => Promise<T>): Promise<T> {
    if (!this.#client.isReady) return Promise.reject(this.#notConnected())
    if (this.#outstanding >= MAX_OUTSTANDING) {
      return Promise.reject(new RedisUnavailable(`Redis has not answered ${MAX_OUTSTANDING} commands`))
    }
    return new Promise((resolve, reject) => {
      const stopWaiting = this.#limit(reject)
      this.#outstanding++
      command(this.#commands, this.#client).then(
        reply => {
          this.#outstanding--
          this.#silentSince = undefined
          stopWaiting()
          resolve(reply)
        },
        (error: unknown) => {
          this.#outstanding--
          stopWaiting()
          reject(new RedisUnavailable(`Redis failed: ${reasonOf(error)}`, { cause: error }))
        },
      )
    })
  }

  /** Whether waiting for it is pointless. */
  isDead(): boolean {
    const now = performance.now()
    if (this.#client.isReady) this.#connectingSince = undefined
    else this.#connectingSince ??= now
    return (
      !this.#client.isOpen ||
      now - (this.#silentSince ?? now) > SILENT_MILLISECONDS ||
      now - (this.#connectingSince ?? now) > CONNECTING_MILLISECONDS
    )
  }

  async discard(): Promise<void> {
    try {
      await this.#client.destroy()
    } catch {
      // It was closed already, or has never been open.
    }
  }

  #limit(reject: (error: Error) => void): () => void {
    let isOver = false
    const timer = setTimeout(() => {
      // A process that was busy for so long finds the timer before the reply, which may have arrived in time.
      setImmediate(() => {
        if (isOver) return
        this.#silentSince ??= performance.now() - this.#timeoutMilliseconds
        reject(new RedisUnavailable(`Redis did not answer within ${this.#timeoutMilliseconds / 1000} s`))
      })
    }, this.#timeoutMilliseconds)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }

  #notConnected(): RedisUnavailable {
    const why = this.#lastError === undefined ? '' : `: ${reasonOf(this.#lastError)}`
    return new RedisUnavailable(`Redis is not connected${why}`, { cause: this.#lastError })
  }
}

/**
 * A cluster's client subscribes anew when its node goes, and leaves the promise to nobody. It rejects when the client is
 * destroyed meanwhile: an unhandled rejection, which ends the process.
 */
function handleResubscriptions(client: RedisClient): void {
  const subscribe = client.subscribe.bind(client)
  client.subscribe = (channel, listener) => {
    const subscribed = Promise.resolve(subscribe(channel, listener))
    subscribed.catch(() => undefined)
    return subscribed
  }
}
