import { cp, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { withVersions } from './catalog.ts'
import { succeed } from './program.ts'
import { inTemporaryFolder } from './temporary-folder.ts'
import { pinnedPnpm, ROOT } from './workspace.ts'

/** Installed anew, or of no use to tests. */
const LEFT_OUT = new Set(['node_modules', '.git', '.generated', '.stryker-tmp'])
const LONGEST_INSTALL_SECONDS = 600

/**
 * Uses a copy of the working tree, with its builds, in which entries of the catalog have these exact versions.
 */
export function inCopy<T>(versions: ReadonlyMap<string, string>, use: (folder: string) => Promise<T>): Promise<T> {
  return inTemporaryFolder('matrix', async folder => {
    await cp(ROOT, folder, { recursive: true, filter: path => path === ROOT || !LEFT_OUT.has(basename(path)) })
    await install(folder, versions)
    return use(folder)
  })
}

/**
 * The file with the catalog is put back after it: tests that pack the packages read the ranges there, and what is tried here
 * is what gets installed, not what is written.
 */
async function install(folder: string, versions: ReadonlyMap<string, string>): Promise<void> {
  const workspaceFile = join(folder, 'pnpm-workspace.yaml')
  const catalog = await readFile(workspaceFile, 'utf8')
  await writeFile(workspaceFile, withVersions(catalog, versions))
  const flags = ['--no-frozen-lockfile', '--prefer-offline', '--ignore-scripts', '--loglevel', 'error']
  const options = { cwd: folder, timeoutSeconds: LONGEST_INSTALL_SECONDS }
  await succeed('npx', ['--yes', pinnedPnpm(), 'install', ...flags], options)
  await writeFile(workspaceFile, catalog)
}
