import type { RouteDenial, RouteUse, UsageRecord } from '../record.ts'

/** Whose it is: what all counters of one record have in common. */
export type Owner = Pick<UsageRecord, 'issuer' | 'clientId' | 'granted' | 'overflow'>

/**
 * A counter by its name, which says all about it: records of any process that count the same come to the same names. What
 * implies what is no count, and stands for all clients, so that it does not multiply the counters.
 */
export type CounterName =
  | readonly ['use', Owner, Omit<RouteUse, 'count'>]
  | readonly ['denied', Owner, Omit<RouteDenial, 'count'>]
  | readonly ['implies', broader: string, narrower: string]

export function* countersOf(record: UsageRecord): Generator<readonly [name: string, count: number]> {
  const owner = ownerOf(record)
  for (const { count, method, route, requirement, alternatives, used } of record.routes) {
    yield [nameOf(['use', owner, { method, route, requirement, alternatives, used }]), count]
  }
  for (const { count, method, route, requirement, code, missing } of record.denied) {
    yield [nameOf(['denied', owner, { method, route, requirement, code, missing }]), count]
  }
  for (const [broader, narrower] of Object.entries(record.implied ?? {})) {
    for (const scope of narrower) yield [nameOf(['implies', broader, scope]), 1]
  }
}

function ownerOf({ issuer, clientId, granted, overflow }: Owner): Owner {
  return { issuer, clientId, granted, ...(overflow && { overflow }) }
}

function nameOf(name: CounterName): string {
  return JSON.stringify(name)
}

const NOBODY: Owner = { issuer: null, clientId: null, granted: [], overflow: true }
const ANYWHERE = { method: '*', route: null, requirement: '*' }

/** Where a day is counted that has too many counters. */
export const UNTOLD: { readonly use: string; readonly denied: string } = {
  use: nameOf(['use', NOBODY, { ...ANYWHERE, alternatives: [[]], used: [] }]),
  denied: nameOf(['denied', NOBODY, { ...ANYWHERE, code: '*', missing: [] }]),
}
