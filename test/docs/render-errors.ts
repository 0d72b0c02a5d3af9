import { DENIALS, type DenialRow, MISUSES } from '@scopeward/core'

const SUBSCRIBE = `\`\`\`ts
import { subscribe } from 'node:diagnostics_channel'
import type { DeniedEvent } from '@scopeward/core'

subscribe('scopeward:denied', message => {
  const { code, detail, status, route, requirement, clientId } = message as DeniedEvent
  console.log(code, detail, status, route, requirement, clientId)
})
\`\`\`
`

/** docs/errors.md as the tables in the code have it. */
export function renderErrors(): string {
  const denials = Object.entries(DENIALS).map(([code, row]) => denialSection(code, row))
  const misuses = Object.entries(MISUSES).map(([code, remedy]) => `### \`${code}\`\n\n${remedy}\n`)
  return [
    '# Errors\n',
    'Clients see a status, a fixed text and, where RFC 6750 has one, an error code. You see the code below: in `denial.code`, `TokenRejected.code` and the events of the channel `scopeward:denied`:\n',
    SUBSCRIBE,
    '## A request was refused\n',
    ...denials,
    '## A mistake in the code\n',
    'Thrown as `ConfigurationError` with this `code`, at construction, at start or at the first use, and never turned into a refusal. The message says where and what to type instead. One that is thrown while a request runs goes to the error handler of the framework: let it show no messages to clients.\n',
    ...misuses,
  ].join('\n')
}

function denialSection(code: string, { status, error, text, section, remedy }: DenialRow): string {
  const answer = error === undefined ? `${status}, no error code` : `${status} \`${error}\``
  return `### \`${code}\`\n\n${answer}: “${text}”. ${section}.\n\n${remedy}\n`
}
