import { GROUPS } from './index.ts'
import type { AttackRow } from './row.ts'

const INTRO = `# Attacks

Every attack on a resource server that we know of: what it is, the source that stops it, and the test that tries it. The suites send attacks over real HTTP to an Express and a Fastify app and to \`check()\`, with both signature engines, after an honest request of the same kind was let in; where that cannot be, the row says why. The bench counts the answers of each way while the tests run, and fails a row that one of them has not refused.

The list is made from [its rows](../test/attacks/rows/index.ts): a row without a test, or a test that is gone, fails the build. Advisories about other libraries stand here because the same mistake could be made again.
`

/** docs/attacks.md as the rows have it. */
export function renderAttacks(): string {
  const groups = GROUPS.map(({ title, rows }) => {
    const head = rows.every(({ honest }) => honest) ? HONEST_HEAD : HEAD
    return [`## ${title}\n`, ...head, ...rows.map(line), ''].join('\n')
  })
  return [INTRO, ...groups].join('\n')
}

const HEAD = ['| | attack | stopped in | tested by |', '| --- | --- | --- | --- |'] as const
const HONEST_HEAD = [
  'No attacks: honest requests in unusual forms. Each must be let in, and its test demands that.\n',
  '| | request that must be let in | read in | tested by |',
  '| --- | --- | --- | --- |',
] as const

function line(row: AttackRow): string {
  const cells = [nameOf(row), remarks(row), row.stoppedIn.map(source).join('<br>'), testsOf(row).join('<br>')]
  return `| ${cells.join(' | ')} |`
}

function nameOf({ id, known = [] }: AttackRow): string {
  return [id, ...known].join('<br>')
}

function remarks({ attack, notByRequest }: AttackRow): string {
  return [attack, notByRequest].filter(text => text !== undefined).join(' ')
}

function source(file: string): string {
  return `[${fileName(file)}](../packages/${file})`
}

/** Each file once, with its titles. */
function testsOf({ tests }: AttackRow): readonly string[] {
  const files = [...new Set(tests.map(({ file }) => file))]
  return files.map(file => {
    const titles = tests.filter(proof => proof.file === file).map(({ title }) => `“${readable(title)}”`)
    return `[${fileName(file)}](../${file}): ${titles.join(', ')}`
  })
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** Without placeholders, and without what would end the cell or be taken for markup. */
function readable(title: string): string {
  return title
    .replaceAll(/%[sjoi]/g, '…')
    .replaceAll('\\', '\\\\')
    .replaceAll(/[|<>*_[\]`]/g, mark => `\\${mark}`)
}
