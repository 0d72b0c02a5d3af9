import { ConfigurationError } from '@scopeward/core'
import type { FastifyInstance, onRequestHookHandler } from 'fastify'
import { type PrintedRoute, printedRoutes } from './print-routes.ts'
import { SeenRoutes } from './seen-routes.ts'

/** What `RouteOptions` and `request.routeOptions` have in common. */
export interface NamedRoute {
  readonly method?: string | readonly string[] | undefined
  readonly url?: string | undefined
}

let instances = 0

/** Keeps account of which routes of one context were declared with their access. */
export class RouteCoverage {
  readonly #app: FastifyInstance
  readonly #hookName = `scopeward${++instances}`
  readonly #early: ReadonlySet<string>
  readonly #declaredPublic: ReadonlySet<string>
  readonly #foundPublic = new Set<string>()
  readonly #uncovered = new Set<string>()
  readonly #seen = new SeenRoutes()

  constructor(app: FastifyInstance, publicRoutes: readonly string[]) {
    this.#app = app
    this.#early = new Set(printedRoutes(app).map(keyOf))
    this.#declaredPublic = new Set(publicRoutes)
  }

  /** Its name tells the routes of this registration from those of another one in the printed tree. */
  nameHook(hook: onRequestHookHandler): onRequestHookHandler {
    return Object.defineProperty(hook, 'name', { value: this.#hookName })
  }

  /** For every route that `onRoute` tells of. */
  see(route: NamedRoute): void {
    for (const name of namesOf(route)) this.#seen.add(name)
  }

  /** Whether `onRoute` told of a route that the router prints so. */
  hasSeen(name: string): boolean {
    return this.#seen.has(name)
  }

  /** Whether the option `publicRoutes` names every method of this route; `GET` names the `HEAD` that goes with it. */
  isDeclaredPublic(route: NamedRoute): boolean {
    const names = namesOf(route)
    if (names.length === 0 || !names.every(name => this.#isPublic(name))) return false
    for (const name of names) this.#foundPublic.add(name).add(asGet(name))
    return true
  }

  addUncovered(route: NamedRoute): void {
    const note = 'access' in route ? ' (its `access` stands outside `config`)' : ''
    for (const name of namesOf(route)) this.#uncovered.add(name + note)
  }

  /**
   * For a request to a route that no hook saw when it was declared: the error that keeps it shut, unless it is declared
   * public and does not itself say otherwise. `ready()` has refused such an app before.
   */
  requireDeclaredPublic(route: NamedRoute, access: unknown): ConfigurationError | undefined {
    const open = access === undefined && this.isDeclaredPublic(route)
    return open ? undefined : uncoveredError(namesOf(route), true)
  }

  /** @throws ConfigurationError `route_uncovered`, `option_invalid` */
  require(): void {
    const unseen = this.#unseen()
    const routes = [...this.#uncovered, ...unseen]
    if (routes.length > 0) throw uncoveredError(routes, unseen.length > 0)
    const missing = [...this.#declaredPublic].filter(name => !this.#foundPublic.has(name))
    if (missing.length > 0) {
      throw new ConfigurationError('option_invalid', `Option "publicRoutes": there is no route ${missing.join(', ')}.`)
    }
  }

  #isPublic(name: string): boolean {
    return this.#declaredPublic.has(name) || this.#declaredPublic.has(asGet(name))
  }

  /**
   * Routes inside of which `onRoute` did not tell. Those that were there before: in a context the ones that got its hook,
   * which Fastify gives to earlier routes too; on the root all, also where an application's `buildPrettyMeta` leaves the
   * hooks out of the tree. And those declared later on a context that was made before.
   */
  #unseen(): readonly string[] {
    const isRoot = Object.getPrototypeOf(this.#app) === Object.prototype
    const found = new Map<string, string>()
    for (const route of printedRoutes(this.#app)) {
      const isEarly = this.#early.has(keyOf(route))
      const hasHook = route.hooks.includes(`"${this.#hookName}()"`)
      if (isEarly ? !isRoot && !hasHook : !hasHook || this.#seen.has(route.name)) continue
      const place = isEarly ? 'declared' : 'declared on a context that was made'
      found.set(route.name, `${route.name} (${place} before scopeward was registered)`)
    }
    for (const name of found.keys()) if (this.#isPublic(name)) this.#foundPublic.add(name).add(asGet(name))
    return [...found].filter(([name]) => !this.#isPublic(name)).map(([, text]) => text)
  }
}

function asGet(name: string): string {
  return name.replace(/^HEAD /, 'GET ')
}

/** Tells routes of one name apart. */
function keyOf({ name, constraints }: PrintedRoute): string {
  return name + constraints
}

function namesOf({ method, url }: NamedRoute): readonly string[] {
  return [method ?? []].flat().map(name => `${name} ${url}`)
}

function uncoveredError(routes: readonly string[], early: boolean): ConfigurationError {
  const list = routes.map(route => `  ${route}`).join('\n')
  const order = early ? '\nWrite `await app.register(scopeward, …)` before the first route.' : ''
  return new ConfigurationError(
    'route_uncovered',
    `${routes.length} ${routes.length === 1 ? 'route is' : 'routes are'} neither guarded nor public:\n${list}\n` +
      "Add config: { access: '<scope>' } to each, or config: { access: publicRoute } to leave it open." +
      order,
  )
}
