const MARKED = /<!-- bench:begin (\w+) -->\n[\s\S]*?<!-- bench:end \1 -->/g

/**
 * Replaces what stands between `<!-- bench:begin NAME -->` and `<!-- bench:end NAME -->`.
 * @throws if the page has a block that is not given, or lacks one that is: an old figure would stay
 */
export function replaceBlocks(page: string, blocks: Readonly<Record<string, string>>): string {
  const missing = new Set(Object.keys(blocks))
  const replaced = page.replaceAll(MARKED, (_, name: string) => {
    const block = blocks[name]
    if (block === undefined) throw new Error(`The page has a block "${name}" that the bench does not write.`)
    missing.delete(name)
    return `<!-- bench:begin ${name} -->\n\n${block}\n\n<!-- bench:end ${name} -->`
  })
  if (missing.size > 0) throw new Error(`The page lacks the blocks ${[...missing].join(', ')}.`)
  return replaced
}
