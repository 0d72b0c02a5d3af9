import type { Fixtures } from '../tokens/fixtures.ts'

/** One of the things that are compared. It has a process of its own, so that no side warms up or spoils code of another. */
export interface Side {
  /** Does its work once more. @returns nanoseconds per operation */
  measure(): Promise<number>
}

/** What a module in `sides/` exports as default. @param variant tells apart the sides that one module can be */
export type PrepareSide = (fixtures: Fixtures, variant: string) => Promise<Side>
