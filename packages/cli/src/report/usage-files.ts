import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { streamUsageFile, type UsageRecord } from '@scopeward/usage'
import { CommandFailure } from '../shared/exit.ts'

export interface RecordFilter {
  /** Records whose time had ended by then are left out. */
  readonly since: Date | undefined
  readonly issuer: string | undefined
}

/**
 * The records of these files and of those that they were rotated to (`path.1` and so on), each file once, one record after
 * the other: a fleet may write more in a month than fits into memory.
 * @throws CommandFailure where a file cannot be read, or, in the end, where there was none to give
 */
export async function* recordsIn(paths: readonly string[], filter: RecordFilter): AsyncGenerator<UsageRecord> {
  const left = { issuers: new Set<string>(), lastEnd: '' }
  let given = 0
  for (const file of new Set(paths.flatMap(withRotated))) {
    for await (const record of readOne(file)) {
      if (record.issuer !== null) left.issuers.add(record.issuer)
      if (record.to > left.lastEnd) left.lastEnd = record.to
      if (!isWanted(record, filter)) continue
      given++
      yield record
    }
  }
  if (given > 0) return
  if (left.lastEnd === '') throw new CommandFailure(`No usage has been recorded in ${paths.join(', ')} yet.`)
  throw new CommandFailure(nothingLeft(left, filter))
}

function withRotated(path: string): readonly string[] {
  const files = [resolve(path)]
  for (let number = 1; existsSync(`${path}.${number}`); number++) files.push(resolve(`${path}.${number}`))
  const [, ...rotated] = files
  return rotated.length > 0 && !existsSync(path) ? rotated : files
}

async function* readOne(file: string): AsyncGenerator<UsageRecord> {
  try {
    yield* streamUsageFile(file)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new CommandFailure(`There is no file ${file}.`)
    if (code === 'EISDIR') throw new CommandFailure(`${file} is a folder; name the files in it.`)
    throw new CommandFailure(code === undefined ? message : `${file} cannot be read: ${code}.`)
  }
}

function isWanted({ to, issuer }: UsageRecord, filter: RecordFilter): boolean {
  if (filter.issuer !== undefined && issuer !== filter.issuer) return false
  return filter.since === undefined || Date.parse(to) > filter.since.getTime()
}

interface LeftOut {
  readonly issuers: ReadonlySet<string>
  /** When the last record ended. */
  readonly lastEnd: string
}

function nothingLeft({ issuers, lastEnd }: LeftOut, { since, issuer }: RecordFilter): string {
  if (issuer !== undefined && !issuers.has(issuer)) {
    const [first, ...others] = [...issuers].sort()
    if (first === undefined) return `No record names an issuer, so there is none of ${issuer}.`
    return `No record is of the issuer ${issuer}. There are records of ${first}${others.length === 0 ? '' : ` and ${others.length} more`}.`
  }
  return `Nothing was recorded after ${since?.toISOString()}; the last record ended at ${lastEnd}.`
}
