import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type AllowedRange, allowedRanges } from '../catalog.ts'
import type { Cell } from '../cell.ts'
import { resolve } from '../registry.ts'
import { ROOT } from '../workspace.ts'
import { inCopy } from '../workspace-copy.ts'
import { runSuite } from './suite.ts'

type Versions = ReadonlyMap<string, string>

/**
 * Whatever the suites call Express is the oldest Express 4 that is allowed. Those of the adapter itself are left out: they
 * run on both majors in every cell, and know which of the two they have.
 */
export const EXPRESS_4: Cell = dependencyCell(
  'express4',
  'all suites that run on Express 5 elsewhere, on the lowest allowed Express 4',
  ranges =>
    resolveAll(
      ranges.flatMap(range => (range.entry === 'express4' ? [range, { ...range, entry: 'express' }] : [])),
      'lowest',
    ),
  ['--exclude', 'packages/express/**'],
)

/** The lowest Express 5 and, in the adapter's own suites, the lowest Express 4; with them the lowest of all others. */
export const LOWEST: Cell = dependencyCell('lowest', 'the whole suite on the lowest allowed dependencies', ranges =>
  resolveAll(ranges, 'lowest'),
)

export const NEWEST: Cell = dependencyCell('newest', 'the whole suite on the newest allowed dependencies', ranges =>
  resolveAll(ranges, 'newest'),
)

/** The whole suite in a copy of the working tree, under the Node that runs this. */
function dependencyCell(
  name: string,
  about: string,
  choose: (ranges: readonly AllowedRange[]) => Promise<Versions>,
  always: readonly string[] = [],
): Cell {
  return {
    name,
    about,
    async run({ quick }) {
      const workspaceFile = readFileSync(join(ROOT, 'pnpm-workspace.yaml'), 'utf8')
      const versions = await choose(allowedRanges(workspaceFile))
      const described = [...versions].map(([entry, version]) => `${entry} ${version}`).join(', ')
      const parameters = [...always, ...(quick ? ['packages'] : [])]
      return inCopy(versions, folder => runSuite({ node: process.execPath, folder, versions: described, parameters }))
    },
  }
}

async function resolveAll(ranges: readonly AllowedRange[], end: 'lowest' | 'newest'): Promise<Versions> {
  const resolved = ranges.map(async ({ entry, name, range }) => [entry, await resolve(name, range, end)] as const)
  return new Map(await Promise.all(resolved))
}
