import { publishedPackages, readManifest } from './workspace.ts'

/** An entry of the catalog in pnpm-workspace.yaml, and what the published packages allow of the package it stands for. */
export interface AllowedRange {
  /** Name of the entry; `express4` stands for another major of `express`. */
  readonly entry: string
  readonly name: string
  /** The alternative of the allowed range that the entry stands for: `^5.0.0` of `^4.21.0 || ^5.0.0`. */
  readonly range: string
}

const ENTRY = /^ {2}"?([\w@/.-]+)"?: (?:npm:(.+)@)?(\S+)$/gm

/** Every dependency and peer dependency of the published packages that is not one of them. */
export function allowedRanges(workspaceFile: string): readonly AllowedRange[] {
  const entries = entriesOf(workspaceFile)
  const wanted = wantedRanges(new Map(entries.map(({ entry, version }) => [entry, version])))
  const ranges = entries.flatMap(({ entry, name, version }) => {
    const range = wanted.get(name)?.find(alternative => majorOf(alternative) === majorOf(version))
    return range === undefined ? [] : [{ entry, name, range }]
  })
  const missed = [...wanted.keys()].filter(name => !ranges.some(range => range.name === name))
  if (missed.length > 0) throw new Error(`The catalog has no entry for ${missed.join(', ')}, so nothing can vary it.`)
  return ranges
}

/** The text of pnpm-workspace.yaml with these exact versions in place of what its entries say. */
export function withVersions(workspaceFile: string, versions: ReadonlyMap<string, string>): string {
  return workspaceFile.replace(ENTRY, (line, entry: string, alias: string | undefined) => {
    const version = versions.get(entry)
    if (version === undefined) return line
    return `  ${JSON.stringify(entry)}: ${alias === undefined ? version : `npm:${alias}@${version}`}`
  })
}

function entriesOf(workspaceFile: string): readonly { entry: string; name: string; version: string }[] {
  const [, catalog = ''] = workspaceFile.split('\ncatalog:\n')
  return [...catalog.matchAll(ENTRY)].map(([, entry = '', alias = entry, version = '']) => ({
    entry,
    name: alias,
    version,
  }))
}

function wantedRanges(catalog: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const wanted = new Map<string, readonly string[]>()
  for (const { dependencies, peerDependencies } of publishedPackages().map(readManifest)) {
    for (const [name, range] of Object.entries({ ...dependencies, ...peerDependencies })) {
      if (range.startsWith('workspace:')) continue
      wanted.set(name, (range === 'catalog:' ? (catalog.get(name) ?? '') : range).split(' || '))
    }
  }
  return wanted
}

function majorOf(version: string): string | undefined {
  return /\d+/.exec(version)?.[0]
}
