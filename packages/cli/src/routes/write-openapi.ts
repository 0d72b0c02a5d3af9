import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type AppDescription, isInOpenApi, openApiDocument } from '@scopeward/core'
import { stringify } from 'yaml'
import { CommandFailure, EXIT } from '../shared/exit.ts'
import { plainText, printable } from '../shared/printable.ts'

export interface WriteOptions {
  readonly module: string
  /** YAML where its name says so. */
  readonly file: string
  readonly tokenUrl: string | undefined
}

/**
 * Writes the routes as OpenAPI 3.1; title and version are those of the package that the module is in. Returns a sentence
 * for each route that OpenAPI cannot write.
 * @throws CommandFailure where the token endpoint is not known, or the file cannot be written
 */
export async function writeOpenApi(app: AppDescription, options: WriteOptions): Promise<readonly string[]> {
  const tokenUrl = options.tokenUrl ?? (await tokenEndpointOf(app))
  const document = openApiDocument({
    info: packageInfo(resolve(options.module)),
    routes: app.routes,
    scopes: Object.assign({}, ...app.servers.map(({ scopes }) => scopes)) as Record<string, string>,
    dpop: modeOf(app),
    tokenUrl,
  })
  const isYaml = /\.ya?ml$/i.test(options.file)
  try {
    writeFileSync(options.file, isYaml ? stringify(document) : `${JSON.stringify(document, null, 2)}\n`)
  } catch (error) {
    throw new CommandFailure(
      `--openapi: ${printable(options.file)} cannot be written (${(error as { code?: string }).code}).`,
    )
  }
  const omitted = app.routes.filter(route => !isInOpenApi(route))
  return omitted.map(({ method, path }) => `${method} ${path} is left out: OpenAPI has no way to write it.`)
}

/** A document has one mode for all: what holds for every server of the app. */
function modeOf({ servers }: AppDescription): 'accepted' | 'required' | undefined {
  const modes = new Set(servers.map(({ dpop }) => dpop))
  if (modes.size === 1) return [...modes][0]
  return modes.size === 0 ? undefined : 'accepted'
}

/** @throws CommandFailure */
async function tokenEndpointOf({ servers }: AppDescription): Promise<string> {
  try {
    const endpoints = new Set(await Promise.all(servers.map(server => server.tokenEndpoint())))
    const [first] = endpoints
    if (endpoints.size === 1 && first !== undefined) return first
  } catch (error) {
    const reason = plainText((error as Error).message, 400)
    throw new CommandFailure(`--openapi needs --token-url <url>. ${reason}`, EXIT.usage)
  }
  throw new CommandFailure('--openapi needs --token-url <url>: the app does not have exactly one token endpoint.')
}

function packageInfo(file: string): { readonly title: string; readonly version: string } {
  let folder = dirname(file)
  while (!existsSync(join(folder, 'package.json'))) {
    if (dirname(folder) === folder) return { title: 'API', version: '0.0.0' }
    folder = dirname(folder)
  }
  const { name, version } = readPackage(join(folder, 'package.json'))
  return { title: typeof name === 'string' ? name : 'API', version: typeof version === 'string' ? version : '0.0.0' }
}

function readPackage(path: string): { readonly name?: unknown; readonly version?: unknown } {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) ?? {}
  } catch {
    return {}
  }
}
