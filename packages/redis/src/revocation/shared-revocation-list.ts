import {
  type ParsedRevocation,
  parseRevocation,
  type RevocableToken,
  type Revocation,
  RevocationTable,
  type RevocationVerdict,
} from '@scopeward/core'
import { Connection } from '../connection.ts'
import type { ConnectionSettings } from '../options.ts'
import type { RedisClient } from '../redis-client.ts'
import { RedisUnavailable } from '../redis-unavailable.ts'
import type { RedisRevocationList } from './create-revocation-list.ts'
import { nameOf } from './entry.ts'
import { type Changes, SharedEntries } from './shared-entries.ts'
import { UntoldRevocations } from './untold-revocations.ts'

export interface RevocationListSettings extends ConnectionSettings {
  readonly maxEntries: number
  readonly retainSeconds: number
  readonly maxAgeSeconds: number
  readonly clock: () => number
}

type Asked = Changes & { readonly after: number; readonly askedAt: number }

/** How often Redis is asked whether anything has changed: a message may have been lost, and a silent Redis may be gone. */
const BEAT_MILLISECONDS = 500

/** A Redis that has lost its memory is given so long to get it back, before a process that has just started believes it. */
const RESTORED_WITHIN_MILLISECONDS = 5000

/** To find out that a full Redis has no room takes a look at every entry: no more often than this on every beat. */
const FULL_MILLISECONDS = 5000

/** A clock that is being corrected may step back by so much and be believed. */
const CLOCK_STEPS_SECONDS = 1

export class SharedRevocationList implements RedisRevocationList {
  readonly #settings: RevocationListSettings
  readonly #table: RevocationTable
  readonly #connection: Connection
  readonly #entries: SharedEntries
  readonly #untold: UntoldRevocations
  #subscribed: object | undefined
  #generation: string | undefined
  #number = 0
  #completeAt: number | undefined
  #isOverfull = false
  #fullUntil = 0

