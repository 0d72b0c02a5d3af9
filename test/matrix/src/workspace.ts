import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The working tree that this file was built in. */
export const ROOT: string = join(import.meta.dirname, '../../..')
/** What was downloaded once is not downloaded again. */
export const CACHE: string = join(ROOT, 'node_modules/.cache/scopeward-matrix')

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

export function readManifest(directory: string): Manifest {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
}

/** Folders of the packages that are published. */
export function publishedPackages(): readonly string[] {
  return readdirSync(join(ROOT, 'packages')).map(name => join(ROOT, 'packages', name))
}

/** pnpm in the one version that the workspace is installed with, for `npx --yes`. */
export function pinnedPnpm(): string {
  const pnpm = /pnpm@\d+\.\d+\.\d+/.exec(String(readManifest(ROOT).scripts?.setup))?.[0]
  if (pnpm === undefined) throw new Error('the script "setup" in the root package.json names no version of pnpm')
  return pnpm
}
