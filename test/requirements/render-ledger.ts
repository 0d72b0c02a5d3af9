import type { CitedTest } from '../support/collected/cited-test.ts'
import { type Entry, type Family, isRequirement, type Requirement } from './entry.ts'
import { LEDGER } from './ledger.ts'

const LEVELS = { MUST: 'MUST', SHOULD: 'SHOULD', CHOICE: 'our choice' } as const

/** docs/requirements.md. */
export function renderLedger(): string {
  return [
    '# Requirements\n',
    `What the standards demand of a resource server, and the test that proves it: ${sums()}. A test keeps this page complete and its links true; tests cite the ids. Run \`npx vitest run test/requirements\` to check it, with \`-u\` to write it anew.\n`,
    ...gapSection(),
    ...LEDGER.map(familySection),
  ].join('\n')
}

function sums(): string {
  const all = LEDGER.flatMap(({ entries }) => entries).filter(isRequirement)
  const told = (['MUST', 'SHOULD'] as const).map(level => {
    const those = all.filter(entry => entry.level === level)
    const open = those.filter(entry => entry.gap !== undefined).length
    return `${those.length} ${level}${open === 0 ? '' : ` (${open} not met, [below](#not-met))`}`
  })
  return told.join(', ')
}

function gapSection(): readonly string[] {
  const open = LEDGER.flatMap(({ entries }) => entries).filter(entry => isRequirement(entry) && entry.gap !== undefined)
  if (open.length === 0) return []
  const items = (open as readonly Requirement[]).map(
    ({ id, level, section, requirement, gap }) => `- **${id}**, ${level}, ${section}. ${requirement} ${gap}`,
  )
  return ['## Not met\n', `${items.join('\n')}\n`]
}

function familySection({ title, entries }: Family): string {
  const met = entries.filter(isRequirement)
  const others = entries.filter((entry: Entry) => !isRequirement(entry))
  const lines = [
    `## ${title}\n`,
    '| id | level | section | requirement | test |',
    '| --- | --- | --- | --- | --- |',
    ...met.map(row),
    '',
  ]
  const left = others.map(
    entry => `- ${entry.id}, ${entry.section}: ${'notApplicable' in entry ? entry.notApplicable : ''}`,
  )
  if (left.length > 0) lines.push(`Nothing to do for:\n\n${left.join('\n')}\n`)
  return lines.join('\n')
}

function row({ id, level, section, requirement, proof, gap }: Requirement): string {
  const tests = gap === undefined ? proof.map(link) : ['[not met](#not-met)']
  return `| ${id} | ${LEVELS[level]} | ${section} | ${escaped(requirement)} | ${tests.join('<br>')} |`
}

function link({ file, title, table }: CitedTest): string {
  return `[${escaped(title)}](../${table ?? file})`
}

/** What Markdown would take for its own, and what ends a cell of a table. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|$]/g, '\\$&')
}
