import { readFileSync } from 'node:fs'
import type { PlantedBug } from './planted-bug.ts'

/** From `test/fuzz/dist/planted` as well as from `test/fuzz/src/planted`. */
const ROOT = new URL('../../../../', import.meta.url)

export function urlOf({ file }: Pick<PlantedBug, 'file'>): string {
  return new URL(file, ROOT).href
}

export function sourceOf(bug: Pick<PlantedBug, 'file'>): string {
  return readFileSync(new URL(urlOf(bug)), 'utf8')
}

/** @throws Error where the text to replace is not there exactly once: the product has changed, and the bug has to follow */
export function withBug(source: string, { name, file, find, replace }: PlantedBug): string {
  const [before, after, ...more] = source.split(find)
  if (before !== undefined && after !== undefined && more.length === 0) return before + replace + after
  throw new Error(`Planted bug "${name}": its text occurs ${source.split(find).length - 1} times in ${file}, not once.`)
}
