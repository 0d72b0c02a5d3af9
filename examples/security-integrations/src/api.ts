import {
  allOf,
  createGuard,
  dpop,
  type ExpressGuardOptions,
  type Readiness,
  type ReplayStore,
  type RevocationList,
  service,
} from '@scopeward/express'
import express, { type Express, type Request, type Response } from 'express'
import { scopes } from './contract.ts'
import { answerErrors, problem } from './problem.ts'
import { alerts, devices, findings } from './store.ts'

export interface ApiOptions extends Pick<ExpressGuardOptions<string>, 'issuer' | 'allowHttpOnLoopback'> {
  /** The one name that clients call all processes by: `aud` of the tokens, and what DPoP proofs are made for. */
  readonly publicOrigin: string
  /** Both are shared by all processes. */
  readonly replayStore: ReplayStore
  readonly revocation: RevocationList
}

export interface Api {
  readonly app: Express
  /** Before `listen`: throws if a route is neither guarded nor public. */
  ready(): Promise<Readiness>
}

export function createApi({
  issuer,
  publicOrigin,
  replayStore,
  revocation,
  allowHttpOnLoopback = false,
}: ApiOptions): Api {
  const guard = createGuard({
    issuer,
    audience: publicOrigin,
    publicOrigin,
    scopes,
    dpop: { mode: 'accepted', replayStore },
    revocation,
    allowHttpOnLoopback,
  })
  const app = express().disable('x-powered-by')

  // `service`: the client acts for itself. Whoever logs in as a person has no business here, whatever the token's scope.
  app.get('/v1/findings', guard(allOf(service, 'findings:read')), (_request, response) => {
    response.json({ findings })
  })
  app.get('/v1/alerts', guard(allOf(service, 'alerts:read')), (_request, response) => {
    response.json({ alerts })
  })
  app.post('/v1/alerts/:alertId/notes', guard(allOf(service, 'alerts:annotate')), express.json(), addNote)
  app.get('/v1/devices', guard(allOf(service, 'devices:read')), (_request, response) => {
    response.json({ devices })
  })
  // The one call that does damage: a stolen token is of no use for it.
  app.post('/v1/devices/:deviceId/isolation', guard(allOf(service, 'devices:isolate', dpop)), isolateDevice)
  app.get('/health', guard.public, (_request, response) => {
    response.json({ healthy: true })
  })
  app.use(answerErrors)

  return { app, ready: () => guard.ready(app) }
}

function addNote({ auth, params, body }: Request<{ alertId: string }>, response: Response): void {
  const text: unknown = body?.text
  if (typeof text !== 'string' || text.trim() === '') problem(response, 400, 'Send a text')
  else if (!alerts.some(({ id }) => id === params.alertId)) problem(response, 404, 'No such alert')
  else response.status(201).json({ alertId: params.alertId, text, writtenBy: auth.clientId })
}

function isolateDevice({ auth, params }: Request<{ deviceId: string }>, response: Response): void {
  if (!devices.some(({ id }) => id === params.deviceId)) problem(response, 404, 'No such device')
  else response.status(202).json({ deviceId: params.deviceId, isolation: 'requested', requestedBy: auth.clientId })
}
