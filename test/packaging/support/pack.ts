import { join } from 'node:path'
import { directoryOf, PACKAGES, type PackageName, ROOT, readManifest } from './packages.ts'
import { run } from './run.ts'

export type Tarballs = Readonly<Record<PackageName, string>>

/**
 * Packs as a release does: with pnpm, which alone turns `workspace:` and `catalog:` into versions.
 * @returns paths of the tarballs
 */
export async function packAll(destination: string): Promise<Tarballs> {
  const { scripts } = await readManifest(ROOT)
  const pnpm = /pnpm@\d+\.\d+\.\d+/.exec(String(scripts?.setup))?.[0]
  if (pnpm === undefined) throw new Error('the script "setup" in the root package.json names no version of pnpm')
  const pack = async (name: PackageName) => {
    const directory = directoryOf(name)
    await run(directory, 'npx', '--yes', pnpm, 'pack', '--pack-destination', destination)
    const { version } = await readManifest(directory)
    return [name, join(destination, `scopeward-${name}-${version}.tgz`)]
  }
  return Object.fromEntries(await Promise.all(PACKAGES.map(pack)))
}
