import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createTestIssuer } from '@scopeward/testing'
import { startExpressApi } from './express-api.ts'
import { startFastifyApi } from './fastify-api.ts'
import { client, mintSamples } from './stops.ts'
import { audience } from './vocabulary.ts'

/** Everything that runs during the tour. */
export interface Tour {
  readonly issuer: string
  readonly tokenEndpoint: string
  readonly apis: { readonly Express: string; readonly Fastify: string }
  /** Hands out the expired, the tampered and the foreign token at `/EXPIRED` and so on, so that the `curl` lines stay short. */
  readonly samples: string
  stop(): Promise<void>
}

export async function startTour(): Promise<Tour> {
  const issuer = await createTestIssuer({
    algorithm: 'ES256',
    accessTokenLifetimeSeconds: 3600,
    clients: [{ ...client, audiences: [audience] }],
  })
  const expressApi = await startExpressApi(issuer)
  const fastifyApi = await startFastifyApi(issuer)
  const samples = await serveSamples(await mintSamples(issuer))
  return {
    issuer: issuer.issuer,
    tokenEndpoint: issuer.tokenEndpoint,
    apis: { Express: urlOf(expressApi), Fastify: urlOf(fastifyApi.server) },
    samples: urlOf(samples),
    stop: async () => {
      await Promise.all([close(expressApi), fastifyApi.close(), close(samples)])
      await issuer.stop()
    },
  }
}

function serveSamples(tokens: Readonly<Record<string, string>>): Promise<Server> {
  const server = createServer((request, response) => {
    const token = tokens[(request.url ?? '').slice(1)]
    response.statusCode = token === undefined ? 404 : 200
    response.end(token)
  })
  return new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(server)))
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function close(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
