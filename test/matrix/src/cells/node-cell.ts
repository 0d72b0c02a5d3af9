import { obtain } from '../binaries.ts'
import type { Cell, NotRun } from '../cell.ts'
import { type NodeName, RUNTIMES } from '../runtimes.ts'
import { ROOT } from '../workspace.ts'
import { runSuite } from './suite.ts'

/** The whole suite, in the working tree, under one release line of Node. */
export function nodeCell(name: NodeName): Cell {
  return {
    name,
    about: `the whole suite under Node ${RUNTIMES[name].version}`,
    async run({ quick }) {
      const node = await nodeOf(name)
      if ('notRun' in node) return node
      const parameters = quick ? ['packages/core'] : []
      return runSuite({ node: node.path, folder: ROOT, versions: `Node ${node.version}`, parameters })
    },
  }
}

/** The Node that runs this counts for its release line. */
async function nodeOf(name: NodeName): Promise<{ path: string; version: string } | NotRun> {
  const isThis = process.version.startsWith(`v${name.slice('node'.length)}.`)
  return isThis ? { path: process.execPath, version: process.version.slice(1) } : obtain(name)
}
