import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './packages.ts'

/** A mapping of YAML, as pnpm writes it: block style, with flow style left as text. */
export interface Mapping {
  readonly [key: string]: Mapping | string
}

export interface Lockfile {
  /** By the folder in the workspace. */
  readonly importers: Mapping
  /** Where each version comes from. */
  readonly packages: Mapping
  /** What each version brings along. */
  readonly snapshots: Mapping
}

const LINE = /^( *)('(?:[^']|'')+'|[^\s:']+):(?: (.+))?$/

/** The lockfile of the workspace. A line that is not understood throws, so that nothing can hide in it. */
export function readLockfile(): Lockfile {
  const { importers, packages, snapshots } = parse(readFileSync(join(ROOT, 'pnpm-lock.yaml'), 'utf8'))
  if (typeof importers !== 'object' || typeof packages !== 'object' || typeof snapshots !== 'object') {
    throw new Error('pnpm-lock.yaml has no importers, packages or snapshots: its form has changed')
  }
  return { importers, packages, snapshots }
}

/** A reader of YAML would be one more dependency, for a file that has one shape. */
function parse(text: string): Mapping {
  const root: Record<string, Mapping | string> = {}
  const open = [root]
  for (const line of text.split('\n')) {
    if (line.trim() === '' || line.trimStart().startsWith('- ')) continue
    const [, indent, quoted, value] = LINE.exec(line) ?? []
    if (indent === undefined || quoted === undefined) throw new Error(`pnpm-lock.yaml: not understood: ${line}`)
    const depth = indent.length / 2
    const key = quoted.replace(/^'(.*)'$/, '$1')
    const child = {}
    const parent = open[depth]
    if (parent === undefined) throw new Error(`pnpm-lock.yaml: nothing to belong to: ${line}`)
    parent[key] = value ?? child
    open.splice(depth + 1)
    if (value === undefined) open.push(child)
  }
  return root
}

/** Every package that comes along with one of the workspace, by `name@version`, except those of the workspace itself. */
export function closureOf({ importers, snapshots }: Lockfile, folder: string): ReadonlySet<string> {
  const found = new Set<string>()
  const visit = (dependencies: Mapping | string | undefined, home: string): void => {
    if (typeof dependencies !== 'object') return
    for (const [name, locked] of Object.entries(dependencies)) {
      const version = typeof locked === 'string' ? locked : String(locked.version)
      if (version.startsWith('link:')) visitImporter(join(home, version.slice('link:'.length)))
      else visitSnapshot(`${name}@${version}`)
    }
  }
  const visitImporter = (path: string): void => {
    const importer = importers[path]
    if (typeof importer !== 'object') throw new Error(`pnpm-lock.yaml has no importer ${path}`)
    visit(importer.dependencies, path)
    visit(importer.optionalDependencies, path)
  }
  const visitSnapshot = (id: string): void => {
    if (found.has(id)) return
    found.add(id)
    const snapshot = snapshots[id]
    if (snapshot === undefined) throw new Error(`pnpm-lock.yaml has no snapshot ${id}`)
    if (typeof snapshot !== 'object') return
    visit(snapshot.dependencies, '')
    visit(snapshot.optionalDependencies, '')
  }
  visitImporter(folder)
  return found
}
