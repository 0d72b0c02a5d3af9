import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type Access,
  authenticated,
  type CustomProfile,
  createResourceServer,
  type DenialCode,
  type DeniedEvent,
  type ProfileName,
  type ResourceServer,
  type ResourceServerOptions,
} from '@scopeward/core'
import { createGuard } from '@scopeward/express'
import scopeward from '@scopeward/fastify'
import express from 'express'
import Fastify from 'fastify'
import { afterAll, beforeAll, expect } from 'vitest'
import { type EventLog, recordEvents } from '../support/events.ts'
import { send, valuesOf } from '../support/raw-http.ts'
import { refusalFor } from '../support/refusals.ts'
import { askedIssuer, type Issued, isIntrospected, signingIssuer, type TableIssuer } from './issuers.ts'
import type { ProfileSamples } from './sample.ts'
import { CLIENT_CERT, requestWith, TRUSTED_PROXY } from './sender.ts'

/** What an access says, in a form to compare. */
export interface Said {
  readonly clientId: string
  readonly subject: string
  readonly kind: Access['kind']
  readonly scopes: readonly string[]
  readonly roles: readonly string[]
  readonly permissions: readonly string[]
}

/** One issuer and the APIs that trust it under one profile. */
export interface Bench {
  token(issued: Issued): Promise<string>
  /** Accepted by every API alike. */
  accepted(token: string): Promise<Said>
  /** Refused by every API alike, with the exact wire text of the code that the event tells operators. */
  refused(token: string): Promise<DeniedEvent>
}

/** By `isIntrospected`: what holds where the option is left out. */
const DEFAULTS: readonly (readonly [ProfileName, boolean])[] = [
  ['rfc9068', false],
  ['rfc7662', true],
]

/**
 * Starts them before the tests of a table: an Express app, a Fastify app and two resource servers. The last of them has a
 * profile of its own that changes nothing; the others have the profile by name, or leave out the option for the default.
 * @param introspected whether an endpoint is asked; may be asked about claims of signed tokens too
 * @param changes of the profile of its own, which all of them have then
 */
export function useBench(
  table: ProfileSamples,
  introspected: boolean = isIntrospected(table.profile),
  changes?: Partial<CustomProfile>,
): Bench {
  let issuer: TableIssuer
  let apis: Apis
  let events: EventLog
  beforeAll(async () => {
    issuer = await (introspected ? askedIssuer : signingIssuer)(table)
    const profile = table.profile as ProfileName
    const isDefault = DEFAULTS.some(([name, asked]) => name === profile && asked === introspected)
    const custom = { ...changes, name: 'our-login', basedOn: profile }
    const named = isDefault ? undefined : profile
    const options = (of: ProfileName | CustomProfile | undefined): Options => {
      return { ...issuer.options(of), trustedProxy: TRUSTED_PROXY }
    }
    apis = await startApis(options(changes === undefined ? named : custom), options(custom))
    events = recordEvents()
  })
  afterAll(async () => {
    events.stop()
    await apis.close()
    await issuer.stop()
  })
  return {
    token: issued => issuer.token(issued),
    accepted: token => accepted(apis, token),
    refused: async token => {
      events.clear()
      return refused(apis, token, events.denied)
    },
  }
}

interface Apis {
  readonly ports: readonly number[]
  readonly cores: readonly ResourceServer<never>[]
  close(): Promise<void>
}

type Options = ResourceServerOptions<never>

async function startApis(options: Options, custom: Options): Promise<Apis> {
  const expressServer = await startExpress(options)
  const fastify = Fastify()
  await fastify.register(scopeward, options)
  fastify.get('/', { config: { access: authenticated } }, async request => saidBy(request.auth))
  await fastify.listen({ port: 0, host: '127.0.0.1' })
  return {
    ports: [expressServer, fastify.server].map(server => (server.address() as AddressInfo).port),
    cores: [createResourceServer(options), createResourceServer(custom)],
    close: async () => {
      await fastify.close()
      await new Promise(resolve => expressServer.close(resolve))
    },
  }
}

async function startExpress(options: Options): Promise<Server> {
  const guard = createGuard(options)
  const app = express()
  app.get('/', guard(authenticated), (request, response) => void response.json(saidBy(request.auth)))
  await guard.ready(app)
  const server = createServer(app)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return server
}

function saidBy({ clientId, subject, kind, scopes, roles, permissions }: Access): Said {
  const [sortedScopes, sortedRoles, sortedPermissions] = [scopes, roles, permissions].map(set => [...set].sort())
  return {
    clientId,
    subject,
    kind,
    scopes: sortedScopes as string[],
    roles: sortedRoles as string[],
    permissions: sortedPermissions as string[],
  }
}

async function accepted({ ports, cores }: Apis, token: string): Promise<Said> {
  const answers = await Promise.all(ports.map(port => send(port, bearer(token))))
  expect(answers.map(({ status }) => status)).toEqual(ports.map(() => 200))
  const outcomes = await Promise.all(cores.map(core => core.check(requestWith(token), authenticated)))
  const said = [
    ...answers.map(({ body }) => JSON.parse(body) as Said),
    ...outcomes.map(outcome => (outcome.granted ? saidBy(outcome.access) : outcome.denial.code)),
  ]
  for (const each of said) expect(each).toEqual(said[0])
  return said[0] as Said
}

async function refused({ ports, cores }: Apis, token: string, denied: readonly DeniedEvent[]): Promise<DeniedEvent> {
  const answers = await Promise.all(ports.map(port => send(port, bearer(token))))
  const outcomes = await Promise.all(cores.map(core => core.check(requestWith(token), authenticated)))
  const code = denied[0]?.code as DenialCode
  expect(denied.map(event => event.code)).toEqual([...ports, ...cores].map(() => code))
  const expected = refusalFor(code, '')
  expect(expected.status).toBe(401)
  for (const answer of answers) {
    const challenge = valuesOf(answer, 'www-authenticate')
    expect({ status: answer.status, challenge, body: answer.body }).toEqual(expected)
  }
  for (const outcome of outcomes) {
    if (outcome.granted) throw new Error('check() granted it')
    const { status, headers, body } = outcome.denial
    expect({ status, challenge: [headers['WWW-Authenticate']], body }).toEqual(expected)
  }
  return denied[0] as DeniedEvent
}

function bearer(token: string) {
  return { headers: [`Authorization: Bearer ${token}`, `Client-Cert: ${CLIENT_CERT}`] }
}
