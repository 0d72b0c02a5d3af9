import type { ResourceServerOptions } from '@scopeward/core'
import { allOf, anyOf, authenticated, type Requirement, scopeward } from '@scopeward/fastify'
import Fastify, { type FastifyInstance } from 'fastify'

/** The vocabulary of a shop's API: 25 scopes. */
export const SCOPES = {
  'orders:read': 'Read orders',
  'orders:write': { description: 'Place and change orders', implies: ['orders:read'] },
  'orders:refund': 'Refund orders',
  'invoices:read': 'Read invoices',
  'invoices:write': { description: 'Write invoices', implies: ['invoices:read'] },
  'invoices:void': 'Void invoices',
  'payments:read': 'Read payments',
  'payments:capture': 'Capture payments',
  'customers:read': 'Read customers',
  'customers:write': { description: 'Change customers', implies: ['customers:read'] },
  'customers:delete': 'Delete customers',
  'customers:export': 'Export all customers',
  'inventory:read': 'Read the inventory',
  'inventory:write': { description: 'Change the inventory', implies: ['inventory:read'] },
  'inventory:adjust': 'Correct counts',
  'shipments:read': 'Read shipments',
  'shipments:write': { description: 'Send shipments', implies: ['shipments:read'] },
  'reports:read': 'Read reports',
  'reports:export': { description: 'Export reports', implies: ['reports:read'] },
  'tickets:read': 'Read tickets',
  'tickets:write': { description: 'Answer tickets', implies: ['tickets:read'] },
  'webhooks:manage': 'Manage webhooks',
  'audit:read': 'Read the audit trail',
  'keys:rotate': 'Replace signing keys',
  admin: {
    description: 'Everything but keys',
    implies: [
      'orders:write',
      'orders:refund',
      'invoices:write',
      'invoices:void',
      'customers:write',
      'customers:delete',
      'customers:export',
      'inventory:write',
      'inventory:adjust',
      'audit:read',
      'webhooks:manage',
    ],
  },
} as const

export type Scope = keyof typeof SCOPES

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

export interface DemoRoute {
  readonly method: Method
  readonly path: string
  readonly access: Requirement<Scope>
}

/** 40 of them. */
export const ROUTES: readonly DemoRoute[] = (
  [
    ['GET', '/v1/me', authenticated],
    ['GET', '/v1/orders', 'orders:read'],
    ['GET', '/v1/orders/:id', 'orders:read'],
    ['GET', '/v1/orders/:id/lines', 'orders:read'],
    ['POST', '/v1/orders', 'orders:write'],
    ['PUT', '/v1/orders/:id', 'orders:write'],
    ['DELETE', '/v1/orders/:id', 'orders:write'],
    ['POST', '/v1/orders/:id/refunds', allOf('orders:refund', 'payments:read')],
    ['GET', '/v1/invoices', 'invoices:read'],
    ['GET', '/v1/invoices/:id', 'invoices:read'],
    ['POST', '/v1/invoices', 'invoices:write'],
    ['PUT', '/v1/invoices/:id', 'invoices:write'],
    ['POST', '/v1/invoices/:id/void', 'invoices:void'],
    ['GET', '/v1/payments', 'payments:read'],
    ['GET', '/v1/payments/:id', 'payments:read'],
    ['POST', '/v1/payments/:id/capture', 'payments:capture'],
    ['GET', '/v1/customers', 'customers:read'],
    ['GET', '/v1/customers/:id', anyOf('customers:read', 'tickets:write')],
    ['POST', '/v1/customers', 'customers:write'],
    ['PUT', '/v1/customers/:id', 'customers:write'],
    ['DELETE', '/v1/customers/:id', 'customers:delete'],
    ['GET', '/v1/customers/export', 'customers:export'],
    ['GET', '/v1/inventory', 'inventory:read'],
    ['GET', '/v1/inventory/:sku', 'inventory:read'],
    ['PUT', '/v1/inventory/:sku', 'inventory:write'],
    ['POST', '/v1/inventory/:sku/adjustments', 'inventory:adjust'],
    ['GET', '/v1/shipments', 'shipments:read'],
    ['GET', '/v1/shipments/:id', anyOf('shipments:read', 'orders:read')],
    ['POST', '/v1/shipments', 'shipments:write'],
    ['PUT', '/v1/shipments/:id/label', 'shipments:write'],
    ['GET', '/v1/reports', 'reports:read'],
    ['GET', '/v1/reports/:id', 'reports:read'],
    ['POST', '/v1/reports/:id/exports', 'reports:export'],
    ['GET', '/v1/tickets', 'tickets:read'],
    ['GET', '/v1/tickets/:id', 'tickets:read'],
    ['POST', '/v1/tickets/:id/replies', 'tickets:write'],
    ['GET', '/v1/webhooks', 'webhooks:manage'],
    ['PUT', '/v1/webhooks/:id', 'webhooks:manage'],
    ['GET', '/v1/audit', 'audit:read'],
    ['POST', '/v1/keys/rotation', 'keys:rotate'],
  ] as const
).map(([method, path, access]) => ({ method, path, access }))

export async function demoApi(options: Omit<ResourceServerOptions<Scope>, 'scopes'>): Promise<FastifyInstance> {
  const app = Fastify()
  await app.register(scopeward, { ...options, scopes: SCOPES })
  for (const { method, path: url, access } of ROUTES) app.route({ method, url, config: { access }, handler })
  await app.ready()
  return app
}

async function handler(): Promise<readonly unknown[]> {
  return []
}
