import type { AppDescription } from '@scopeward/core'
import type { Command } from 'commander'
import { CommandFailure, EXIT } from '../shared/exit.ts'
import { jsonText, plainText, printable } from '../shared/printable.ts'
import type { Session } from '../shared/session.ts'
import { type Paint, paintFor } from '../shared/style.ts'
import { differencesFrom } from './against.ts'
import { problemsOf } from './check.ts'
import { AppRefused, loadApp } from './load-app.ts'
import { readOpenApi } from './openapi-file.ts'
import { routesTable } from './table.ts'
import { writeOpenApi } from './write-openapi.ts'

export interface RoutesFlags {
  readonly check?: true
  readonly openapi?: string
  readonly against?: string
  readonly tokenUrl?: string
  readonly json?: true
}

const EXAMPLES = `
The module exports an Express app or a Fastify instance, or a function that makes one, as default, app, server, build or
createApp. It is loaded and does not have to listen.

Examples:
  scopeward routes dist/app.js
  scopeward routes dist/app.js --check --against openapi.yaml
  scopeward routes dist/app.js --openapi openapi.json --token-url https://login.example.com/token

Exit codes: 0 nothing to find fault with, 1 problems were found, 2 bad usage or input`

/** `scopeward routes`: what every route of an app requires. */
export function register(program: Command, session: Session): void {
  program
    .command('routes')
    .description('list what every route of an Express or Fastify app requires')
    .argument('<module>', 'JavaScript file that exports the app')
    .option('--check', 'fail on a route nobody guards, a scope no route requires, a requirement outside the vocabulary')
    .option('--openapi <file>', 'write the routes as OpenAPI 3.1, in YAML where the name says so')
    .option('--against <file>', 'fail where this OpenAPI document, JSON or YAML, and the routes disagree')
    .option('--token-url <url>', "the token endpoint for --openapi; default: what the issuer's metadata says")
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (module: string, flags: RoutesFlags) => {
      session.exitCode = await listRoutes(module, flags, session)
    })
}

type Surroundings = Pick<Session, 'stdout' | 'stderr' | 'env'>

/** Does what the flags say and tells the exit code. @throws CommandFailure for bad usage and input */
export async function listRoutes(module: string, flags: RoutesFlags, output: Surroundings): Promise<number> {
  requireUrl(flags)
  const document = flags.against === undefined ? undefined : readOpenApi(flags.against)
  const app = await loadUnlessRefused(module, flags, output)
  if (app === undefined) return EXIT.refused
  const { routes } = app
  const problems = [
    ...(flags.check === true ? problemsOf(app) : []),
    ...(document === undefined ? [] : differencesFrom(document, routes)),
  ]
  // Before anything is written, which may fail: what was found does not depend on it.
  output.stdout.write(textOf(app, problems, flags, paintFor(output)))
  if (flags.openapi !== undefined) {
    const omitted = await writeOpenApi(app, { module, file: flags.openapi, tokenUrl: flags.tokenUrl })
    for (const sentence of omitted) output.stderr.write(`${plainText(sentence)}\n`)
  }
  return problems.length === 0 ? EXIT.ok : EXIT.refused
}

/** An app that the library itself refuses for a route has failed the check; nothing else can be told of it. */
async function loadUnlessRefused(
  module: string,
  { check, json }: RoutesFlags,
  { stdout }: Surroundings,
): Promise<AppDescription | undefined> {
  try {
    return await loadApp(module)
  } catch (error) {
    if (!(error instanceof AppRefused)) throw error
    if (check !== true) throw new CommandFailure(`${printable(module)} cannot be loaded: ${error.message}`)
    const problems = problemsIn(error.message)
    stdout.write(json === true ? jsonText({ routes: [], problems }) : linesOf(problems))
    return undefined
  }
}

function textOf({ routes }: AppDescription, problems: readonly string[], flags: RoutesFlags, paint: Paint): string {
  if (flags.json === true) return jsonText({ routes, problems })
  const isChecked = flags.check === true || flags.against !== undefined
  if (!isChecked) return flags.openapi === undefined ? routesTable(routes, paint) : ''
  if (problems.length > 0) return linesOf(problems)
  return `${routes.length} ${routes.length === 1 ? 'route' : 'routes'}, no problems\n`
}

/** The library lists unguarded routes indented, one in a line; everything else is a sentence by itself. */
function problemsIn(message: string): readonly string[] {
  const listed = message.split('\n').filter(line => line.startsWith('  '))
  return listed.length === 0 ? [message] : listed.map(line => `${line.trim()} is neither guarded nor public.`)
}

function linesOf(problems: readonly string[]): string {
  return problems.map(problem => `${plainText(problem, 1000)}\n`).join('')
}

/** @throws CommandFailure */
function requireUrl({ tokenUrl, openapi }: RoutesFlags): void {
  if (tokenUrl === undefined) return
  if (openapi === undefined) throw new CommandFailure('--token-url does nothing without --openapi.')
  if (!isWebUrl(tokenUrl)) throw new CommandFailure('--token-url must be an absolute https or http URL.')
}

function isWebUrl(text: string): boolean {
  try {
    return ['https:', 'http:'].includes(new URL(text).protocol)
  } catch {
    return false
  }
}
