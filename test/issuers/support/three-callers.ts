import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type Access,
  createResourceServer,
  type DenialCode,
  type RejectionDetail,
  type ResourceServer,
  type ResourceServerOptions,
} from '@scopeward/core'
import { createGuard } from '@scopeward/express'
import scopeward from '@scopeward/fastify'
import express from 'express'
import Fastify from 'fastify'
import { expect, onTestFinished } from 'vitest'
import { recordEvents } from '../../support/events.ts'
import { send, valuesOf } from '../../support/raw-http.ts'

export const AUDIENCE = 'https://api.example.com'
export const SCOPE = 'reports:read'
const SCOPES = { [SCOPE]: 'Read reports', 'reports:write': 'Change reports' } as const

export type Options = ResourceServerOptions<keyof typeof SCOPES>
export type Settings = Omit<Options, 'audience' | 'scopes'> & Partial<Pick<Options, 'audience'>>

/** What a caller gets, and what operators see of it. */
export interface Answer {
  readonly status: number
  /** `WWW-Authenticate`, `Retry-After`, `Cache-Control` and `Content-Type` of a refusal. */
  readonly headers: Readonly<Record<string, readonly string[]>>
  readonly body: string
  readonly code: DenialCode | undefined
  readonly detail: RejectionDetail | undefined
}

/** The same API behind Express, behind Fastify and without a framework: three resource servers with the same options. */
export interface ThreeCallers {
  readonly core: ResourceServer<keyof typeof SCOPES>
  /** Sends a token to all three, one after the other, and asserts that they answer the same. */
  ask(token: string): Promise<Answer>
}

/** Ends with the test. */
export async function startCallers(settings: Settings): Promise<ThreeCallers> {
  const options: Options = { audience: AUDIENCE, scopes: SCOPES, ...settings }
  const core = createResourceServer<keyof typeof SCOPES>(options)
  const ports = [await startExpress(options), await startFastify(options)]
  const callers = [...ports.map(port => askOverHttp(port)), askCore(core)]
  return {
    core,
    async ask(token) {
      const answers: Answer[] = []
      for (const ask of callers) answers.push(await withEvents(() => ask(token)))
      const [first, ...others] = answers as [Answer, ...Answer[]]
      for (const other of others) expect(other).toEqual(first)
      return first
    },
  }
}

async function startExpress(options: Options): Promise<number> {
  const guard = createGuard(options)
  const app = express()
  app.get('/reports', guard(SCOPE), (request, response) => void response.json(callerOf(request.auth)))
  const server: Server = createServer(app)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  })
  return (server.address() as AddressInfo).port
}

async function startFastify(options: Options): Promise<number> {
  const app = Fastify()
  await app.register(scopeward, options)
  app.get('/reports', { config: { access: SCOPE } }, async request => callerOf(request.auth))
  onTestFinished(() => app.close())
  await app.listen({ port: 0, host: '127.0.0.1' })
  return (app.server.address() as AddressInfo).port
}

function callerOf({ issuer, subject, clientId, kind, scopes }: Access): object {
  return { issuer, subject, clientId, kind, scopes: [...scopes] }
}

type Seen = Pick<Answer, 'status' | 'headers' | 'body'>

const COMPARED = ['www-authenticate', 'retry-after', 'cache-control', 'content-type'] as const

function askOverHttp(port: number): (token: string) => Promise<Seen> {
  return async token => {
    const response = await send(port, { path: '/reports', headers: [`Authorization: Bearer ${token}`] })
    const { status, body } = response
    if (status < 300) return { status, headers: {}, body }
    return { status, headers: Object.fromEntries(COMPARED.map(name => [name, valuesOf(response, name)])), body }
  }
}

function askCore(core: ResourceServer<keyof typeof SCOPES>): (token: string) => Promise<Seen> {
  return async token => {
    const outcome = await core.check(bearer(token), SCOPE)
    if (outcome.granted) return { status: 200, headers: {}, body: JSON.stringify(callerOf(outcome.access)) }
    const { status, headers, body } = outcome.denial
    const lowerCase = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
    const valuesNamed = (name: string): readonly string[] => [lowerCase.get(name) ?? []].flat()
    return { status, headers: Object.fromEntries(COMPARED.map(name => [name, valuesNamed(name)])), body }
  }
}

export function bearer(token: string): { method: string; url: string; headers: Record<string, string> } {
  return { method: 'GET', url: '/reports', headers: { authorization: `Bearer ${token}` } }
}

async function withEvents(ask: () => Promise<Seen>): Promise<Answer> {
  const events = recordEvents()
  try {
    const seen = await ask()
    expect(events.denied.length + events.granted.length).toBe(1)
    return { ...seen, code: events.denied[0]?.code, detail: withoutChance(events.denied[0]?.detail) }
  } finally {
    events.stop()
  }
}

/** A connection that the other side closes is one or the other, depending on which packet comes first. */
function withoutChance(detail: RejectionDetail | undefined): RejectionDetail | undefined {
  if (detail?.reason === undefined) return detail
  return { ...detail, reason: String(detail.reason).replace('(ECONNRESET)', '(UND_ERR_SOCKET)') }
}
