import { existsSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { AppDescription } from '@scopeward/core'
import { CommandFailure } from '../shared/exit.ts'
import { plainText, printable } from '../shared/printable.ts'

/** The library itself refused the app while it was built: what it says about routes is a finding. */
export class AppRefused extends Error {
  override readonly name = 'AppRefused'
}

/** In the order in which they are tried. */
const EXPORTS = ['default', 'app', 'server', 'build', 'createApp'] as const

/**
 * Loads the app of a module and reads its routes; never listens.
 * @throws AppRefused where the app requires a scope outside its vocabulary, or refuses to start for an unguarded route
 * @throws CommandFailure where there is no such module, it throws, or has no app
 */
export async function loadApp(path: string): Promise<AppDescription> {
  const file = resolve(path)
  if (!existsSync(file)) throw new CommandFailure(`There is no file ${printable(path)}.`)
  if (statSync(file).isDirectory()) {
    throw new CommandFailure(`${printable(path)} is a folder. Name the file in it that exports the app.`)
  }
  const loaded = await attempt(path, () => import(pathToFileURL(file).href) as Promise<Record<string, unknown>>)
  const app = await attempt(path, () => findApp(loaded))
  if (app !== undefined) return attempt(path, () => describe(app, file))
  throw new CommandFailure(
    `${printable(path)} exports no Express app or Fastify instance. Export it, or a function that makes it, as default, app, server, build or createApp.`,
  )
}

type Framework = 'express' | 'fastify'

interface LoadedApp {
  readonly framework: Framework
  readonly app: object
}

/** An app that is there already before one that a function would have to make. Functions are given nothing. */
async function findApp(loaded: Readonly<Record<string, unknown>>): Promise<LoadedApp | undefined> {
  // A CommonJS module that was compiled from ESM has its default inside the default.
  const inner = (loaded.default as { readonly default?: unknown } | undefined)?.default
  const candidates = [...EXPORTS.map(name => loaded[name]), inner]
  const exported = candidates.map(asApp).find(app => app !== undefined)
  if (exported !== undefined) return exported
  for (const make of candidates) {
    const app = typeof make === 'function' ? asApp(await make()) : undefined
    if (app !== undefined) return app
  }
  return undefined
}

function asApp(value: unknown): LoadedApp | undefined {
  const members = (value ?? {}) as Readonly<Record<string, unknown>>
  const has = (...names: readonly string[]) => names.every(name => typeof members[name] === 'function')
  if (typeof value === 'function' && has('handle', 'set', 'use')) return { framework: 'express', app: value }
  if (typeof value === 'object' && has('printRoutes', 'after', 'inject')) return { framework: 'fastify', app: members }
  return undefined
}

/**
 * The adapter is loaded from where the module is: it reads what its own copy wrote. Of Fastify the plugins are loaded and
 * the hooks of `ready()` are left alone: they fetch keys and open connections, which no list of routes needs.
 */
async function describe({ framework, app }: LoadedApp, file: string): Promise<AppDescription> {
  const adapter = `@scopeward/${framework}`
  let url: string
  try {
    url = pathToFileURL(createRequire(file).resolve(adapter)).href
  } catch {
    throw new CommandFailure(`${adapter} is not installed where ${printable(file)} is.`)
  }
  const { describeApp } = (await import(url)) as { readonly describeApp: (app: object) => AppDescription }
  if (framework === 'fastify') await (app as { after(): PromiseLike<unknown> }).after()
  return describeApp(app)
}

/** Codes of the library that say something about a route. */
const FINDINGS = ['scope_unknown', 'route_uncovered']

async function attempt<T>(path: string, step: () => T | Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (error) {
    if (error instanceof CommandFailure) throw error
    const { message, name, code } = describeThrown(error)
    if (name === 'ConfigurationError' && FINDINGS.includes(code)) throw new AppRefused(message)
    throw new CommandFailure(`${printable(path)} cannot be loaded: ${plainText(message.split('\n', 1)[0] ?? '', 400)}`)
  }
}

function describeThrown(error: unknown): { readonly message: string; readonly name: string; readonly code: string } {
  if (!(error instanceof Error)) return { message: `it threw ${printable(error)}`, name: '', code: '' }
  return { message: error.message, name: error.name, code: String((error as { readonly code?: unknown }).code) }
}
