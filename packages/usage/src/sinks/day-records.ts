import { isUsageRecord, type RouteDenial, type RouteUse, type UsageRecord } from '../record.ts'
import { impliedAmong } from '../vocabulary.ts'
import type { CounterName, Owner } from './usage-counters.ts'

interface Counted {
  readonly owner: Owner
  readonly routes: RouteUse[]
  readonly denied: RouteDenial[]
}

/** Makes records again of the counters of a day. */
export class DayRecords {
  readonly #period: Pick<UsageRecord, 'from' | 'to'>
  readonly #counted = new Map<string, Counted>()
  readonly #implied = new Map<string, Set<string>>()

  constructor(from: string, to: string) {
    this.#period = { from, to }
  }

  /** Whoever can write to Redis can write anything: what is no counter is left out. */
  add(text: string, count: number): void {
    const name = parsed(text)
    if (name?.[0] === 'implies') {
      const narrower = this.#implied.get(name[1]) ?? new Set()
      this.#implied.set(name[1], narrower.add(name[2]))
    } else if (name?.[0] === 'use' || name?.[0] === 'denied') {
      this.#addCount(name, count)
    }
  }

  records(): readonly UsageRecord[] {
    return [...this.#counted.values()].map(({ owner, routes, denied }) => {
      const named = new Set([...owner.granted, ...routes.flatMap(({ alternatives }) => alternatives.flat())])
      const implied = impliedAmong(named, this.#implied)
      return { v: 1, ...this.#period, ...owner, ...(implied !== undefined && { implied }), routes, denied }
    })
  }

  #addCount([kind, owner, what]: Exclude<CounterName, readonly ['implies', ...unknown[]]>, count: number): void {
    const routes = kind === 'use' ? [{ ...what, count } as RouteUse] : []
    const denied = kind === 'denied' ? [{ ...what, count } as RouteDenial] : []
    if (!isUsageRecord({ v: 1, ...this.#period, ...owner, routes, denied })) return
    const key = JSON.stringify(owner)
    const counted = this.#counted.get(key) ?? { owner, routes: [], denied: [] }
    this.#counted.set(key, counted)
    counted.routes.push(...routes)
    counted.denied.push(...denied)
  }
}

function parsed(text: string): CounterName | undefined {
  try {
    const name: unknown = JSON.parse(text)
    return Array.isArray(name) ? (name as unknown as CounterName) : undefined
  } catch {
    return undefined
  }
}
