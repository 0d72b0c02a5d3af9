import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  createTestIssuer,
  type Fault,
  type FaultTarget,
  type TestAlgorithm,
  type TestIssuer,
  type TestKey,
} from '@scopeward/testing'
import type { TrustedIssuer } from '../messages.ts'
import type { Pulse } from '../oracle/pulse.ts'
import { READER_HEADER, READERS, REFRESH_COOLDOWN_SECONDS, type Reader, SENT_AT_HEADER } from '../rules.ts'
import { type FetchFault, RefreshLog } from './refresh-log.ts'

const REQUEST_STARTED = 'http.server.request.start'
const RESPONSE_FINISHED = 'http.server.response.finish'

const SETTLING_MILLISECONDS = 1000

const SLOW_FAULTS: Partial<Record<Fault, FetchFault>> = { slow: 'slow', 'slow-body': 'slow body' }

/** An issuer in this process, with what everybody may know of its keys. */
export class WatchedIssuer {
  readonly server: TestIssuer
  readonly #isDiscovered: boolean
  readonly #host: string
  readonly #logs = new Map<Reader, RefreshLog>()
  readonly #finish = new WeakMap<ServerResponse, () => void>()
  #fault: Fault | undefined
  #faultTarget: FaultTarget | 'everything' = 'everything'
  #faultSince = 0
  #troubledUntil = 0
  readonly #onRequest = (message: unknown): void => this.#see(message as HttpMessage)
  readonly #onFinish = (message: unknown): void => this.#finish.get((message as HttpMessage).response)?.()

  private constructor(server: TestIssuer, isDiscovered: boolean, pulse: Pulse) {
    for (const reader of READERS) this.#logs.set(reader, new RefreshLog(pulse))
    this.server = server
    this.#isDiscovered = isDiscovered
    this.#host = new URL(server.issuer).host
    subscribe(REQUEST_STARTED, this.#onRequest)
    subscribe(RESPONSE_FINISHED, this.#onFinish)
  }

  static async start(algorithm: TestAlgorithm, isDiscovered: boolean, pulse: Pulse): Promise<WatchedIssuer> {
    return new WatchedIssuer(await createTestIssuer({ algorithm }), isDiscovered, pulse)
  }

  get trusted(): TrustedIssuer {
    const { issuer, jwksUri } = this.server
    return this.#isDiscovered ? { issuer } : { issuer, jwksUri }
  }

  get signingKey(): TestKey {
    return this.server.signingKey
  }

  /** Breaks it, or heals it again with `undefined`. */
  setFault(fault: Fault | undefined, on: FaultTarget | 'everything' = 'everything'): void {
    const now = Date.now()
    if (fault === undefined) this.#troubledUntil = now + longestTroubleAfter(now - this.#faultSince)
    else this.#faultSince = now
    this.#fault = fault
    this.#faultTarget = on
    for (const log of this.#logs.values()) log.release(this.server.keys)
    this.server.setFault(fault, on)
  }

  /** Whether an outage, or the back-off after one, excuses that keys are not fetched. */
  isTroubledAt(time: number): boolean {
    return this.#fault !== undefined || time < this.#troubledUntil
  }

  logOf(reader: Reader): RefreshLog {
    return this.#logs.get(reader) as RefreshLog
  }

  async stop(): Promise<void> {
    unsubscribe(REQUEST_STARTED, this.#onRequest)
    unsubscribe(RESPONSE_FINISHED, this.#onFinish)
    await this.server.stop()
  }

  #see({ request, response }: HttpMessage): void {
    if (request.headers.host !== this.#host || request.url !== new URL(this.server.jwksUri).pathname) return
    const log = this.#logs.get(request.headers[READER_HEADER] as Reader)
    if (log === undefined) throw new Error('somebody unknown fetches the keys')
    const sentAt = Number(request.headers[SENT_AT_HEADER])
    this.#finish.set(response, log.start(this.server.keys, this.#fetchFault(), sentAt))
  }

  #fetchFault(): FetchFault {
    if (this.#fault === undefined) return 'none'
    // Without metadata, keys whose place is known come all the same.
    if (this.#faultTarget === 'metadata') return 'delayed'
    return SLOW_FAULTS[this.#fault] ?? 'at once'
  }
}

interface HttpMessage {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** The back-off doubles with every failure, so it lasts no longer than the outage has, plus its first step. */
function longestTroubleAfter(outageMilliseconds: number): number {
  return outageMilliseconds + REFRESH_COOLDOWN_SECONDS * 1000 + SETTLING_MILLISECONDS
}
