/**
 * Names of routes as the application wrote them, found again as the router prints them: it may fold case and slashes,
 * joins the names that one parameter has in several routes, unescapes colons, escapes percent signs, and splits an
 * optional parameter in two. Rather too lenient than too strict: a route that is missed here is still shut, one that is
 * made up would keep an app from starting.
 */
export class SeenRoutes {
  readonly #names = new Set<string>()

  add(name: string): void {
    this.#names.add(folded(name))
    const optional = /\?\/?$/.exec(name)
    if (optional === null) return
    const required = name.slice(0, optional.index)
    const rest = name.slice(optional.index + 1)
    this.#names.add(folded(required + rest))
    this.#names.add(folded(required.slice(0, required.lastIndexOf('/')) + rest))
  }

  has(name: string): boolean {
    return this.#names.has(folded(name))
  }
}

/** A segment with a colon stands for any segment. */
function folded(name: string): string {
  const path = name
    .toLowerCase()
    .replaceAll('%25', '%')
    .replaceAll(/[^/ ]*:[^/]*/g, ':')
    .replaceAll(/\/{2,}/g, '/')
  return path.endsWith('/') ? path.slice(0, -1) : path
}
