import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mergeUsage, type UsageSummary } from '@scopeward/usage'
import { expect, test } from 'vitest'
import { reportMarkdown } from '../src/report/markdown.ts'
import { escaped } from '../src/report/shell.ts'
import { type RecordFilter, recordsIn } from '../src/report/usage-files.ts'
import { expectClearFailure, type Run, scopeward, scopewardProcess } from './main.support.ts'
import { denialOf, ISSUER, recordOf, temporaryFolder, useOf, writeRecords } from './report-support.ts'

const RECORD = recordOf('billing', ['read', 'spare'], { routes: [useOf('read', 2)], denied: [denialOf('void')] })
function runReport(...words: readonly string[]): Promise<Run> {
  return scopeward(['report', ...words])
}

async function clientsIn(paths: readonly string[], filter: Partial<RecordFilter> = {}): Promise<readonly unknown[]> {
  const clients: unknown[] = []
  const wanted = { since: undefined, issuer: undefined, ...filter }
  for await (const { clientId } of recordsIn(paths, wanted)) clients.push(clientId)
  return clients
}

test('`--json` writes the summary, `--markdown` tables, and `--out` a page', async () => {
  const folder = temporaryFolder()
  const path = writeRecords(join(folder, 'usage.ndjson'), [RECORD])
  const out = join(folder, 'report.html')
  const [json, markdown, page] = await Promise.all([
    runReport(path, '--json'),
    runReport(path, '--markdown'),
    runReport(path, '--out', out, '--title', 'Orders & <more>'),
  ])
  expect(JSON.parse(json.stdout) as UsageSummary).toEqual(mergeUsage([RECORD]))
  expect(markdown.stdout).toContain('| billing | https\\://login.example.com | `read` | `spare` |')
  expect(page).toEqual({ code: 0, stdout: '', stderr: `${out}: 1 client, 2 routes.\n` })
  expect(readFileSync(out, 'utf8')).toContain('<h1>Orders &amp; &lt;more&gt;</h1>')
})

test('rotated files come along, each once, also where the newest has just been moved away', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'usage.ndjson')
  writeRecords(`${path}.1`, [recordOf('second', [])])
  writeRecords(`${path}.2`, [recordOf('first', [])])
  expect(await clientsIn([path])).toEqual(['second', 'first'])
  writeRecords(path, [recordOf('third', [])])
  expect(await clientsIn([path, `${path}.2`])).toEqual(['third', 'second', 'first'])
})

test('`--since` leaves out what had ended, and `--issuer` everybody else', async () => {
  const path = writeRecords(join(temporaryFolder(), 'usage.ndjson'), [
    RECORD,
    recordOf('later', [], { to: '2026-01-09T00:00:00.000Z' }),
    recordOf('other', [], { issuer: 'https://other.example.com' }),
  ])
  expect(await clientsIn([path], { since: new Date('2026-01-06') })).toEqual(['later'])
  expect(await clientsIn([path], { issuer: ISSUER })).toEqual(['billing', 'later'])
})

test('what cannot be reported is one clear sentence for exit code 2', async () => {
  const folder = temporaryFolder()
  const path = writeRecords(join(folder, 'usage.ndjson'), [RECORD])
  const inside = (name: string) => join(folder, name)
  mkdirSync(inside('logs'))
  writeFileSync(inside('empty.ndjson'), '')
  writeFileSync(inside('other.ndjson'), 'not JSON\n{"v":2}\n')
  const cases: readonly (readonly [args: readonly string[], says: string])[] = [
    [[inside('none.ndjson')], `There is no file ${inside('none.ndjson')}.`],
    [[inside('logs')], `${inside('logs')} is a folder; name the files in it.`],
    [[inside('empty.ndjson')], `No usage has been recorded in ${inside('empty.ndjson')} yet.`],
    [[inside('other.ndjson')], `${inside('other.ndjson')} holds no usage record of version 1.`],
    [[path, '--since', '2027-01-01'], 'Nothing was recorded after 2027-01-01T00:00:00.000Z; the last record ended at'],
    [[path, '--issuer', 'https://x'], `No record is of the issuer https://x. There are records of ${ISSUER}.`],
    [
      [path, '--markdown', '--out', inside('no/such/folder.md')],
      `${inside('no/such/folder.md')} cannot be written: ENOENT.`,
    ],
    [[path, '--since', 'yesterday'], 'It is no time; write 2026-11-01'],
    [[path, '--json', '--markdown'], "cannot be used with option '--markdown'"],
    [[], "missing required argument 'files'"],
  ]
  for (const [args, says] of cases) {
    const failure = await runReport(...args)
    expectClearFailure(failure, 2, /./)
    expect(failure.stderr).toContain(says)
    expect(failure.stderr.trimEnd()).not.toContain('\n')
  }
})

test('the program says so without a stack trace', async () => {
  const file = join(temporaryFolder(), 'none.ndjson')
  const says = `scopeward: There is no file ${file}.\n`
  expect(await scopewardProcess(['report', file])).toEqual({ code: 2, stdout: '', stderr: says })
})

test('names of clients act upon no terminal, and long ones hide no others', async () => {
  const evil = '\u001b[2J\u009b31m\u202e'
  const long = `${'x'.repeat(5000)}end`
  const records = [recordOf(evil, ['read'], { routes: [useOf('read')] }), recordOf(long, [])]
  const path = writeRecords(join(temporaryFolder(), 'usage.ndjson'), records)
  const [json, markdown] = await Promise.all([runReport(path, '--json'), runReport(path, '--markdown')])
  expect((JSON.parse(json.stdout) as UsageSummary).clients.map(({ clientId }) => clientId)).toEqual([evil, long])
  for (const { stdout } of [json, markdown]) expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Cf}/u)
  expect(markdown.stdout).toContain(`| ${'x'.repeat(140)}…${'x'.repeat(37)}end \\(5,003 characters\\) |`)
})

test('in Markdown no name becomes markup, a link or a cell', () => {
  const name = '<img src=x>|[a](https://x) *b* `c`\n# d'
  const text = reportMarkdown(mergeUsage([recordOf(name, ['a|`b`'], { routes: [] })]), 'Title | *x*')
  expect(text).toContain('\\<img src=x\\>\\|\\[a\\]\\(https\\://x\\) \\*b\\* \\`c\\`\\\\u\\{a\\}\\# d')
  expect(text).toContain("`a\\|'b'`")
  expect(text).toContain('# Title \\| \\*x\\*\n')
})

test('text is escaped for HTML, attributes included', () => {
  expect(escaped(`<a href="x" title='y'>&`)).toBe('&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;')
})
