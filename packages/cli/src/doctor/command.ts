import type { Command } from 'commander'
import { EXIT } from '../shared/exit.ts'
import { readToken } from '../shared/input.ts'
import { requireIssuerUrl } from '../shared/issuer-url.ts'
import { jsonText } from '../shared/printable.ts'
import type { Session } from '../shared/session.ts'
import { column, type Paint, paintFor, type Tone } from '../shared/style.ts'
import { collect } from '../shared/verifier-options.ts'
import { configurationText } from './configuration.ts'
import { type Examination, examine } from './examine.ts'
import type { Finding } from './finding.ts'

interface DoctorFlags {
  readonly issuer: string
  readonly audience: readonly string[]
  readonly token?: string
  readonly json?: true
}

const EXAMPLES = `
Examples:
  scopeward doctor --issuer https://login.example.com
  pbpaste | scopeward doctor --issuer https://login.example.com --audience https://api.example.com --token -

Exit codes: 0 no problems, 1 problems, 2 bad usage or input, 3 the issuer cannot be reached`

/** `scopeward doctor`: the issuer as a resource server sees it. */
export function register(program: Command, session: Session): void {
  program
    .command('doctor')
    .description('look at an issuer as a resource server sees it, and write the configuration for it')
    .requiredOption('--issuer <url>', 'exactly the iss of its tokens')
    .option('--audience <value>', 'what tokens for the API carry in aud; may be given several times', collect, [])
    .option('--token <token>', 'an access token of it, or - to read it from standard input')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action((flags: DoctorFlags) => doctor(flags, session))
}

async function doctor({ issuer, audience, token, json }: DoctorFlags, session: Session): Promise<void> {
  const question = {
    issuer: requireIssuerUrl(issuer, '--issuer'),
    audiences: audience,
    token: token === undefined ? undefined : await readToken(token, session),
  }
  const examination = await examine(question)
  const configuration = configurationText(examination.configuration)
  session.stdout.write(
    json === true
      ? jsonText({ ...examination, configuration })
      : examinationText(examination, configuration, paintFor(session)),
  )
  session.exitCode = exitCodeOf(examination)
}

function exitCodeOf({ reachable, findings }: Examination): number {
  if (!reachable) return EXIT.unavailable
  return findings.some(({ level }) => level === 'problem') ? EXIT.refused : EXIT.ok
}

const TONES: Readonly<Record<Finding['level'], Tone>> = { ok: 'good', warning: 'warning', problem: 'bad' }

function examinationText({ findings }: Examination, configuration: string, paint: Paint): string {
  const lines = findings.flatMap(finding => findingLines(finding, paint))
  return [...lines, '', paint('strong', 'Configuration to paste'), '', configuration, ''].join('\n')
}

function findingLines({ level, topic, text, advice }: Finding, paint: Paint): readonly string[] {
  const start = `${column(paint, TONES[level], level, 9)}${topic.padEnd(11)}${text}`
  return advice === undefined ? [start] : [start, `${' '.repeat(20)}-> ${advice}`]
}
