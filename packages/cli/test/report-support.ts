import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RouteDenial, RouteUse, UsageRecord } from '@scopeward/usage'
import { onTestFinished } from 'vitest'

export const ISSUER = 'https://login.example.com'

/** A record as the recorder writes it: one client, its grant, and where each scope took it. */
export function recordOf(
  clientId: string | null,
  granted: readonly string[],
  { routes = [], denied = [], ...rest }: Partial<UsageRecord> = {},
): UsageRecord {
  return {
    v: 1,
    from: '2026-01-05T00:00:00.000Z',
    to: '2026-01-06T00:00:00.000Z',
    issuer: ISSUER,
    clientId,
    granted,
    routes,
    denied,
    ...rest,
  }
}

export function useOf(scope: string, count = 1, used: readonly string[] = [scope]): RouteUse {
  return { method: 'GET', route: `/${scope}`, requirement: scope, alternatives: [[scope]], count, used }
}

export function denialOf(scope: string, count = 1): RouteDenial {
  const code = 'insufficient_scope'
  return { method: 'GET', route: `/${scope}`, requirement: scope, code, missing: [scope], count }
}

/** Deleted when the test, or the suite, ends. */
export function temporaryFolder(atEnd: (remove: () => void) => void = onTestFinished): string {
  const folder = mkdtempSync(join(tmpdir(), 'scopeward-report-'))
  atEnd(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export function writeRecords(path: string, records: readonly UsageRecord[]): string {
  writeFileSync(path, records.map(record => `${JSON.stringify(record)}\n`).join(''))
  return path
}
