import { DENIALS, type DenialRow } from '@scopeward/core'
import type { ClientUsage, UsageSummary } from '@scopeward/usage'
import type { ClientRow, CodeRow, ReportData } from './report-data.ts'

interface Place {
  readonly method: string
  readonly route: string | null
  readonly requirement: string
}

/** Positions of the names, in the order of the alphabet; of the routes, in that of the summary. */
interface Positions {
  readonly issuers: Positioned
  readonly scopes: Positioned
  readonly codes: Positioned
  readonly routes: ReadonlyMap<string, number>
}

export function toReportData(summary: UsageSummary, title: string, writtenAt: Date): ReportData {
  const at = positionsOf(summary)
  return {
    title,
    writtenAt: writtenAt.toISOString(),
    from: summary.from ?? '',
    to: summary.to ?? '',
    issuers: at.issuers.names,
    scopes: at.scopes.names,
    codes: at.codes.names.map(codeRow),
    routes: summary.routes.map(({ method, route, requirement, requests, denied }) => ({
      method,
      path: route,
      requirement,
      requests,
      denied,
    })),
    clients: summary.clients.map(client => clientRow(client, at)),
    refused: summary.refused.map(refused => ({
      issuer: refused.issuer === null ? null : at.issuers.of(refused.issuer),
      route: routeAt(at, refused),
      code: at.codes.of(refused.code),
      count: refused.count,
    })),
    overflow: summary.overflow,
  }
}

function positionsOf({ clients, routes, refused }: UsageSummary): Positions {
  const scopes = clients.flatMap(({ granted, used, leastGrant, denied }) => [
    ...granted,
    ...used,
    ...leastGrant,
    ...denied.flatMap(({ missing }) => missing),
  ])
  const issuers = [...clients, ...refused].flatMap(({ issuer }) => (issuer === null ? [] : [issuer]))
  const codes = [...refused, ...clients.flatMap(({ denied }) => denied)].map(({ code }) => code)
  return {
    issuers: new Positioned(issuers),
    scopes: new Positioned(scopes),
    codes: new Positioned(codes),
    routes: new Map(routes.map((route, position) => [keyOf(route), position])),
  }
}

function clientRow(client: ClientUsage, at: Positions): ClientRow {
  return {
    issuer: at.issuers.of(client.issuer),
    id: client.clientId,
    from: client.from,
    to: client.to,
    isComplete: client.isComplete,
    requests: client.requests,
    denied: client.deniedRequests,
    granted: at.scopes.all(client.granted),
    used: at.scopes.all(client.used),
    least: at.scopes.all(client.leastGrant),
    uses: client.routes.map(use => [routeAt(at, use), use.count, at.scopes.all(use.used)]),
    denials: client.denied.map(denial => [
      routeAt(at, denial),
      at.codes.of(denial.code),
      at.scopes.all(denial.missing),
      denial.count,
    ]),
  }
}

/** A record may be of a later release, with codes that this one does not know. */
function codeRow(code: string): CodeRow {
  const row = Object.hasOwn(DENIALS, code) ? (DENIALS as Readonly<Record<string, DenialRow>>)[code] : undefined
  return { code, status: row?.status ?? null, remedy: row?.remedy ?? '' }
}

function keyOf({ method, route, requirement }: Place): string {
  return JSON.stringify([method, route, requirement])
}

function routeAt(at: Positions, place: Place): number {
  return known(at.routes.get(keyOf(place)), place.route ?? '')
}

class Positioned {
  readonly names: readonly string[]
  readonly #positions: ReadonlyMap<string, number>

  constructor(names: readonly string[]) {
    this.names = [...new Set(names)].sort()
    this.#positions = new Map(this.names.map((name, position) => [name, position]))
  }

  of(name: string): number {
    return known(this.#positions.get(name), name)
  }

  all(names: readonly string[]): readonly number[] {
    return names.map(name => this.of(name))
  }
}

function known(position: number | undefined, name: string): number {
  if (position === undefined) throw new Error(`The usage summary names ${name} and does not list it.`)
  return position
}
