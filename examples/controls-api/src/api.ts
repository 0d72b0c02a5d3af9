import {
  type Access,
  allOf,
  anyOf,
  createGuard,
  type Readiness,
  role,
  satisfies,
  service,
  sharedSecret,
  user,
} from '@scopeward/express'
import express, { type Express, type Response } from 'express'
import type { Client, Control, ControlStore } from './store.ts'

export interface ApiOptions {
  readonly issuer: string
  readonly audience: string
  /** The current one, and while it is being replaced the previous one. 32 bytes or more each. */
  readonly secrets: readonly (string | Uint8Array)[]
  readonly controls: ControlStore
  readonly clients: readonly Client[]
}

export interface Api {
  readonly app: Express
  /** Before `listen`: throws if a route is neither guarded nor public. */
  ready(): Promise<Readiness>
}

/** A user with the delegated scope, or a service with the role. */
const mayRead = anyOf(
  allOf(user, 'controls:read'),
  allOf(service, anyOf(role('controls-reader'), role('controls-admin'))),
)
const mayChange = anyOf(allOf(user, 'controls:write'), allOf(service, role('controls-admin')))
const mayDelete = anyOf(allOf(user, 'controls:write', role('administrator')), allOf(service, role('controls-admin')))

/** The token belongs to an organization, and the request names no other. Repeated in the query it is an array: refused. */
const ownOrganization = satisfies('own organization', ({ claims }, { query }) => {
  if (typeof claims.org !== 'string') return false
  return query.organization === undefined || query.organization === claims.org
})

export function createApi({ controls, clients, ...login }: ApiOptions): Api {
  const guard = createControlsGuard(login)
  const reading = guard(allOf(mayRead, ownOrganization))
  const changing = guard(allOf(mayChange, ownOrganization))
  const app = express()

  app.get('/v1/controls', reading, ({ auth }, response) => {
    response.json({ controls: controls.list(organizationOf(auth)) })
  })
  app.get('/v1/controls/:controlId', reading, ({ auth, params }, response) => {
    sendControl(response, controls.find(organizationOf(auth), params.controlId))
  })
  app.post('/v1/controls', changing, express.json(), ({ auth, body }, response) => {
    if (!isTitle(body?.title)) return titleMissing(response)
    const { kind, subject, clientId } = auth
    const control = controls.add(organizationOf(auth), body.title, { kind, subject, clientId })
    response.status(201).location(`/v1/controls/${control.id}`).json(control)
  })
  app.patch('/v1/controls/:controlId', changing, express.json(), ({ auth, params, body }, response) => {
    if (!isTitle(body?.title)) return titleMissing(response)
    sendControl(response, controls.rename(organizationOf(auth), params.controlId, body.title))
  })
  app.delete('/v1/controls/:controlId', guard(allOf(mayDelete, ownOrganization)), ({ auth, params }, response) => {
    if (controls.remove(organizationOf(auth), params.controlId)) response.status(204).end()
    else noSuchControl(response)
  })
  app.get('/v1/clients', guard(allOf(user, 'clients:read', ownOrganization)), ({ auth }, response) => {
    response.json({ clients: clients.filter(client => isVisible(client, auth)) })
  })

  return { app, ready: () => guard.ready(app) }
}

function createControlsGuard({ issuer, audience, secrets }: Pick<ApiOptions, 'issuer' | 'audience' | 'secrets'>) {
  return createGuard({
    issuer: sharedSecret({
      issuer,
      secrets,
      profile: {
        name: 'controls-login',
        basedOn: 'rfc9068',
        requiredClaims: ['org'], // besides those of RFC 9068
        claimValues: { ver: ['1'] },
      },
    }),
    audience,
    scopes: {
      'controls:read': 'Read controls',
      'controls:write': { description: 'Change controls', implies: ['controls:read'] },
      'clients:read': 'See clients',
    },
  })
}

/** Only behind `ownOrganization`, which has seen that it is a string. */
function organizationOf({ claims }: Access): string {
  return claims.org as string
}

/** A personal client is its owner's alone, whatever role others have. */
function isVisible(client: Client, auth: Access): boolean {
  if (client.organization !== organizationOf(auth)) return false
  return client.kind === 'personal' ? client.owner === auth.subject : auth.roles.has('administrator')
}

function isTitle(title: unknown): title is string {
  return typeof title === 'string' && title.trim() !== ''
}

function titleMissing(response: Response): void {
  problem(response, 400, 'Send a title')
}

function sendControl(response: Response, control: Control | undefined): void {
  if (control === undefined) noSuchControl(response)
  else response.json(control)
}

/** The same whether it does not exist or belongs to another organization: 403 would tell which. */
function noSuchControl(response: Response): void {
  problem(response, 404, 'No such control')
}

function problem(response: Response, status: number, detail: string): void {
  response.status(status).type('application/problem+json').json({ status, detail })
}
