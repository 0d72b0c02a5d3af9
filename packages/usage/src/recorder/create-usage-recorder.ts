import type { DeclaredRequirement, RefusedRequest, UsageRecorder, UsedRoute, UsingCaller } from '@scopeward/core'
import { parseRecorderOptions, type UsageRecorderOptions, type UsageSettings } from '../options.ts'
import type { UsageRecord } from '../record.ts'
import type { Ledger } from './ledger.ts'
import { recordOf } from './record-of.ts'
import { Window } from './window.ts'

/** What has been counted and is not with the sink yet. */
export interface UsageSnapshot {
  /** ISO 8601. */
  readonly from: string
  readonly to: string
  readonly records: readonly UsageRecord[]
}

/** For the option `usageRecorder` of the resource server and of the adapters. Several servers may share one. */
export interface LedgerRecorder extends UsageRecorder {
  snapshot(): UsageSnapshot
  /**
   * Hands what was counted to the sink, now. Never rejects: what the sink does not take is kept, a process warning
   * (`SCOPEWARD_USAGE_SINK`) tells of it once until it takes some again, and it goes with the next flush.
   */
  flush(): Promise<void>
  /** Flushes for the last time, and closes the sink. */
  close(): Promise<void>
}

/** Codes of process warnings. */
const SINK_FAILED = 'SCOPEWARD_USAGE_SINK'
const SCOPE_GUESSED = 'SCOPEWARD_USAGE_IMPLIED'

/** A sink is given so many at a time: making more of them in one go would hold requests up. */
const RECORDS_AT_ONCE = 500

/**
 * Counts which of their scopes clients use, on which routes, and what they were refused for. In memory, within limits;
 * the sink has it every `flushSeconds`.
 * @throws ConfigurationError `option_missing`, `option_unknown`, `option_invalid`
 */
export function createUsageRecorder(options: UsageRecorderOptions): LedgerRecorder {
  return new FlushingRecorder(parseRecorderOptions(options))
}

class FlushingRecorder implements LedgerRecorder {
  readonly #settings: UsageSettings
  readonly #timer: NodeJS.Timeout
  readonly #warned = new Set<string>()
  #window: Window
  /** Taken from the window and not with the sink yet. */
  #leaving: { readonly from: number; ledgers: readonly Ledger[] } | undefined
  #flushes: Promise<void> = Promise.resolve()

  constructor(settings: UsageSettings) {
    this.#settings = settings
    this.#window = new Window(settings, settings.clock())
    this.#timer = setInterval(() => this.#flushUnlessBusy(), settings.flushSeconds * 1000).unref()
  }

  granted(caller: UsingCaller, route: UsedRoute, required: DeclaredRequirement): void {
    this.#window.granted(caller, route, required)
  }

  denied(refusal: RefusedRequest, route: UsedRoute, required: DeclaredRequirement): void {
    this.#window.denied(refusal, route, required)
  }

  snapshot(): UsageSnapshot {
    const to = this.#settings.clock()
    const leaving = this.#leaving ?? { from: this.#window.startedAt, ledgers: [] }
    const records = [
      ...this.#recordsOf(leaving.ledgers, leaving.from, to),
      ...this.#recordsOf(this.#window.ledgers(), this.#window.startedAt, to),
    ]
    return { from: new Date(leaving.from).toISOString(), to: new Date(to).toISOString(), records }
  }

  flush(): Promise<void> {
    this.#flushes = this.#flushes.then(() => this.#flushOnce())
    return this.#flushes
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.flush()
    await this.#settings.sink.close?.()
  }

  /** A sink that takes longer than the interval is not asked a second time meanwhile. */
  #flushUnlessBusy(): void {
    if (this.#leaving === undefined) void this.flush()
  }

  async #flushOnce(): Promise<void> {
    const { startedAt: from } = this.#window
    const to = this.#settings.clock()
    const leaving = { from, ledgers: this.#window.ledgers() }
    this.#window = new Window(this.#settings, to)
    if (leaving.ledgers.length === 0) return
    this.#leaving = leaving
    try {
      while (leaving.ledgers.length > 0) {
        await this.#settings.sink.write(this.#recordsOf(leaving.ledgers.slice(0, RECORDS_AT_ONCE), from, to))
        leaving.ledgers = leaving.ledgers.slice(RECORDS_AT_ONCE)
      }
      this.#warned.delete(SINK_FAILED)
    } catch (error) {
      this.#takeBack(leaving)
      this.#warn(SINK_FAILED, `The usage sink failed (${nameOf(error)}). What was counted is kept for the next flush.`)
    } finally {
      this.#leaving = undefined
    }
  }

  #takeBack({ from, ledgers }: { readonly from: number; readonly ledgers: readonly Ledger[] }): void {
    const since = this.#window
    this.#window = new Window(this.#settings, from)
    this.#window.absorb(ledgers)
    this.#window.absorb(since.ledgers())
  }

  #recordsOf(ledgers: readonly Ledger[], since: number, until: number): readonly UsageRecord[] {
    const { implications } = this.#settings
    const [from, to] = [new Date(since).toISOString(), new Date(until).toISOString()]
    const onGuess = () =>
      this.#warn(
        SCOPE_GUESSED,
        'A route required a scope that the token of a client does not list, so another one implies it, and the usage recorder does not know which: all scopes of that client count as used. Give createUsageRecorder() the option "scopes", as the resource server has it.',
      )
    return ledgers.map(ledger => recordOf(ledger, { from, to, implications, onGuess }))
  }

  /** Once for each outage: a sink that is away for a night would fill the log. */
  #warn(code: string, message: string): void {
    if (this.#warned.has(code)) return
    this.#warned.add(code)
    process.emitWarning(message, { code })
  }
}

/** Not its message, which may hold a URL with a password. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'for no given reason'
  const { code } = error as { readonly code?: unknown }
  return typeof code === 'string' ? code : error.name
}
