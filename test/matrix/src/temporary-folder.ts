import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const INTERRUPTED = 130

/** The folder is gone afterwards, whatever happened: copies of the workspace are large. */
export async function inTemporaryFolder<T>(what: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), `scopeward-${what}-`)))
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  const interrupt = (): void => process.exit(INTERRUPTED)
  process.once('exit', remove).once('SIGINT', interrupt).once('SIGTERM', interrupt)
  try {
    return await use(folder)
  } finally {
    remove()
    process.off('exit', remove).off('SIGINT', interrupt).off('SIGTERM', interrupt)
  }
}
