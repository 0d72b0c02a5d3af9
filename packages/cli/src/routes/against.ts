import { isInOpenApi, pathTemplates, type RouteDescription } from '@scopeward/core'
import { type DocumentedOperation, METHODS, type OpenApiDocument, operationsOf, waysText } from './openapi-file.ts'

/** One path of a route. */
interface ServedOperation {
  readonly name: string
  readonly ways: string
  /** As `operationsOf` writes them: several for a route that answers every method. */
  readonly keys: readonly string[]
}

/**
 * Where the document and the routes disagree, one sentence each. Paths are the same whatever their parameters are called;
 * security is the same where the same sets of scopes lead through. A route that is not covered counts as open. Of a route
 * for every method the document need name only one, and `HEAD` goes with `GET`.
 */
export function differencesFrom(document: OpenApiDocument, routes: readonly RouteDescription[]): readonly string[] {
  const served = servedOperations(routes.filter(isInOpenApi))
  const known = new Set(served.flatMap(({ keys }) => keys))
  const documented = fittingOperations(document, known)
  const strays = [...documented].filter(([key]) => !known.has(key) && !known.has(key.replace(/^HEAD /, 'GET ')))
  return [
    ...served.flatMap(operation => differencesOf(operation, documented)),
    ...strays.map(([, { name }]) => `${name} of the document has no route.`),
    ...routes.filter(route => !isInOpenApi(route)).map(notComparable),
  ]
}

function differencesOf(
  { name, ways, keys }: ServedOperation,
  documented: ReadonlyMap<string, DocumentedOperation>,
): readonly string[] {
  const operations = keys.flatMap(key => documented.get(key) ?? [])
  if (operations.length === 0) return [`${name} is not in the document.`]
  const others = operations.filter(operation => operation.ways !== ways)
  return others.map(other => `${other.name}: the route requires ${ways}, the document says ${other.ways}.`)
}

function notComparable({ method, path }: RouteDescription): string {
  return `${method} ${path} cannot be compared: OpenAPI has no way to write it.`
}

/** The first of two routes with one method and path is the one that answers. */
function servedOperations(routes: readonly RouteDescription[]): readonly ServedOperation[] {
  const taken = new Set<string>()
  return routes.flatMap(route => {
    const methods = route.method === 'ALL' ? METHODS : [route.method]
    return pathTemplates(route.path).flatMap(({ shape, path }) => {
      const keys = methods.map(method => `${method} ${shape}`).filter(key => !taken.has(key))
      for (const key of keys) taken.add(key)
      return keys.length === 0 ? [] : [{ name: `${route.method} ${path}`, ways: waysOf(route), keys }]
    })
  })
}

function waysOf({ kind, alternatives }: RouteDescription): string {
  if (kind === 'public' || kind === 'uncovered') return waysText([], true)
  return waysText(alternatives, kind === 'optional')
}

/** A document may keep the prefix of all paths in the URL of its server; an app behind a proxy may not know it. */
function fittingOperations(
  document: OpenApiDocument,
  known: ReadonlySet<string>,
): ReadonlyMap<string, DocumentedOperation> {
  const plain = operationsOf(document, '')
  const prefixed = operationsOf(document, basePathOf(document))
  const matches = (operations: ReadonlyMap<string, unknown>) =>
    [...operations.keys()].filter(key => known.has(key)).length
  return matches(prefixed) > matches(plain) ? prefixed : plain
}

function basePathOf({ servers }: OpenApiDocument): string {
  const url = servers?.[0]?.url
  if (typeof url !== 'string' || !URL.canParse(url, 'https://api.example.com')) return ''
  const { pathname } = new URL(url, 'https://api.example.com')
  return pathname.endsWith('/') ? pathname.slice(0, -1) : pathname
}
