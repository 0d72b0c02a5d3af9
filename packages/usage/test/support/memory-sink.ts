import type { UsageRecord, UsageSink } from '../../src/index.ts'

export interface MemorySink extends UsageSink {
  /** What it took, one list for each time it was asked. */
  readonly taken: (readonly UsageRecord[])[]
  readonly records: readonly UsageRecord[]
  /** While it is there, nothing is taken. */
  fault: Error | undefined
}

export function memorySink(): MemorySink {
  const taken: (readonly UsageRecord[])[] = []
  return {
    taken,
    fault: undefined,
    get records() {
      return taken.flat()
    },
    async write(records) {
      if (this.fault !== undefined) throw this.fault
      taken.push(structuredClone(records))
    },
  }
}
