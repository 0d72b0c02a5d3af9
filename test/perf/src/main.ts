import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exitCodeOf } from '../../command-line/dist/flags.js'
import { collect, type Findings, secondsSince } from './report/collect.ts'
import { writeDocs, writePictures } from './report/docs.ts'
import { toJson } from './report/json.ts'
import { type BenchOptions, helpText, parseOptions } from './report/options.ts'
import { renderTable } from './report/table.ts'
import { shortfalls } from './report/verdict.ts'
import { cold } from './suites/cold.ts'
import { dpop } from './suites/dpop.ts'
import { dpopHttp } from './suites/dpop-http.ts'
import { express } from './suites/express.ts'
import { fastify } from './suites/fastify.ts'
import { flood } from './suites/flood.ts'
import { growth } from './suites/growth.ts'
import { importing } from './suites/import.ts'
import { ledger } from './suites/ledger.ts'
import { memory } from './suites/memory.ts'
import type { Suite } from './suites/suite.ts'
import { warm } from './suites/warm.ts'
import { createFixtures, writeFixtures } from './tokens/fixtures.ts'

const SUITES: Readonly<Record<string, Suite>> = {
  warm,
  cold,
  dpop,
  import: importing,
  fastify,
  express,
  flood,
  'dpop-http': dpopHttp,
  ledger,
  growth,
  memory,
}
const QUICK_ROUNDS = 5
const FULL_ROUNDS = 11
const INTERRUPTED = 130

process.exitCode = await exitCodeOf(() => main(process.argv.slice(2)))

async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args, Object.keys(SUITES))
  if (options !== 'help') return bench(options)
  process.stdout.write(helpText(Object.keys(SUITES)))
  return 0
}

async function bench(options: BenchOptions): Promise<number> {
  const begun = performance.now()
  const findings = await inTemporaryFolder(folder => measure(join(folder, 'fixtures.json'), options))
  const notes = findings.notes.map(note => `- ${note}`)
  console.log(['', renderTable(findings.metrics), '', ...notes, `${secondsSince(begun)} s in total`].join('\n'))
  if (options.json !== undefined) writeFileSync(options.json, toJson(findings.metrics, options.quick))
  if (options.plots !== undefined) await writePictures(findings, options.plots)
  if (options.docs && findings.failures.length === 0) await writeDocs(findings, FULL_ROUNDS, secondsSince(begun))
  const missed = options.budget ? shortfalls(findings.metrics, options.only === undefined) : []
  const wrong = [...findings.failures, ...missed]
  for (const line of wrong) console.error(line)
  return wrong.length > 0 ? 1 : 0
}

async function measure(fixtures: string, { quick, only }: BenchOptions): Promise<Findings> {
  const begun = performance.now()
  writeFixtures(fixtures, await createFixtures())
  console.error(`tokens: ${secondsSince(begun)} s`)
  const chosen = Object.entries(SUITES).filter(([name]) => only?.includes(name) ?? true)
  const settings = { quick, rounds: quick ? QUICK_ROUNDS : FULL_ROUNDS, fixtures }
  return collect(Object.fromEntries(chosen), settings, console.error)
}

/** The folder is gone afterwards, whatever happened. */
async function inTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'scopeward-bench-'))
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  const interrupt = (): void => process.exit(INTERRUPTED)
  process.once('exit', remove).once('SIGINT', interrupt).once('SIGTERM', interrupt)
  try {
    return await use(folder)
  } finally {
    remove()
    process.off('exit', remove).off('SIGINT', interrupt).off('SIGTERM', interrupt)
  }
}
