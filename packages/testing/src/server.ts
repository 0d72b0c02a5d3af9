import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Answer, send } from './answer.ts'
import { applyFault, type Fault, type FaultTarget, faultsFor, REDIRECT_PREFIX } from './faults.ts'

/** The endpoints of the test issuer; each counts its requests. */
export type Endpoint = 'metadata' | 'openidConfiguration' | 'jwks' | 'token' | 'introspection'

export interface Route {
  readonly endpoint: Endpoint
  readonly answer: (request: IncomingMessage) => Answer | Promise<Answer>
}

/** How many requests each endpoint got; `redirected`: those that came by a redirect. */
export type RequestCounts = Record<Endpoint | 'redirected', number>

const TARGETS: Readonly<Record<Endpoint, FaultTarget>> = {
  metadata: 'metadata',
  openidConfiguration: 'metadata',
  jwks: 'jwks',
  token: 'token',
  introspection: 'introspection',
}

interface Waiting {
  readonly resolve: () => void
  readonly reject: (reason: Error) => void
}

/** HTTP on 127.0.0.1: routes, counts, applies the faults that are set, and stops without leaving a socket. */
export class IssuerServer {
  readonly requests: RequestCounts = {
    metadata: 0,
    openidConfiguration: 0,
    jwks: 0,
    token: 0,
    introspection: 0,
    redirected: 0,
  }
  readonly #server: Server = createServer()
  readonly #faults = new Map<FaultTarget, Fault>()
  readonly #held = new Map<FaultTarget, Set<() => void>>()
  readonly #waiting = new Map<Endpoint, Waiting[]>()
  #stopped: Promise<void> | undefined

  /** @returns the origin, such as `http://127.0.0.1:49152` */
  async listen(port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, '127.0.0.1', resolve)
    })
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Routes by exact path. */
  serve(routes: ReadonlyMap<string, Route>): void {
    this.#server.on('request', (request, response) => {
      // An answer fails only where the client has gone; there is nobody left to tell.
      this.#serve(routes, request, response).catch(() => response.destroy())
    })
  }

  setFault(fault: Fault | undefined, on: FaultTarget | 'everything'): void {
    const releases: (() => void)[] = []
    for (const [target, effective] of faultsFor(fault, on)) {
      if (effective === undefined) this.#faults.delete(target)
      else this.#faults.set(target, effective)
      releases.push(...(this.#held.get(target) ?? []))
      this.#held.delete(target)
    }
    for (const release of releases) release()
  }

  resetRequests(): void {
    for (const name of Object.keys(this.requests)) this.requests[name as keyof RequestCounts] = 0
  }

  nextRequest(endpoint: Endpoint): Promise<void> {
    const next = new Promise<void>((resolve, reject) => {
      const waiting = { resolve, reject }
      if (this.#stopped !== undefined) reject(stoppedError())
      else this.#waiting.set(endpoint, [...(this.#waiting.get(endpoint) ?? []), waiting])
    })
    next.catch(() => undefined) // a caller that no longer waits must not see an unhandled rejection
    return next
  }

  stop(): Promise<void> {
    this.#stopped ??= new Promise(resolve => {
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
      this.#held.clear()
      for (const { reject } of [...this.#waiting.values()].flat()) reject(stoppedError())
      this.#waiting.clear()
    })
    return this.#stopped
  }

  async #serve(routes: ReadonlyMap<string, Route>, request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined)
    const path = (request.url ?? '/').split('?', 1)[0] as string
    const redirected = path.startsWith(`${REDIRECT_PREFIX}/`)
    const route = routes.get(redirected ? path.slice(REDIRECT_PREFIX.length) : path)
    if (route === undefined) return send(response, { status: 404, headers: {}, body: '' })
    if (redirected) this.requests.redirected++
    else this.#count(route.endpoint)
    const truth = async (): Promise<Answer> => route.answer(request)
    const target = TARGETS[route.endpoint]
    const fault = redirected ? undefined : this.#faults.get(target)
    if (fault === undefined) return send(response, await truth())
    const untilLifted = (release: () => void): void => {
      if (this.#faults.get(target) === fault) this.#hold(target, response, release)
      else release()
    }
    return applyFault(fault, { target, request, response, truth, untilLifted })
  }

  #count(endpoint: Endpoint): void {
    this.requests[endpoint]++
    const waiting = this.#waiting.get(endpoint) ?? []
    this.#waiting.delete(endpoint)
    for (const { resolve } of waiting) resolve()
  }

  #hold(target: FaultTarget, response: ServerResponse, release: () => void): void {
    const held = this.#held.get(target) ?? new Set()
    this.#held.set(target, held.add(release))
    response.once('close', () => held.delete(release))
  }
}

function stoppedError(): Error {
  return new Error('the test issuer was stopped')
}
