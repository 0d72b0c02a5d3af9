import type { FastifyInstance } from 'fastify'

export interface PrintedRoute {
  /** `GET /v1/orders/:id` */
  readonly name: string
  /** As JSON, such as `{"version":"1.2.0"}`: routes of one name differ in them. Empty without. */
  readonly constraints: string
  /** Names of its `onRequest` hooks. */
  readonly hooks: string
}

/**
 * All routes of the server so far, from Fastify's printed tree: the only place where it lists routes that were declared
 * before a hook could see them. With common prefixes: without them the tree leaves out what stands before a wildcard.
 */
export function printedRoutes(app: FastifyInstance): readonly PrintedRoute[] {
  const routes: { name: string; constraints: string; hooks: string }[] = []
  const ancestors: string[] = []
  let current: typeof routes = []
  for (const line of app.printRoutes({ includeHooks: true }).split('\n')) {
    const { depth, text } = unindent(line)
    if (text.startsWith('• (onRequest)')) for (const route of current) route.hooks += text
    if (text.startsWith('•')) continue
    const [, path = text, methods = '', constraints = ''] = /^(.*) \(([A-Z, -]+)\)(?: (\{.*\}))?$/.exec(text) ?? []
    ancestors[depth] = path === '(empty root node)' ? '' : path
    const url = ancestors.slice(0, depth + 1).join('')
    current =
      methods === '' ? [] : methods.split(', ').map(method => ({ name: `${method} ${url}`, constraints, hooks: '' }))
    routes.push(...current)
  }
  return routes
}

/** Each level of the tree is four characters wide: `│   `, `├── `, `└── ` or blanks. */
function unindent(line: string): { readonly depth: number; readonly text: string } {
  const indent = /^(?:│ {3}|├── |└── | {4})*/.exec(line)?.[0].length ?? 0
  return { depth: Math.max(indent / 4 - 1, 0), text: line.slice(indent) }
}
