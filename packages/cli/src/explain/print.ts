import { DENIALS } from '@scopeward/core'
import { dateText } from '../shared/duration.ts'
import { plainText, printable } from '../shared/printable.ts'
import { column, type Paint, type Tone } from '../shared/style.ts'
import type { ExplainReport, ReportedCheck, ReportedToken } from './report.ts'

const TONES: Readonly<Record<ReportedCheck['outcome'], Tone>> = {
  passed: 'good',
  failed: 'bad',
  unavailable: 'warning',
  'not reached': 'quiet',
}
const OUTCOME_WIDTH = 13
const TITLE_WIDTH = 42

/** The report for people: the verdict and what to do first, then every check. */
export function explanation(report: ExplainReport, paint: Paint): string {
  const blocks = [
    [verdictLine(report, paint)],
    ...(report.advice.length === 0
      ? []
      : [[paint('strong', 'What to do'), ...report.advice.map(text => `  - ${text}`)]]),
    tokenLines(report.token, paint),
    [paint('strong', 'Checks'), ...report.checks.flatMap(check => checkLines(check, paint))],
    ...(report.notes.length === 0 ? [] : [report.notes.map(note => paint('quiet', `Note: ${note}`))]),
  ]
  return `${blocks.map(lines => lines.join('\n')).join('\n\n')}\n`
}

function verdictLine({ verdict, code, requirement }: ExplainReport, paint: Paint): string {
  if (code === undefined) return `${paint('good', 'Accepted')}: the token meets ${plainText(requirement)}`
  const { status, error, text } = DENIALS[code]
  const answer = `The API answers ${status}${error === undefined ? '' : ` ${error}`}: ${text}`
  if (verdict === 'unavailable')
    return `${paint('warning', 'Could not be checked')}: ${paint('strong', code)}\n${answer}`
  return `${paint('bad', 'Refused')}: ${paint('strong', code)}\n${answer}`
}

function tokenLines({ preview, characters, verified, header, claims }: ReportedToken, paint: Paint): readonly string[] {
  const trust = verified ? paint('good', 'verified') : paint('warning', 'NOT verified: anybody can write this')
  const title = `${paint('strong', 'Token')} ${preview} (${characters} characters), ${trust}`
  return [title, ...memberLines('header', header), ...memberLines('claims', claims)]
}

const TIMES: ReadonlySet<string> = new Set(['exp', 'iat', 'nbf', 'auth_time'])
const MAX_MEMBERS = 40

function memberLines(title: string, members: Readonly<Record<string, unknown>> | undefined): readonly string[] {
  const all = Object.entries(members ?? {})
  const shown = all.slice(0, MAX_MEMBERS).map(([name, value], index) => {
    const date = TIMES.has(name) ? dateText(value) : undefined
    const text = `${plainText(name, 40)} ${printable(value)}${date === undefined ? '' : ` (${date})`}`
    return `  ${(index === 0 ? title : '').padEnd(8)}${text}`
  })
  return all.length > MAX_MEMBERS ? [...shown, `          and ${all.length - MAX_MEMBERS} more`] : shown
}

function checkLines(
  { outcome, title, expected, found, section, verified }: ReportedCheck,
  paint: Paint,
): readonly string[] {
  const start = `  ${column(paint, TONES[outcome], outcome, OUTCOME_WIDTH)}${title.padEnd(TITLE_WIDTH)}`
  if (outcome === 'failed' || outcome === 'unavailable') {
    const mark = verified ? '' : ' (not verified)'
    const indent = ' '.repeat(OUTCOME_WIDTH + 2)
    return [`${start}${section}`, `${indent}expected  ${expected}`, `${indent}found     ${found ?? 'nothing'}${mark}`]
  }
  const values =
    outcome === 'passed'
      ? `${found}; expected ${expected}`
      : `expected ${expected}${found === undefined ? '' : `; the token says ${found}`}`
  return [`${start}${paint('quiet', section)}`, paint('quiet', `${' '.repeat(OUTCOME_WIDTH + 2)}${values}`)]
}
