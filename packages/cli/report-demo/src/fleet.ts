import { type DemoRoute, ROUTES, SCOPES, type Scope } from './api.ts'
import type { Random } from './random.ts'

/** A client as its owners set it up, and what it really does. */
export interface FleetClient {
  readonly clientId: string
  readonly isPartner: boolean
  readonly granted: readonly Scope[]
  readonly calls: readonly DemoRoute[]
  readonly requests: number
}

interface Team {
  readonly name: string
  /** What its clients do: paths begin so. */
  readonly works: readonly string[]
  /** What somebody once decided that every client of the team gets. */
  readonly bundle: readonly Scope[]
  readonly jobs: readonly string[]
}

const TEAMS: readonly Team[] = [
  {
    name: 'billing',
    works: ['/v1/invoices', '/v1/payments'],
    bundle: [
      'invoices:read',
      'invoices:write',
      'invoices:void',
      'payments:read',
      'payments:capture',
      'orders:refund',
      'customers:read',
    ],
    jobs: ['dunning', 'exporter', 'ledger-sync', 'reminder', 'worker'],
  },
  {
    name: 'checkout',
    works: ['/v1/orders', '/v1/payments'],
    bundle: [
      'orders:read',
      'orders:write',
      'orders:refund',
      'payments:read',
      'payments:capture',
      'customers:write',
      'inventory:read',
    ],
    jobs: ['app', 'cart', 'express', 'web'],
  },
  {
    name: 'warehouse',
    works: ['/v1/inventory', '/v1/shipments'],
    bundle: [
      'inventory:read',
      'inventory:write',
      'inventory:adjust',
      'shipments:read',
      'shipments:write',
      'orders:read',
    ],
    jobs: ['counter', 'gate', 'label-printer', 'picker', 'robot'],
  },
  {
    name: 'support',
    works: ['/v1/tickets', '/v1/customers'],
    bundle: [
      'tickets:read',
      'tickets:write',
      'customers:read',
      'customers:write',
      'customers:delete',
      'orders:read',
      'orders:refund',
    ],
    jobs: ['bot', 'console', 'phone', 'triage'],
  },
  {
    name: 'reporting',
    works: ['/v1/reports', '/v1/orders'],
    bundle: [
      'reports:read',
      'reports:export',
      'customers:export',
      'orders:read',
      'invoices:read',
      'payments:read',
      'audit:read',
    ],
    jobs: ['board', 'dashboard', 'nightly', 'warehouse-load'],
  },
  {
    name: 'partner',
    works: ['/v1/orders', '/v1/shipments', '/v1/inventory'],
    bundle: ['orders:read', 'orders:write', 'shipments:read', 'inventory:read', 'webhooks:manage', 'customers:read'],
    jobs: ['acme', 'globex', 'hooli', 'initech', 'umbrella', 'wonka'],
  },
]

const ALL_SCOPES = Object.keys(SCOPES) as readonly Scope[]

/** Clients with few privileges too many, with many, with none that they use, and with too few. */
export function fleetOf(size: number, random: Random): readonly FleetClient[] {
  const clients: FleetClient[] = [operator('platform-admin-console', random), operator('platform-break-glass', random)]
  for (let number = 1; clients.length < size; number++) clients.push(member(number, random))
  return clients
}

function member(number: number, random: Random): FleetClient {
  const team = random.pick(TEAMS)
  const work = ROUTES.filter(({ path }) => team.works.some(prefix => path.startsWith(prefix)))
  const calls = random.some(work, random.between(1, 6))
  const fitting = neededFor(calls)
  const needed = fitting.length > 0 ? fitting : team.bundle.slice(0, 1)
  return {
    clientId: `${team.name}-${random.pick(team.jobs)}-${String(number).padStart(3, '0')}`,
    isPartner: team.name === 'partner',
    requests: Math.round(7 * 10 ** (random.next() * 1.7)),
    ...habit(team, calls, needed, random),
  }
}

function habit(
  team: Team,
  calls: readonly DemoRoute[],
  needed: readonly Scope[],
  random: Random,
): Pick<FleetClient, 'granted' | 'calls'> {
  const dice = random.next()
  if (dice < 0.4) return { granted: needed, calls }
  if (dice < 0.72) return { granted: united(needed, team.bundle), calls }
  if (dice < 0.8) return { granted: united(needed, random.some(ALL_SCOPES, 10)), calls }
  if (dice < 0.86)
    return { granted: ['admin'], calls: [...ROUTES.slice(0, 1), ...calls.filter(({ access }) => isImplied(access))] }
  if (dice < 0.92) return { granted: team.bundle, calls: ROUTES.slice(0, 1) }
  const tooFew: readonly Scope[] = needed.length > 1 ? needed.slice(1) : ['reports:read']
  return { granted: tooFew, calls: [...calls, ...random.some(ROUTES.slice(1), 2)] }
}

function operator(clientId: string, random: Random): FleetClient {
  const granted: readonly Scope[] = ['admin', 'keys:rotate', 'reports:export']
  return { clientId, isPartner: false, granted, calls: random.some(ROUTES, 14), requests: 120 }
}

/** One scope of each route, as a careful owner would grant it. */
function neededFor(calls: readonly DemoRoute[]): readonly Scope[] {
  const names = new Set(calls.flatMap(({ access }) => (typeof access === 'string' ? [access] : [])))
  const isCovered = (name: Scope) => [...names].some(other => other !== name && impliedBy(other).includes(name))
  return ALL_SCOPES.filter(name => names.has(name) && !isCovered(name))
}

function isImplied(access: DemoRoute['access']): boolean {
  return typeof access === 'string' && access.endsWith(':read') && impliedBy('admin').includes(access)
}

/** Transitively. */
function impliedBy(scope: Scope): readonly Scope[] {
  const definition = SCOPES[scope]
  const implied: readonly Scope[] = typeof definition === 'string' ? [] : definition.implies
  return [...implied, ...implied.flatMap(impliedBy)]
}

function united(one: readonly Scope[], other: readonly Scope[]): readonly Scope[] {
  return ALL_SCOPES.filter(scope => one.includes(scope) || other.includes(scope))
}
