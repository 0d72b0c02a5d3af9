import type { DeclaredRequirement } from '@scopeward/core'

/** A route with what it requires. One object for all clients, so that counters can be found by it. */
export interface RouteEntry {
  readonly required: RequirementEntry
  readonly method: string
  /** `undefined` where the host does not know it. */
  readonly route: string | undefined
}

/** A requirement by its text: a guard that is made for one request is the same one as that of the last request. */
interface RequirementEntry extends DeclaredRequirement {
  /** Whether something beside scopes decides, so that scopes do not tell which way a request took. */
  readonly hasRules: boolean
  readonly routes: Map<string | undefined, Map<string, RouteEntry>>
  /** Most guards stand before one route. */
  last: RouteEntry | undefined
}

/** Everything that found no room in a table. */
export const UNLISTED: RouteEntry = {
  required: {
    requirement: '*',
    alternatives: [[]],
    hasRules: false,
    routes: new Map(),
    last: undefined,
  },
  method: '*',
  route: undefined,
}

/** The routes that were asked for, each once, up to a number. */
export class RouteTable {
  readonly #maxRoutes: number
  readonly #byGuard = new WeakMap<DeclaredRequirement, RequirementEntry>()
  readonly #byText = new Map<string, RequirementEntry>()
  #size = 0

  constructor(maxRoutes: number) {
    this.#maxRoutes = maxRoutes
  }

  /** `UNLISTED` where it is a new one and the table is full. */
  find(required: DeclaredRequirement, method: string, route: string | undefined): RouteEntry {
    const requirement = this.#byGuard.get(required) ?? this.#requirementOf(required)
    const { last } = requirement
    if (last !== undefined && last.method === method && last.route === route) return last
    const known = requirement.routes.get(route)?.get(method)
    if (known === undefined) return this.#add(requirement, method, route)
    requirement.last = known
    return known
  }

  #requirementOf(required: DeclaredRequirement): RequirementEntry {
    const { requirement, alternatives } = required
    // Several APIs may share a recorder, and one text then stands for different scopes.
    const text = JSON.stringify([requirement, alternatives])
    let entry = this.#byText.get(text)
    if (entry === undefined) {
      const hasRules = namesRules(requirement, alternatives)
      entry = { requirement, alternatives, hasRules, routes: new Map(), last: undefined }
      // A requirement without a route would count for nothing: the table is full.
      if (this.#size < this.#maxRoutes) this.#byText.set(text, entry)
    }
    this.#byGuard.set(required, entry)
    return entry
  }

  #add(required: RequirementEntry, method: string, route: string | undefined): RouteEntry {
    if (this.#size >= this.#maxRoutes) return UNLISTED
    this.#size++
    const entry: RouteEntry = { required, method, route }
    const byMethod = required.routes.get(route)
    if (byMethod === undefined) required.routes.set(route, new Map([[method, entry]]))
    else byMethod.set(method, entry)
    required.last = entry
    return entry
  }
}

const WORDS: ReadonlySet<string> = new Set(['and', 'or', 'authenticated'])
const RULES: ReadonlySet<string> = new Set(['service', 'user', 'dpop', 'mutualTls'])

/** Whether the canonical text has more than scopes. In doubt it has, which only makes the ledger more careful. */
function namesRules(text: string, alternatives: readonly (readonly string[])[]): boolean {
  const scopes = new Set(alternatives.flat())
  const names = text.split(' ').map(word => word.replace(/^\(+/, '').replace(/\)+$/, ''))
  return names.some(name => RULES.has(name) || !(scopes.has(name) || WORDS.has(name)))
}
