import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { replaceBlocks } from './blocks.ts'
import type { Findings } from './collect.ts'
import { docsBlocks } from './docs-blocks.ts'

const DOCS = fileURLToPath(new URL('../../../../docs/', import.meta.url))
export const PAGE: string = join(DOCS, 'performance.md')

/** Writes figures and pictures into docs/performance.md, so that nobody types any. @throws before it writes, if one is missing */
export async function writeDocs(findings: Findings, rounds: number, seconds: number): Promise<void> {
  const { renderPictures, requireAllPictures } = await loadPictures()
  requireAllPictures(renderPictures(findings))
  const processor = cpus()[0]?.model ?? 'an unknown processor'
  const blocks = docsBlocks(findings, { processor, cores: availableParallelism(), rounds, seconds })
  writeFileSync(PAGE, replaceBlocks(readFileSync(PAGE, 'utf8'), blocks))
  await writePictures(findings, join(DOCS, 'performance'))
}

export async function writePictures(findings: Findings, folder: string): Promise<void> {
  const { renderPictures } = await loadPictures()
  mkdirSync(folder, { recursive: true })
  for (const [file, svg] of renderPictures(findings)) writeFileSync(join(folder, file), svg)
}

/** Takes a third of a second, which runs without pictures do not need. */
function loadPictures(): Promise<typeof import('../plots/pictures.ts')> {
  return import('../plots/pictures.ts')
}
