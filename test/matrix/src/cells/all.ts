import type { Cell } from '../cell.ts'
import { EXPRESS_4, LOWEST, NEWEST } from './dependency-cells.ts'
import { nodeCell } from './node-cell.ts'
import { smokeCell } from './smoke-cell.ts'

/** In the order in which they run. */
export const CELLS: readonly Cell[] = [
  nodeCell('node20'),
  nodeCell('node22'),
  nodeCell('node24'),
  nodeCell('node26'),
  EXPRESS_4,
  LOWEST,
  NEWEST,
  smokeCell('bun', ['run']),
  smokeCell('deno', ['run', '--allow-all', '--no-prompt', '--cached-only']),
]
