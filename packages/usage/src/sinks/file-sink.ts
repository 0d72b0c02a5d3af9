import { type FileHandle, mkdir, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { integerOption, requireKnown, textOption } from '../options.ts'
import type { UsageRecord } from '../record.ts'
import type { UsageSink } from './usage-sink.ts'

/** Where the file is, and how large it may grow. */
export interface FileSinkOptions {
  /** Of one process: two that rotate the same file would overwrite each other's. Its folder is made where it is missing. */
  readonly path: string
  /** A file that would grow beyond it is renamed to `path.1`, and a new one begun. Unit: bytes, 1 KB to 10 GB. Default: 50,000,000. */
  readonly maxBytes?: number
  /** How many old files stay: `path.1`, the newest, to `path.5`. 1 to 1,000. Default: 5. */
  readonly keep?: number
}

/**
 * Appends each record to a file, as JSON in a line of its own. For the owner's eyes alone (mode 600).
 * @throws ConfigurationError `option_missing`, `option_unknown`, `option_invalid`
 */
export function fileSink(options: FileSinkOptions): UsageSink {
  requireKnown('fileSink()', options, ['path', 'maxBytes', 'keep'])
  const path = textOption('path', options.path)
  const maxBytes = integerOption('maxBytes', options.maxBytes, { from: 1000, to: 1e10, fallback: 50_000_000 })
  const keep = integerOption('keep', options.keep, { from: 1, to: 1000, fallback: 5 })
  return Object.freeze({
    async write(records: readonly UsageRecord[]): Promise<void> {
      const lines = Buffer.from(records.map(record => `${JSON.stringify(record)}\n`).join(''))
      if (!(await append(path, lines, maxBytes))) {
        await rotate(path, keep)
        await append(path, lines, Number.POSITIVE_INFINITY)
      }
    },
  })
}

/** Opened anew each time, so that a file that somebody moved away or deleted is begun again. @returns whether it fits */
async function append(path: string, lines: Buffer, maxBytes: number): Promise<boolean> {
  const file = await openOrCreate(path)
  try {
    const { size } = await file.stat()
    if (size > 0 && size + lines.length > maxBytes) return false
    const isWhole = size === 0 || (await endsInNewline(file, size))
    await appendOrUndo(file, isWhole ? lines : Buffer.concat([NEWLINE, lines]), size)
    return true
  } finally {
    await file.close()
  }
}

const NEWLINE = Buffer.from('\n')

async function openOrCreate(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'a+', 0o600)
  } catch (error) {
    if (!isMissing(error)) throw error
    await mkdir(dirname(path), { recursive: true })
    return open(path, 'a+', 0o600)
  }
}

/** On a full disk: what was written of them comes again, and would be counted twice. */
async function appendOrUndo(file: FileHandle, lines: Buffer, size: number): Promise<void> {
  try {
    await file.appendFile(lines)
  } catch (error) {
    await file.truncate(size).catch(() => undefined)
    throw error
  }
}

/** A process that was killed while it wrote leaves half a line. */
async function endsInNewline(file: FileHandle, size: number): Promise<boolean> {
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1)
  return buffer.equals(NEWLINE)
}

async function rotate(path: string, keep: number): Promise<void> {
  for (let number = keep - 1; number >= 0; number--) {
    const from = number === 0 ? path : `${path}.${number}`
    await rename(from, `${path}.${number + 1}`).catch((error: unknown) => {
      if (!isMissing(error)) throw error
    })
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === 'ENOENT'
}
