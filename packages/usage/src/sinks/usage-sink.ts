import type { UsageRecord } from '../record.ts'

/** Where the counts go. */
export interface UsageSink {
  /**
   * Takes all of these records, or rejects and takes none: then they come again, together with what was counted since.
   * Never asked twice at a time.
   */
  write(records: readonly UsageRecord[]): Promise<void>
  /** After the last records. */
  close?(): Promise<void>
}
