import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { NotRun } from './cell.ts'
import { run, succeed } from './program.ts'
import { type Archive, RUNTIMES, type RuntimeName } from './runtimes.ts'
import { CACHE, ROOT } from './workspace.ts'

export interface Binary {
  readonly path: string
  readonly version: string
}

const LONGEST_DOWNLOAD_SECONDS = 600
const LONGEST_START_SECONDS = 30

/** A binary that has just said its version, downloaded if need be. No script of any package is run. */
export async function obtain(name: RuntimeName): Promise<Binary | NotRun> {
  const { version, program, archives } = RUNTIMES[name]
  const archive = archives[`${process.platform}-${process.arch}`]
  if (archive === undefined) return { notRun: `there is no binary for ${process.platform}-${process.arch}` }
  const folder = join(CACHE, `${name}-${version}`)
  const path = join(folder, 'package', program)
  try {
    if (!existsSync(path)) await download(archive, version, folder)
  } catch (error) {
    if (error instanceof WrongContent) throw error
    return { notRun: `${archive.name}@${version} could not be downloaded: ${lastLine((error as Error).message)}` }
  }
  const { code, stdout, tail } = await run(path, ['--version'], { cwd: ROOT, timeoutSeconds: LONGEST_START_SECONDS })
  if (code === 0 && stdout.includes(version)) return { path, version }
  return { notRun: `${archive.name}@${version} does not start here: ${lastLine(tail)}` }
}

/** What arrived is not what was reviewed. Nobody may go on from there. */
class WrongContent extends Error {}

/** Complete or not there at all: what was broken off is in a folder of another name. */
async function download({ name, integrity }: Archive, version: string, folder: string): Promise<void> {
  await mkdir(CACHE, { recursive: true })
  const unfinished = await mkdtemp(`${folder}-`)
  const options = { cwd: unfinished, timeoutSeconds: LONGEST_DOWNLOAD_SECONDS }
  try {
    await succeed('npm', ['pack', '--ignore-scripts', `${name}@${version}`], options)
    const [file = ''] = await readdir(unfinished)
    const hash = createHash('sha512').update(await readFile(join(unfinished, file)))
    const found = `sha512-${hash.digest('base64')}`
    if (found !== integrity) throw new WrongContent(`${name}@${version} is ${found}, and should be ${integrity}.`)
    await succeed('tar', ['-xzf', file], options)
    await rm(join(unfinished, file))
    await rename(unfinished, folder)
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}
