import { writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ExpressGuard, Requirement } from '@scopeward/express'
import { createTestIssuer, type TestIssuer, type TestIssuerOptions } from '@scopeward/testing'
import express from 'express'
import { onTestFinished } from 'vitest'
import { recordEvents } from '../../support/events.ts'
import { codeBlocks } from '../markdown.ts'

type Replacements = Readonly<Record<string, string>>

/** The block of a guide that contains this text. */
export function blockOf(guide: string, containing: string): string {
  const block = codeBlocks(`docs/guides/${guide}.md`, 'ts').find(code => code.includes(containing))
  if (block === undefined) throw new Error(`docs/guides/${guide}.md has no block with ${containing}`)
  return block
}

/**
 * Runs a block as a module. What a test has to put in its place, such as the issuer, must be there to be replaced: a guide
 * that has changed must not go on being tested as it was. Names that the block takes as given are those of `globalThis`.
 */
export async function runBlock(
  folder: string,
  code: string,
  replacements: Replacements,
): Promise<Record<string, unknown>> {
  let source = code
  for (const [from, to] of Object.entries(replacements)) {
    if (!source.includes(from)) throw new Error(`The block lacks ${from}:\n${code}`)
    source = source.replaceAll(from, to)
  }
  const file = join(folder, `guide-${runs++}.ts`)
  writeFileSync(file, source)
  return (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Record<string, unknown>
}

let runs = 0

/** What a block is given in place of `issuer: 'https://login.example.com'`, and how its server gets out of it. */
export function trusting(options: object): Replacements {
  return { "issuer: 'https://login.example.com'": `...${asCode(options)}`, ...LISTENING }
}

export const LISTENING: Replacements = {
  'app.listen(3000)': "export const server = app.listen(0, '127.0.0.1')",
}

const given = new Map<string, unknown>()
Object.assign(globalThis, { given })

/** An expression for a value that cannot be written down, such as a clock. */
export function asCode(value: unknown): string {
  const name = `value-${given.size}`
  given.set(name, value)
  return `(globalThis as any).given.get('${name}')`
}

/** @returns where it listens; it ends with the test */
export async function originOf(server: unknown, scheme: 'http' | 'https' = 'http'): Promise<string> {
  const listening = server as Server
  if (!listening.listening) await new Promise(resolve => listening.once('listening', resolve))
  onTestFinished(() => {
    listening.close()
    listening.closeAllConnections()
  })
  return `${scheme}://127.0.0.1:${(listening.address() as AddressInfo).port}`
}

/** Runs a block that ends in `app.listen(3000)`. @returns its origin */
export async function serveBlock(folder: string, code: string, replacements: Replacements): Promise<string> {
  const { server } = await runBlock(folder, code, replacements)
  return originOf(server)
}

/** The guard that a block made, before a route of any method. @returns its origin */
export function serveGuarded(guard: unknown, requirement: Requirement<string>): Promise<string> {
  const app = express().all('/{*path}', (guard as ExpressGuard<string>)(requirement), ({ auth }, res) => {
    res.json({ clientId: auth.clientId, subject: auth.subject, kind: auth.kind, issuer: auth.issuer })
  })
  return originOf(app.listen(0, '127.0.0.1'))
}

export function bearer(token: string): { readonly authorization: string } {
  return { authorization: `Bearer ${token}` }
}

/** Ends with the test. */
export async function startIssuer(options: TestIssuerOptions = {}): Promise<TestIssuer> {
  const issuer = await createTestIssuer({ algorithm: 'ES256', ...options })
  onTestFinished(() => issuer.stop())
  return issuer
}

/** The codes of refusals from now on, for operators; each asking forgets those before. */
export function codes(): () => readonly string[] {
  const events = recordEvents()
  onTestFinished(() => events.stop())
  return () => events.denied.splice(0).map(({ code }) => code)
}
