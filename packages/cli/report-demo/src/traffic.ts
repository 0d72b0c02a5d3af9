import { createTestIssuer, type TestIssuer, testClock } from '@scopeward/testing'
import { createUsageRecorder, fileSink } from '@scopeward/usage'
import type { FastifyInstance } from 'fastify'
import { type DemoRoute, demoApi, ROUTES, SCOPES } from './api.ts'
import type { FleetClient } from './fleet.ts'
import type { Random } from './random.ts'

const DAYS = 7
const AUDIENCE = 'https://api.example.com'

/** A week of the fleet against a real API with real tokens, recorded as in production. @returns how many requests it took */
export async function recordWeek(fleet: readonly FleetClient[], path: string, random: Random): Promise<number> {
  const clock = testClock('2026-01-05T00:00:00Z')
  await using staff = await createTestIssuer({ clock, algorithm: 'ES256', path: '/staff' })
  await using partners = await createTestIssuer({ clock, algorithm: 'ES256', path: '/partners' })
  const usageRecorder = createUsageRecorder({ sink: fileSink({ path }), scopes: SCOPES, clock, flushSeconds: 86_400 })
  const { issuer: staffName, ...options } = staff.options
  const app = await demoApi({
    ...options,
    issuer: [staffName, partners.options.issuer],
    audience: AUDIENCE,
    usageRecorder,
  })
  let requests = 0
  for (let day = 0; day < DAYS; day++) {
    for (const client of fleet) {
      requests += await dayOf(client, client.isPartner ? partners : staff, app, random)
    }
    requests += await strangers(staff, app, random)
    clock.advance({ days: 1 })
    await usageRecorder.flush()
  }
  await usageRecorder.close()
  await app.close()
  return requests
}

async function dayOf(client: FleetClient, issuer: TestIssuer, app: FastifyInstance, random: Random): Promise<number> {
  const { clientId, granted, calls } = client
  const requests = Math.round((client.requests / DAYS) * 2 * random.next())
  if (requests === 0) return 0
  const token = await issuer.token({ clientId, audience: AUDIENCE, scope: granted })
  for (let number = 0; number < requests; number++) await call(app, random.pick(calls), token)
  return requests
}

/** Who knocks without a genuine token. */
async function strangers(issuer: TestIssuer, app: FastifyInstance, random: Random): Promise<number> {
  const forged = await issuer.forge('signature-tampered', { audience: AUDIENCE, scope: 'admin' })
  const expired = await issuer.token({ audience: AUDIENCE, scope: 'orders:read', expiresInSeconds: -600 })
  for (const token of [undefined, undefined, undefined, forged, expired]) await call(app, random.pick(ROUTES), token)
  return 5
}

async function call(app: FastifyInstance, { method, path }: DemoRoute, token: string | undefined): Promise<void> {
  const url = path.replace(/:\w+/g, '7')
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const { statusCode } = await app.inject({ method, url, headers })
  if (statusCode !== 200 && statusCode !== 401 && statusCode !== 403) throw new Error(`${method} ${url}: ${statusCode}`)
}
