import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { read } from '../docs/markdown.ts'
import { closureOf, readLockfile } from './support/lockfile.ts'
import { directoryOf, type Manifest, PACKAGES, type PackageName, ROOT, readManifest } from './support/packages.ts'
import { run } from './support/run.ts'

/** Everything that is installed with each package. A name more is a decision, not an accident. */
const BROUGHT: Readonly<Record<PackageName, readonly string[]>> = {
  core: ['jose', 'lru-cache'],
  express: ['jose', 'lru-cache'],
  fastify: ['fastify-plugin', 'jose', 'lru-cache'],
  redis: ['jose', 'lru-cache'],
  testing: ['jose'],
  usage: ['jose', 'lru-cache'],
  opentelemetry: ['jose', 'lru-cache'],
  cli: ['commander', 'jose', 'lru-cache', 'yaml'],
}
const RUN_AT_INSTALL = ['preinstall', 'install', 'postinstall']
const lockfile = readLockfile()

test('every package of the lockfile is pinned by the SHA-512 of an archive of the registry', () => {
  const sources = Object.entries(lockfile.packages).map(([id, entry]) => [
    id,
    typeof entry === 'object' ? entry.resolution : entry,
  ])
  expect(sources.length).toBeGreaterThan(300)
  const pinned = /^\{integrity: sha512-[A-Za-z0-9+/]{86}==\}$/
  expect(sources.filter(([, source]) => !pinned.test(String(source)))).toEqual([])
})

describe.each(PACKAGES)('@scopeward/%s', name => {
  test('brings along what is named here and nothing else, down to the last', () => {
    const brought = [...closureOf(lockfile, `packages/${name}`)].map(id => id.slice(0, id.lastIndexOf('@')))
    expect(brought.sort()).toEqual(BROUGHT[name])
  })

  test('brings no script that runs at its installation, nor does anything with it', async () => {
    expect((await readManifest(directoryOf(name))).scripts).toBeUndefined()
    for (const id of closureOf(lockfile, `packages/${name}`))
      expect([id, scriptsAtInstall(installed(id))]).toEqual([id, []])
  })
})

test('each package names the one repository that its provenance has to come from, and its folder there', async () => {
  for (const name of PACKAGES) {
    expect((await readManifest(directoryOf(name))).repository).toEqual({
      type: 'git',
      url: 'git+https://github.com/scopeward/scopeward.git',
      directory: `packages/${name}`,
    })
  }
})

test('SECURITY.md names for each package what it brings along and what it takes', async () => {
  for (const name of PACKAGES) {
    const { dependencies = {}, peerDependencies = {} } = await readManifest(directoryOf(name))
    const row = new RegExp(`^\\| \`@scopeward/${name}\` *\\| (.*?) *\\| (.*?) *\\|$`, 'm').exec(read('SECURITY.md'))
    const brings = Object.keys(dependencies).map(dependency => dependency.replace('@scopeward/', ''))
    expect([name, row?.slice(1)]).toEqual([name, [brings, Object.keys(peerDependencies)].map(listed)])
  }
})

test('no package that is installed here may run a script at its installation; those that want to are denied by name', () => {
  const packages = installedPackages()
  expect(packages.length).toBeGreaterThan(300)
  const settings = read('pnpm-workspace.yaml')
  const [, builds = ''] = /^allowBuilds:\n((?: .*\n)*)/m.exec(settings) ?? []
  const denied = [...builds.matchAll(/^ {2}(\S+): false$/gm)].map(([, name = '']) => name)
  expect(builds.trimEnd().split('\n')).toHaveLength(denied.length)
  const wanting = packages.filter(path => scriptsAtInstall(path).length > 0).map(path => basename(path))
  expect([...new Set(wanting)].sort()).toEqual(denied.sort())
  expect(settings).toMatch(/^strictDepBuilds: true$/m)
  expect(settings).not.toMatch(/onlyBuiltDependencies|ignoredBuiltDependencies|dangerouslyAllowAllBuilds/)
})

test('a version has to be public for a week, and installing changes no lockfile', async () => {
  const [, minutes] = /^minimumReleaseAge: (\d+)$/m.exec(read('pnpm-workspace.yaml')) ?? []
  expect(Number(minutes)).toBeGreaterThanOrEqual(7 * 24 * 60)
  expect(read('pnpm-workspace.yaml')).not.toContain('minimumReleaseAgeExclude')
  expect((await readManifest(ROOT)).scripts?.setup).toMatch(/pnpm@\d+\.\d+\.\d+ install --frozen-lockfile /)
})

describe('npm run sbom', () => {
  beforeAll(() => run(ROOT, 'npm', 'run', '--silent', 'sbom'), 60_000)

  test.each(PACKAGES)('writes for %s what it brings along, each with its version, licence and hash', async name => {
    const { version: own } = await readManifest(directoryOf(name))
    const bom: Bom = JSON.parse(read(`dist/sbom/scopeward-${name}-${own}.cdx.json`))
    expect(bom).toMatchObject({ bomFormat: 'CycloneDX', metadata: { component: { group: '@scopeward', name } } })
    const foreign = bom.components.filter(({ group }) => group !== '@scopeward')
    expect(foreign.map(component => `${component.name}@${component.version}`).sort()).toEqual(
      [...closureOf(lockfile, `packages/${name}`)].sort(),
    )
    for (const { name: component, version, licenses, externalReferences } of foreign) {
      expect(licenses, component).toHaveLength(1)
      const [{ content } = { content: '' }] = externalReferences?.[0]?.hashes ?? []
      expect(Buffer.from(content, 'hex').toString('base64')).toBe(integrityOf(`${component}@${version}`))
    }
  })
})

interface Bom {
  readonly components: readonly {
    readonly group?: string
    readonly name: string
    readonly version: string
    readonly licenses?: readonly unknown[]
    readonly externalReferences?: readonly { readonly hashes: readonly { readonly content: string }[] }[]
  }[]
}

function integrityOf(id: string): string | undefined {
  const entry = lockfile.packages[id]
  return /sha512-([^}]+)/.exec(String(typeof entry === 'object' ? entry.resolution : ''))?.[1]
}

function installed(id: string): string {
  return join(ROOT, 'node_modules/.pnpm', id.replace('/', '+'), 'node_modules', id.slice(0, id.lastIndexOf('@')))
}

/** Folders of all packages, each once: what stands beside a package is a link to another. */
function installedPackages(): readonly string[] {
  const home = join(ROOT, 'node_modules/.pnpm')
  const foldersIn = (path: string): readonly string[] =>
    readdirSync(path, { withFileTypes: true })
      .filter(entry => entry.isDirectory() && entry.name !== '.bin')
      .map(entry => join(path, entry.name))
  const withScope = foldersIn(home).flatMap(path =>
    existsSync(join(path, 'node_modules')) ? foldersIn(join(path, 'node_modules')) : [],
  )
  return withScope.flatMap(path => (basename(path).startsWith('@') ? foldersIn(path) : [path]))
}

/** A package with a `binding.gyp` is built at its installation though it names no script. */
function scriptsAtInstall(directory: string): readonly string[] {
  const { scripts = {} }: Manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
  const named = RUN_AT_INSTALL.filter(script => scripts[script] !== undefined)
  return existsSync(join(directory, 'binding.gyp')) ? [...named, 'binding.gyp'] : named
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? '–' : names.join(', ')
}
