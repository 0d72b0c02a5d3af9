import { authenticated, ConfigurationError, type Requirement } from '@scopeward/core'
import type { Command } from 'commander'
import { CommandFailure, EXIT } from '../shared/exit.ts'
import { readToken } from '../shared/input.ts'
import { isHttpOnLoopback } from '../shared/issuer-url.ts'
import { jsonText } from '../shared/printable.ts'
import type { Session } from '../shared/session.ts'
import { paintFor } from '../shared/style.ts'
import { addVerifierOptions, collect } from '../shared/verifier-options.ts'
import { leavesOf } from './describe.ts'
import { parseRequirement } from './parse-requirement.ts'
import { explanation } from './print.ts'
import { reportOf } from './report.ts'
import { readCertificate, scopesOf, seeToken } from './seen-token.ts'
import { readSettings, type VerifierFlags } from './settings.ts'
import { type Presented, type Verdict, verify } from './verify.ts'

interface ExplainFlags extends VerifierFlags {
  readonly require?: string
  readonly method: string
  readonly url?: string
  readonly dpop?: string
  readonly clientCertificate?: string
  readonly json?: true
}

const EXAMPLES = `
Examples:
  scopeward explain - --issuer https://login.example.com --audience https://api.example.com
  scopeward explain eyJ… --issuer … --audience … --require 'controls:read and (service or role:admin)'

Exit codes: 0 accepted, 1 refused, 2 bad usage or input, 3 could not be checked`

/** `scopeward explain`: why a token is refused, by the real verifier. */
export function register(program: Command, session: Session): void {
  const command = program
    .command('explain')
    .description('run the real verifier on a token and say what each check found')
    .argument('<token>', 'the access token, or - to read it from standard input')
    .requiredOption('--issuer <url>', 'whom to trust: exactly the iss of its tokens')
    .requiredOption('--audience <value>', 'what tokens for the API carry in aud; may be given several times', collect)
    .option('--require <requirement>', "what the route requires, such as 'a and (service or role:b)'")
  addVerifierOptions(command)
    .option('--method <method>', 'method of the request, for DPoP', 'GET')
    .option('--url <url>', 'absolute URL of the request, for DPoP')
    .option('--dpop <proof>', 'the header DPoP of the request')
    .option('--client-certificate <file>', 'certificate of the client, PEM')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action((token: string, flags: ExplainFlags) => explain(token, flags, session))
}

async function explain(argument: string, flags: ExplainFlags, session: Session): Promise<void> {
  const requirement = flags.require === undefined ? authenticated : parseRequirement(flags.require)
  if (flags.url === undefined && leavesOf(requirement).some(({ text }) => text === 'dpop')) {
    throw new CommandFailure('--require names dpop, which needs --url, --method and --dpop.')
  }
  const settings = readSettings(flags)
  const presented = await readPresented(argument, flags, session)
  const seen = seeToken(presented.token)
  const scopes = new Set([...scopesOf(seen), ...scopesIn(requirement)])
  const verdict = await verdictOf(settings, presented, requirement, [...scopes])
  const report = reportOf({ settings, presented, seen, verdict, requirement })
  session.stdout.write(flags.json === true ? jsonText(report) : explanation(report, paintFor(session)))
  session.exitCode = { accepted: EXIT.ok, refused: EXIT.refused, unavailable: EXIT.unavailable }[report.verdict]
}

async function readPresented(
  argument: string,
  { method, url, dpop, clientCertificate }: ExplainFlags,
  session: Session,
): Promise<Presented> {
  if (url !== undefined && !isRequestUrl(url)) {
    throw new CommandFailure('--url must be the absolute https URL of the request; http is for localhost only.')
  }
  if (dpop !== undefined && url === undefined) {
    throw new CommandFailure('--dpop needs --url (and --method): a proof is good for one request.')
  }
  const certificate = clientCertificate === undefined ? undefined : readCertificate(clientCertificate)
  return { token: await readToken(argument, session), method: method.toUpperCase(), url, proof: dpop, certificate }
}

function isRequestUrl(url: string): boolean {
  return URL.canParse(url) && (new URL(url).protocol === 'https:' || isHttpOnLoopback(url))
}

function scopesIn(requirement: Requirement): readonly string[] {
  return leavesOf(requirement).flatMap(leaf => (typeof leaf.requirement === 'string' ? [leaf.requirement] : []))
}

/** What the verifier finds wrong with its options is bad usage here. */
async function verdictOf(...question: Parameters<typeof verify>): Promise<Verdict> {
  try {
    return await verify(...question)
  } catch (error) {
    throw error instanceof ConfigurationError ? new CommandFailure(error.message) : error
  }
}
