import { isUsageRecord, type UsageRecord } from '../record.ts'
import { linesOf } from './lines.ts'

/**
 * The records of files that `fileSink` has written, rotated ones included. Lines that are none are left out, for a process
 * that is killed while it writes leaves half a line; a process warning (`SCOPEWARD_USAGE_UNREADABLE`) says how many.
 * @throws Error where a file cannot be read, or has lines and no record among them
 */
export async function readUsageFile(paths: string | readonly string[]): Promise<readonly UsageRecord[]> {
  const records: UsageRecord[] = []
  for await (const record of streamUsageFile(paths)) records.push(record)
  return records
}

/** The same one after the other, for files that do not fit into memory. */
export async function* streamUsageFile(paths: string | readonly string[]): AsyncGenerator<UsageRecord> {
  for (const path of [paths].flat()) yield* recordsIn(path)
}

async function* recordsIn(path: string): AsyncGenerator<UsageRecord> {
  let found = 0
  let unreadable = 0
  for await (const line of linesOf(path)) {
    if (line?.trim() === '') continue
    const record = line === undefined ? undefined : parsed(line)
    if (isUsageRecord(record)) {
      found++
      yield record
    } else unreadable++
  }
  if (unreadable === 0) return
  if (found === 0) throw new Error(`${path} holds no usage record of version 1.`)
  process.emitWarning(`${path} has ${unreadable} lines that are no usage records of version 1; they are left out.`, {
    code: 'SCOPEWARD_USAGE_UNREADABLE',
  })
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
