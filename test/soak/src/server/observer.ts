import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Observed } from '../messages.ts'

const MAX_COMPLAINTS = 20

/** Listens to what the library and Node have to say, as an operator would, and counts it. */
export class Observer {
  readonly #events: Record<string, number> = {}
  readonly #complaints: string[] = []
  readonly #onGranted = (): void => this.#count('granted')
  readonly #onDenied = (event: unknown): void => this.#count(String((event as { code: unknown }).code))
  readonly #onKeySet = (event: unknown): void => this.#count(`keys ${(event as { outcome: unknown }).outcome}`)
  readonly #onWarning = (warning: Error): void => this.#complain(`warning ${warning.name}: ${warning.message}`)
  readonly #onUnhandled = (reason: unknown): void => this.#complain(`unhandled rejection: ${String(reason)}`)

  constructor() {
    subscribe('scopeward:granted', this.#onGranted)
    subscribe('scopeward:denied', this.#onDenied)
    subscribe('scopeward:key-set', this.#onKeySet)
    process.on('warning', this.#onWarning).on('unhandledRejection', this.#onUnhandled)
  }

  get observed(): Observed {
    return { events: this.#events, complaints: this.#complaints }
  }

  stop(): void {
    unsubscribe('scopeward:granted', this.#onGranted)
    unsubscribe('scopeward:denied', this.#onDenied)
    unsubscribe('scopeward:key-set', this.#onKeySet)
    process.off('warning', this.#onWarning).off('unhandledRejection', this.#onUnhandled)
  }

  #count(name: string): void {
    this.#events[name] = (this.#events[name] ?? 0) + 1
  }

  #complain(text: string): void {
    if (this.#complaints.length < MAX_COMPLAINTS) this.#complaints.push(text)
  }
}
