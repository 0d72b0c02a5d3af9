import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createResourceServer, type Requirement, type ResourceServerOptions } from '@scopeward/core'
import { createGuard } from '@scopeward/express'
import scopeward, { optional } from '@scopeward/fastify'
import express from 'express'
import Fastify from 'fastify'
import { onTestFinished } from 'vitest'
import { send, valuesOf } from './raw-http.ts'
import { recordAnswer } from './ways.ts'

/** What a caller sees. */
export interface Answer {
  readonly status: number
  readonly challenge: readonly string[]
  readonly body: string
}

/** The same route of the same API, by one of the ways in: without a token, or with one. */
export interface Door {
  readonly name: 'Express' | 'Fastify' | 'check()'
  ask(token?: string): Promise<Answer>
}

const NOTHING: Answer = { status: 200, challenge: [], body: '[]' }

/**
 * One route with this requirement, through Express, Fastify and `check()`. Closed when the test ends.
 * @param anonymousPass whether requests without credentials pass
 */
export async function openDoors<Scope extends string>(
  options: ResourceServerOptions<Scope>,
  requirement: Requirement<Scope>,
  anonymousPass = false,
): Promise<readonly Door[]> {
  const doors = [
    await expressDoor(options, requirement, anonymousPass),
    await fastifyDoor(options, requirement, anonymousPass),
    coreDoor(options, requirement, anonymousPass),
  ]
  return doors.map(door => recorded(door, options.signatureEngine ?? 'node'))
}

function recorded({ name, ask }: Door, engine: 'node' | 'jose'): Door {
  return {
    name,
    ask: async token => {
      const answer = await ask(token)
      recordAnswer(`${name} with ${engine}`, answer.status < 400)
      return answer
    },
  }
}

async function expressDoor<Scope extends string>(
  options: ResourceServerOptions<Scope>,
  requirement: Requirement<Scope>,
  anonymousPass: boolean,
): Promise<Door> {
  const guard = createGuard(options)
  const app = express()
  app.get('/', anonymousPass ? guard.optional(requirement) : guard(requirement), (_request, response) => {
    response.json([])
  })
  const server = createServer(app)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { name: 'Express', ask: token => askOverHttp((server.address() as AddressInfo).port, token) }
}

async function fastifyDoor<Scope extends string>(
  options: ResourceServerOptions<Scope>,
  requirement: Requirement<Scope>,
  anonymousPass: boolean,
): Promise<Door> {
  const app = Fastify()
  onTestFinished(() => app.close())
  await app.register(scopeward, options)
  app.get('/', { config: { access: anonymousPass ? optional(requirement) : requirement } }, async () => [])
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { name: 'Fastify', ask: token => askOverHttp((app.server.address() as AddressInfo).port, token) }
}

function coreDoor<Scope extends string>(
  options: ResourceServerOptions<Scope>,
  requirement: Requirement<Scope>,
  anonymousPass: boolean,
): Door {
  const server = createResourceServer(options)
  const guard = anonymousPass ? server.optionalGuard(requirement) : server.guard(requirement)
  return {
    name: 'check()',
    ask: async token => {
      const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
      const outcome = await guard.check({ method: 'GET', url: '/', headers })
      if (outcome.granted) return NOTHING
      const { status, headers: sent, body } = outcome.denial
      const challenge = sent['WWW-Authenticate']
      return { status, challenge: challenge === undefined ? [] : [challenge], body }
    },
  }
}

async function askOverHttp(port: number, token: string | undefined): Promise<Answer> {
  const response = await send(port, token === undefined ? {} : { headers: [`Authorization: Bearer ${token}`] })
  const { status, body } = response
  return { status, challenge: valuesOf(response, 'www-authenticate'), body }
}
