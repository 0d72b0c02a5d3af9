import type { JsonObject } from '../shared/json.ts'
import { type PathTemplate, pathTemplates } from './path-templates.ts'
import { REFUSAL_COMPONENTS, refusalsOf } from './refusals.ts'
import type { RouteDescription } from './route-description.ts'
import { type SecuritySchemeOptions, securityOf, securitySchemes } from './security.ts'

export interface OpenApiOptions extends SecuritySchemeOptions {
  /** Title and version of the API. */
  readonly info: { readonly title: string; readonly version: string }
  /** What is described, in this order. */
  readonly routes: readonly RouteDescription[]
  /** Refusals are written by the application, so what they look like is not known. */
  readonly hasOwnRefusals?: boolean | undefined
}

/** Those that a path item of OpenAPI 3.1 can hold. */
const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']

/**
 * An OpenAPI 3.1 document of what the routes require. It knows nothing of bodies and queries, and of answers only the
 * refusals: it is to be merged into a document that does, or compared with one. Plain JSON, made anew each time. Of two
 * routes with one method and path the first stands there, as it is the one that answers. Routes that OpenAPI cannot write
 * are left out: see `isInOpenApi`.
 */
export function openApiDocument(options: OpenApiOptions): JsonObject {
  const { info, routes, dpop, hasOwnRefusals = false } = options
  const items = new Map<string, { readonly path: string; readonly parameters: JsonObject[]; operations: JsonObject }>()
  for (const route of routes.filter(isInOpenApi)) {
    const operation = operationOf(route, dpop, hasOwnRefusals)
    const added = Object.fromEntries(methodsOf(route).map(method => [method, operation]))
    for (const template of pathTemplates(route.path)) {
      const item = items.get(template.shape) ?? { ...itemOf(template), operations: {} }
      items.set(template.shape, { ...item, operations: { ...added, ...item.operations } })
    }
  }
  const paths = [...items.values()].map(({ path, parameters, operations }): [string, JsonObject] => [
    path,
    parameters.length === 0 ? operations : { parameters, ...operations },
  ])
  return structuredClone({
    openapi: '3.1.1',
    info: { title: info.title, version: info.version },
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: securitySchemes(options),
      ...(hasOwnRefusals ? {} : REFUSAL_COMPONENTS),
    },
  }) as unknown as JsonObject
}

/** Whether OpenAPI can write the route: its method, and its path. */
export function isInOpenApi(route: RouteDescription): boolean {
  return route.isExpression !== true && methodsOf(route).length > 0 && pathTemplates(route.path).length > 0
}

/** In the order of OpenAPI; none for a method that it does not know. */
function methodsOf({ method }: RouteDescription): readonly string[] {
  return method === 'ALL' ? METHODS : METHODS.filter(known => known === method.toLowerCase())
}

/** Two routes may name the parameters of one path differently; OpenAPI takes them for one path, so the first names them. */
function itemOf({ path, parameters }: PathTemplate): { readonly path: string; readonly parameters: JsonObject[] } {
  return {
    path,
    parameters: parameters.map(name => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
  }
}

function operationOf(route: RouteDescription, dpop: OpenApiOptions['dpop'], hasOwnRefusals: boolean): JsonObject {
  const security = securityOf(route, dpop)
  return {
    ...(route.requirement !== undefined && { description: `Requires: ${route.requirement}` }),
    ...(security !== undefined && { security }),
    responses: {
      '2XX': { description: 'What the route answers.' },
      ...(route.requirement !== undefined && refusalsOf(hasOwnRefusals)),
    },
  }
}
