import { join } from 'node:path'
import { mergeUsage, readUsageFile } from '@scopeward/usage'
import { expect, test } from 'vitest'
import { ROUTES, SCOPES } from '../report-demo/src/api.ts'
import { fleetOf } from '../report-demo/src/fleet.ts'
import { Random } from '../report-demo/src/random.ts'
import { recordWeek } from '../report-demo/src/traffic.ts'
import { temporaryFolder } from './report-support.ts'

test('the demo records a fleet with fitting, too large and too small grants, of 25 scopes on 40 routes', async () => {
  expect([Object.keys(SCOPES).length, ROUTES.length]).toEqual([25, 40])
  const path = join(temporaryFolder(), 'usage.ndjson')
  const random = new Random(7)
  // A tenth of the traffic, and a little for everybody, shows the same.
  const fleet = fleetOf(20, random).map(client => ({ ...client, requests: 10 + Math.ceil(client.requests / 10) }))
  const requests = await recordWeek(fleet, path, random)
  const { clients, refused } = mergeUsage(await readUsageFile(path))
  const counted = [
    ...clients.map(client => client.requests + client.deniedRequests),
    ...refused.map(({ count }) => count),
  ]
  expect(counted.reduce((sum, count) => sum + count, 0)).toBe(requests)
  expect(clients.length).toBe(20)
  expect(new Set(clients.map(({ issuer }) => issuer)).size).toBe(2)
  expect(clients.some(({ couldGiveUp }) => couldGiveUp.length === 0)).toBe(true)
  expect(clients.some(({ couldGiveUp }) => couldGiveUp.length > 3)).toBe(true)
  expect(clients.some(({ denied }) => denied.some(({ missing }) => missing.length > 0))).toBe(true)
  expect(new Set(refused.map(({ code }) => code))).toEqual(
    new Set(['credentials_missing', 'signature_invalid', 'token_expired']),
  )
})
