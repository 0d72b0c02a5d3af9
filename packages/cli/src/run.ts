import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { CommandFailure, EXIT } from './shared/exit.ts'
import { plainText, withoutLongWords } from './shared/printable.ts'
import type { Output, Session } from './shared/session.ts'

interface CommandModule {
  register(program: Command, session: Session): void
}

/** Loaded only where they are needed: all of them together take several times as long to start as one. */
const COMMANDS: ReadonlyMap<string | undefined, () => Promise<CommandModule>> = new Map([
  ['explain', () => import('./explain/command.ts')],
  ['doctor', () => import('./doctor/command.ts')],
  ['issuer', () => import('./issuer/command.ts')],
  ['mint', () => import('./mint/command.ts')],
  ['routes', () => import('./routes/command.ts')],
  ['report', () => import('./report/command.ts')],
])

/** One command, from its words to its exit code. Never rejects. */
export async function run(words: readonly string[], around: Omit<Session, 'exitCode'>): Promise<number> {
  const session: Session = { ...around, exitCode: EXIT.ok }
  try {
    await (await createProgram(words[0], session)).parseAsync(words, { from: 'user' })
    return session.exitCode
  } catch (error) {
    return report(error, session.stderr)
  }
}

async function createProgram(name: string | undefined, session: Session): Promise<Command> {
  const { stdout } = session
  const program = new Command('scopeward')
  program
    .version(ownVersion(), '--version', 'print the version')
    .description('Explains refused access tokens, lists what routes require, and reports which privileges clients use')
    .addHelpText(
      'after',
      '\nExit codes: 0 fine, 1 refused or problems found, 2 bad usage or input, 3 could not be checked',
    )
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: text => void stdout.write(text),
      getOutHelpWidth: () => stdout.columns ?? 80,
      writeErr: text => void session.stderr.write(text),
      outputError: () => undefined,
    })
  const load = COMMANDS.get(name)
  for (const each of load === undefined ? COMMANDS.values() : [load]) (await each()).register(program, session)
  return program
}

function ownVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { readonly version: string }).version
}

/** One clear sentence and no stack trace. Arguments may be tokens and secrets, so nothing that is as long is repeated. */
export function report(error: unknown, stderr: Output): number {
  const say = (message: string, exitCode: number): number => {
    const lines = message.split('\n').map(line => plainText(line, 600))
    stderr.write(`scopeward: ${lines.join('\n')}\n`)
    return exitCode
  }
  if (error instanceof CommandFailure) return say(error.message, error.exitCode)
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.ok
    // The help was printed already.
    if (error.code === 'commander.help') return EXIT.usage
    return say(usageText(error.message), EXIT.usage)
  }
  const message = error instanceof Error ? withoutLongWords(error.message) : 'something was thrown that is no error'
  // By its name: the library is not loaded for every command.
  if (error instanceof Error && error.name === 'ConfigurationError') return say(message, EXIT.usage)
  return say(`unexpected failure: ${message}`, EXIT.unavailable)
}

/** Words of the command line that commander does not know, which may be a token or a secret in the wrong place. */
function usageText(message: string): string {
  const withoutValues = message.replace(/^error: /, '').replaceAll(/(--?[\w-]+=)[^']*/g, '$1…')
  return withoutLongWords(withoutValues, LONGEST_NAME)
}

/** Of commands and options. */
const LONGEST_NAME = 24
