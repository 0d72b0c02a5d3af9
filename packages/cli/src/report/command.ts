import { writeFile } from 'node:fs/promises'
import { mergeUsageStream, type UsageSummary } from '@scopeward/usage'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { CommandFailure } from '../shared/exit.ts'
import { jsonText } from '../shared/printable.ts'
import type { Output, Session } from '../shared/session.ts'
import { counted } from './browser/text.ts'
import { reportHtml } from './html.ts'
import { reportMarkdown } from './markdown.ts'
import { toReportData } from './to-report-data.ts'
import { recordsIn } from './usage-files.ts'

interface ReportOptions {
  readonly out?: string
  readonly json?: true
  readonly markdown?: true
  readonly title: string
  readonly since?: Date
  readonly issuer?: string
}

const EXAMPLES = `
Examples:
  scopeward report usage.ndjson --out report.html
  scopeward report usage.ndjson --since 2026-11-01 --markdown

Exit codes: 0 written, 2 bad usage or input`

/** `scopeward report`. A file that cannot be read or written, or holds no usage records, is bad input. */
export function register(program: Command, session: Session): void {
  program
    .command('report')
    .description('writes which clients use which of their privileges, as one HTML page that loads nothing')
    .argument(
      '<files...>',
      'usage records (NDJSON) as fileSink of @scopeward/usage writes them; rotated ones come along',
    )
    .option('--out <file>', 'where to write it (default: standard output)')
    .addOption(new Option('--json', 'the figures as JSON').conflicts('markdown'))
    .option('--markdown', 'tables in Markdown')
    .option('--title <title>', 'heading of the report', 'Who uses which privilege')
    .option('--since <time>', 'leave out what ended before, for example 2026-11-01', timeFrom)
    .option('--issuer <issuer>', 'clients of this issuer alone')
    .addHelpText('after', EXAMPLES)
    .action((files: readonly string[], options: ReportOptions) => report(files, options, session))
}

async function report(files: readonly string[], options: ReportOptions, { stdout, stderr }: Session): Promise<void> {
  const summary = await mergeUsageStream(recordsIn(files, { since: options.since, issuer: options.issuer }))
  await write(written(summary, options), options.out, stdout)
  if (options.out !== undefined) {
    stderr.write(
      `${options.out}: ${counted(summary.clients.length, 'client')}, ${counted(summary.routes.length, 'route')}.\n`,
    )
  }
}

function written(summary: UsageSummary, { json, markdown, title }: ReportOptions): string {
  if (json) return jsonText(summary)
  if (markdown) return reportMarkdown(summary, title)
  return reportHtml(toReportData(summary, title, new Date()))
}

async function write(text: string, out: string | undefined, stdout: Output): Promise<void> {
  if (out === undefined) {
    stdout.write(text)
    return
  }
  try {
    await writeFile(out, text)
  } catch (error) {
    throw new CommandFailure(`${out} cannot be written: ${(error as NodeJS.ErrnoException).code}.`)
  }
}

function timeFrom(text: string): Date {
  const time = new Date(text)
  if (Number.isNaN(time.getTime()))
    throw new InvalidArgumentError('It is no time; write 2026-11-01 or 2026-11-01T09:00Z.')
  return time
}
