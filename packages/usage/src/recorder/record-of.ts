import type { RouteDenial, RouteUse, UsageRecord } from '../record.ts'
import { type Implications, impliedAmong } from '../vocabulary.ts'
import { missingScopes, useOf } from './grant.ts'
import type { Ledger, UseCounter } from './ledger.ts'
import type { RouteEntry } from './route-table.ts'

export interface RecordContext {
  /** ISO 8601. */
  readonly from: string
  readonly to: string
  readonly implications: Implications | undefined
  /** Told of a scope that something implied, and nobody knows what. */
  readonly onGuess: (ledger: Ledger) => void
}

/** A ledger in the form in which it is stored. Written out without spreads, which take longer than all the rest. */
export function recordOf(ledger: Ledger, context: RecordContext): UsageRecord {
  const { issuer, clientId, granted } = ledger
  const { from, to, implications } = context
  const routes: RouteUse[] = []
  for (const counter of ledger.uses.values()) routes.push(routeUse(ledger, counter, context))
  const denied: RouteDenial[] = []
  for (const [entry, byCode] of ledger.denials) {
    for (const [code, { count }] of byCode) denied.push(routeDenial(ledger, entry, code, count))
  }
  const record: Writable<UsageRecord> = { v: 1, from, to, issuer, clientId, granted, routes, denied }
  const implied = implications && impliedAmong(namesIn(granted, routes), implications)
  if (implied !== undefined) record.implied = implied
  if (ledger.hasOverflow) record.overflow = true
  return record
}

type Writable<T> = { -readonly [Name in keyof T]: T[Name] }

function namesIn(granted: readonly string[], routes: readonly RouteUse[]): ReadonlySet<string> {
  const names = new Set(granted)
  for (const { alternatives } of routes) for (const way of alternatives) for (const scope of way) names.add(scope)
  return names
}

function routeUse(ledger: Ledger, { entry, count }: UseCounter, context: RecordContext): RouteUse {
  const { method, route = null, required } = entry
  const { requirement } = required
  if (ledger.isShared) {
    return { method, route, requirement, alternatives: required.alternatives, count, used: [] }
  }
  const { alternatives, used, guessed } = useOf(ledger, required, context.implications)
  if (guessed) context.onGuess(ledger)
  return { method, route, requirement, alternatives, count, used }
}

function routeDenial(ledger: Ledger, entry: RouteEntry, code: string, count: number): RouteDenial {
  const { method, route = null, required } = entry
  const isByScope = code === 'insufficient_scope' && !ledger.isShared
  const missing = isByScope ? missingScopes(ledger, required) : []
  return { method, route, requirement: required.requirement, code, missing, count }
}