  constructor(client: RedisClient, settings: RevocationListSettings) {
    const { keyPrefix, timeoutMilliseconds, maxEntries } = settings
    this.#settings = settings
    this.#table = new RevocationTable(settings)
    this.#untold = new UntoldRevocations(settings)
    this.#connection = new Connection(client, {
      part: 'revocation_list',
      timeoutMilliseconds,
      beatMilliseconds: BEAT_MILLISECONDS,
      beat: () => this.#catchUp(),
    })
    this.#entries = new SharedEntries(this.#connection, keyPrefix, maxEntries)
    Object.freeze(this)
  }

  get ageSeconds(): number {
    if (this.#completeAt === undefined) return Number.POSITIVE_INFINITY
    const age = (this.#settings.clock() - this.#completeAt) / 1000
    // A clock that was set back would make the view look young for as long.
    return age < -CLOCK_STEPS_SECONDS ? Number.POSITIVE_INFINITY : Math.max(age, 0)
  }

  get problem(): string | undefined {
    return this.#connection.problem
  }

  verdictOn(token: RevocableToken): RevocationVerdict {
    // However old the view: what was revoked stays so.
    if (this.#table.covers(token)) return 'revoked'
    // Written so that a clock that yields NaN refuses.
    return !this.#isOverfull && this.ageSeconds <= this.#settings.maxAgeSeconds ? 'not_revoked' : 'unknown'
  }

  async revoke(revocation: Revocation): Promise<void> {
    const parsed = parseRevocation(revocation, this.#settings)
    const isWritten = await this.#write([parsed]).catch((error: unknown) => {
      // Without room here it holds nowhere: then that is the error.
      this.#table.add(parsed)
      this.#untold.add(parsed)
      throw error
    })
    if (!isWritten) throw new RangeError(this.#noRoom())
    // It holds, whether there is room for it here or not: without, this process answers 503.
    if (!this.#tryToAdd(parsed)) this.#isOverfull = true
  }

  ready(): Promise<void> {
    return this.#connection.ready()
  }

  close(): Promise<void> {
    return this.#connection.close()
  }

  /** False: there is no room, even without those that have expired. */
  async #write(revocations: readonly ParsedRevocation[]): Promise<boolean> {
    if (await this.#entries.write(revocations, this.#settings.clock())) return true
    await this.#entries.strikeOffExpired()
    return this.#entries.write(revocations, this.#settings.clock())
  }

  /** Until this process knows what Redis knows, and Redis what this process knows. */
  async #catchUp(): Promise<string | undefined> {
    let changes = await this.#changesAfter(this.#number)
    // Subscribed first: what is revoked while the rest is being read is announced.
    if (await this.#subscribe(changes.channel)) changes = await this.#changesAfter(this.#number)
    const isAnother = changes.generation !== this.#generation || changes.lastNumber < this.#number
    const completeAt = isAnother ? await this.#startOver() : await this.#follow(changes)
    const isOld = changes.ageMilliseconds >= RESTORED_WITHIN_MILLISECONDS
    if (isOld) this.#completeAt = completeAt
    // Only now: a Redis that can be read but not written to makes no view age.
    if (!(await this.#tell())) return this.#noRoom()
    if (isOld) return undefined
    return 'Redis is new, or has lost its memory: it is given 5 seconds to hear what other processes know'
  }

  async #tell(): Promise<boolean> {
    const untold = this.#untold.all()
    if (untold.length === 0) return true
    if (performance.now() < this.#fullUntil) return false
    const isTold = await this.#write(untold)
    if (isTold) this.#untold.remove(untold)
    else this.#fullUntil = performance.now() + FULL_MILLISECONDS
    return isTold
  }

  /** The messages say nothing but that something has changed: what it is comes the same way as what was missed. */
  async #subscribe(channel: string): Promise<boolean> {
    const { link } = this.#connection
    if (this.#subscribed === link) return false
    await this.#connection.run((_, client) => client.subscribe(channel, () => this.#connection.beat()))
    this.#subscribed = link
    return true
  }

  /** Reads everything, and finds out what Redis has lost. */
  async #startOver(): Promise<number> {
    const lost = new Map(Array.from(this.#table.entries(), own => [nameOf(own), own]))
    const all = await this.#changesAfter(0)
    const completeAt = await this.#follow(all, kept => {
      const name = lost.size === 0 ? '' : nameOf(kept)
      if (kept.issuedBefore >= (lost.get(name)?.issuedBefore ?? Number.POSITIVE_INFINITY)) lost.delete(name)
    })
    for (const own of lost.values()) this.#untold.add(own)
    this.#fullUntil = 0
    this.#generation = all.generation
    return completeAt
  }

  /** Page after page. Resolves to the time at which nothing was missing. */
  async #follow(first: Asked, onRead: (revocation: ParsedRevocation) => void = () => undefined): Promise<number> {
    for (let page = first; ; page = await this.#changesAfter(this.#number)) {
      if (page.generation !== first.generation) throw new RedisUnavailable('Redis has changed meanwhile')
      for (const revocation of await this.#entries.read(page.changed.map(({ name }) => name))) {
        this.#add(revocation)
        onRead(revocation)
      }
      this.#number = page.changed.at(-1)?.number ?? page.after
      if (page.isFullPage) continue
      this.#isOverfull = false
      return page.askedAt
    }
  }

  async #changesAfter(after: number): Promise<Asked> {
    const askedAt = this.#settings.clock()
    return { ...(await this.#entries.changesAfter(after)), after, askedAt }
  }

  #add(revocation: ParsedRevocation): void {
    if (revocation.expiresAt <= this.#settings.clock() || this.#tryToAdd(revocation)) return
    this.#isOverfull = true
    throw new RangeError(this.#noRoom())
  }

  /** False: there is no room. */
  #tryToAdd(revocation: ParsedRevocation): boolean {
    try {
      this.#table.add(revocation)
      return true
    } catch {
      return false
    }
  }

  #noRoom(): string {
    return `Redis holds ${this.#settings.maxEntries} revocations already, as many as "maxEntries" allows.`
  }
}
