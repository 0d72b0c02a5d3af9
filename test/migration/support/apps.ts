import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { DeniedEvent } from '@scopeward/core'
import type { FastifyInstance } from 'fastify'
import { afterAll } from 'vitest'

export type App = RequestListener | FastifyInstance

/** By path and not by `import`: what an old library says about `req.auth` contradicts what ours says, in one compilation. */
export async function appOf(file: string, parameters: readonly unknown[]): Promise<App> {
  const module: unknown = await import(/* @vite-ignore */ new URL(`../${file}`, import.meta.url).href)
  return (module as { createApp(...parameters: readonly unknown[]): App | Promise<App> }).createApp(...parameters)
}

const servers: Server[] = []
afterAll(() => {
  for (const server of servers) {
    server.close()
    server.closeAllConnections()
  }
})

/** The port on which it listens until the tests of the file have ended. */
export async function listen(app: App): Promise<number> {
  if (typeof app !== 'function') {
    await app.listen({ port: 0, host: '127.0.0.1' })
    servers.push(app.server)
    return (app.server.address() as AddressInfo).port
  }
  const server = createServer(app)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  servers.push(server)
  return (server.address() as AddressInfo).port
}

/** What Scopeward says of the next request: `granted`, or the code of the refusal. */
export function nextVerdict(): Promise<string> {
  return new Promise(resolve => {
    const onGranted = (): void => settle('granted')
    const onDenied = (event: unknown): void => settle((event as DeniedEvent).code)
    const settle = (verdict: string): void => {
      unsubscribe('scopeward:granted', onGranted)
      unsubscribe('scopeward:denied', onDenied)
      resolve(verdict)
    }
    subscribe('scopeward:granted', onGranted)
    subscribe('scopeward:denied', onDenied)
  })
}
