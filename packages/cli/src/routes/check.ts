import type { AppDescription } from '@scopeward/core'

/**
 * What is wrong with the routes, one sentence each: neither guarded nor public; a requirement outside the vocabulary; a
 * scope that no route requires. A scope that implies a required one opens a route, so it is of use.
 */
export function problemsOf({ routes, servers }: AppDescription): readonly string[] {
  const required = new Set(routes.flatMap(({ alternatives }) => alternatives.flat()))
  const declared = new Set(servers.flatMap(({ scopes }) => Object.keys(scopes)))
  const uncovered = routes.filter(({ kind }) => kind === 'uncovered')
  const unused = servers.flatMap(({ scopes, implied }) =>
    Object.keys(scopes).filter(scope => ![scope, ...(implied[scope] ?? [])].some(name => required.has(name))),
  )
  return [
    ...uncovered.map(
      ({ method, path, note }) =>
        `${method} ${path} is neither guarded nor public${note === undefined ? '' : ` (${note})`}.`,
    ),
    ...[...required].filter(scope => !declared.has(scope)).map(scope => `No vocabulary declares the scope ${scope}.`),
    ...[...new Set(unused)].map(scope => `No route requires the scope ${scope}.`),
  ]
}
