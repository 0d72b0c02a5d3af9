import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

export const ROOT: string = join(import.meta.dirname, '../../..')

/** Those that are imported; the other one is a command. */
export const LIBRARIES = ['core', 'express', 'fastify', 'redis', 'testing', 'usage', 'opentelemetry'] as const
export const PACKAGES = [...LIBRARIES, 'cli'] as const
export type PackageName = (typeof PACKAGES)[number]

/** The fields of package.json that these tests read. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly description?: string
  readonly license?: string
  readonly repository?: Readonly<Record<string, string>>
  readonly private?: boolean
  readonly type?: string
  readonly sideEffects?: boolean
  readonly engines?: Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly bin?: Readonly<Record<string, string>>
  readonly scripts?: Readonly<Record<string, string>>
  readonly publishConfig?: Readonly<Record<string, unknown>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

export function directoryOf(name: PackageName): string {
  return join(ROOT, 'packages', name)
}

export async function readManifest(directory: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'))
}

/** Paths of all files below a directory, relative to it. */
export async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = entries.filter(entry => entry.isFile())
  return files.map(({ parentPath, name }) => join(parentPath, name).slice(directory.length + 1))
}
