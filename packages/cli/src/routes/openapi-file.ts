import { pathTemplates } from '@scopeward/core'
import { parse } from 'yaml'
import { CommandFailure } from '../shared/exit.ts'
import { readTextFile } from '../shared/input.ts'
import { printable } from '../shared/printable.ts'

/** As far as it is read here: OpenAPI 3. */
export interface OpenApiDocument {
  readonly paths?: Readonly<Record<string, PathItem | null>>
  readonly security?: readonly Security[]
  readonly servers?: readonly { readonly url?: unknown }[]
  readonly components?: { readonly securitySchemes?: Readonly<Record<string, Scheme>> }
}

type Security = Readonly<Record<string, readonly string[]>>
type Scheme = { readonly type?: unknown; readonly scheme?: unknown }
type PathItem = Readonly<Record<string, { readonly security?: readonly Security[] } | undefined>>

/** One operation of the document. */
export interface DocumentedOperation {
  readonly name: string
  /** See `waysText`. */
  readonly ways: string
}

/** Those of a path item. */
export const METHODS: readonly string[] = ['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'TRACE']

/** JSON or YAML, of which JSON is a part. @throws CommandFailure where the file is no OpenAPI 3 document */
export function readOpenApi(path: string): OpenApiDocument {
  const text = readTextFile(path, '--against')
  let document: unknown
  try {
    document = parse(text, { logLevel: 'error' })
  } catch {
    throw new CommandFailure(`--against: the file ${printable(path)} is neither JSON nor YAML.`)
  }
  const { openapi, paths } = (document ?? {}) as { readonly openapi?: unknown; readonly paths?: unknown }
  if (typeof openapi === 'string' && openapi.startsWith('3.') && isObject(paths)) return document as OpenApiDocument
  throw new CommandFailure(`--against: the file ${printable(path)} is not an OpenAPI 3 document with paths.`)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** By method and shape of the path, with what stands before every path. @throws CommandFailure for malformed security */
export function operationsOf(document: OpenApiDocument, prefix: string): ReadonlyMap<string, DocumentedOperation> {
  const found = new Map<string, DocumentedOperation>()
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const method of METHODS) {
      const operation = item?.[method.toLowerCase()]
      if (!isObject(operation)) continue
      const ways = waysOf(operation.security ?? document.security ?? [], document, `${method} ${path}`)
      for (const { shape } of pathTemplates(prefix + path)) {
        found.set(`${method} ${shape}`, { name: `${method} ${path}`, ways })
      }
    }
  }
  return found
}

function waysOf(security: unknown, document: OpenApiDocument, name: string): string {
  const isWellFormed =
    Array.isArray(security) &&
    security.every(way => isObject(way) && Object.values(way).every(scopes => Array.isArray(scopes)))
  if (!isWellFormed) throw new CommandFailure(`--against: the security of ${name} is not as OpenAPI has it.`)
  const ways = (security as readonly Security[]).filter(way => Object.keys(way).length > 0)
  const isOpen = ways.length < security.length || security.length === 0
  return waysText(
    ways.map(way => scopesOf(way, document)),
    isOpen,
  )
}

/** What a guard never asks for, such as an API key, is told apart from a token without scopes. */
function scopesOf(way: Security, { components }: OpenApiDocument): readonly string[] {
  return Object.entries(way).flatMap(([name, scopes]) => {
    const isToken = isTokenScheme(components?.securitySchemes?.[name])
    return isToken ? scopes.map(String) : [`the scheme ${name}`]
  })
}

/** What cannot be resolved here is believed to be one. */
function isTokenScheme(scheme: Scheme | undefined): boolean {
  if (scheme?.type === 'apiKey') return false
  const isHttp = scheme?.type === 'http' && typeof scheme.scheme === 'string'
  return !isHttp || ['bearer', 'dpop'].includes(String(scheme.scheme).toLowerCase())
}

/** Each way through by its scopes; the same text for the same security, in whatever order it is written. */
export function waysText(ways: readonly (readonly string[])[], isOpen: boolean): string {
  const texts = ways.map(scopes => [...new Set(scopes)].sort().join(' and ') || 'any token')
  return [...[...new Set(texts)].sort(), ...(isOpen ? ['nothing'] : [])].join(', or ')
}
