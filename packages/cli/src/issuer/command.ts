import { createTestIssuer, type TestClient, type TestIssuer, type TestIssuerOptions } from '@scopeward/testing'
import type { Command } from 'commander'
import { CommandFailure, EXIT } from '../shared/exit.ts'
import { literal } from '../shared/literal.ts'
import { wholeNumber } from '../shared/numbers.ts'
import { jsonText, printable } from '../shared/printable.ts'
import type { Session } from '../shared/session.ts'
import { type Paint, paintFor } from '../shared/style.ts'
import { collect } from '../shared/verifier-options.ts'
import { DEMO_CLIENT, parseClientFlag, readClientsFile } from './clients.ts'

interface IssuerFlags {
  readonly port: string
  readonly path?: string
  readonly algorithm?: string
  readonly client: readonly string[]
  readonly file?: string
  readonly audience: readonly string[]
  readonly lifetime: string
  readonly json?: true
}

const EXAMPLES = `
Examples:
  scopeward issuer
  scopeward issuer --port 9400 --client reader:reader-secret:controls:read --audience https://api.example.com

For trying things by hand and for tests only: it listens on 127.0.0.1 and its keys live as long as it does.
Exit codes: 0 stopped, 2 bad usage or input, 3 the port cannot be had`

/** `scopeward issuer`: the test issuer as a server on this machine, until it is stopped. */
export function register(program: Command, session: Session): void {
  program
    .command('issuer')
    .description('run a local authorization server for trying things by hand')
    .option('--port <port>', 'TCP port on 127.0.0.1; 0: any free one', '0')
    .option('--path <path>', 'path of the issuer identifier, such as /tenant1')
    .option('--algorithm <name>', 'algorithm of its key, such as ES256; default: RS256')
    .option(
      '--client <id:secret:scopes>',
      'a client; scopes separated by commas; may be given several times',
      collect,
      [],
    )
    .option('--file <file>', 'clients from a JSON file: { "clients": [ … ] }')
    .option(
      '--audience <value>',
      'what the clients of --client may ask for; several times; default: https://api.example.com',
      collect,
      [],
    )
    .option('--lifetime <seconds>', 'how long its tokens are valid', '300')
    .option('--json', 'print one line of JSON instead of the examples')
    .addHelpText('after', EXAMPLES)
    .action((flags: IssuerFlags) => runIssuer(flags, session))
}

async function runIssuer(flags: IssuerFlags, session: Session): Promise<void> {
  const clients = clientsOf(flags)
  const issuer = await start({
    port: wholeNumber(flags.port, '--port', 0, 65_535),
    accessTokenLifetimeSeconds: wholeNumber(flags.lifetime, '--lifetime', 1, 86_400),
    clients,
    ...(flags.path !== undefined && { path: flags.path }),
    ...(flags.algorithm !== undefined && { algorithm: flags.algorithm as NonNullable<TestIssuerOptions['algorithm']> }),
  })
  const interrupted = session.interrupted()
  session.stdout.write(
    flags.json === true ? jsonText(descriptionOf(issuer), 0) : welcome(issuer, clients, paintFor(session)),
  )
  await interrupted
  await issuer.stop()
}

function clientsOf({ client, file, audience }: IssuerFlags): readonly TestClient[] {
  const named = [
    ...client.map(text => parseClientFlag(text, audience)),
    ...(file === undefined ? [] : readClientsFile(file)),
  ]
  return named.length === 0 ? [{ ...DEMO_CLIENT, ...(audience.length > 0 && { audiences: audience }) }] : named
}

/** The test issuer says by a TypeError what is wrong with its options. */
async function start(options: TestIssuerOptions): Promise<TestIssuer> {
  try {
    return await createTestIssuer(options)
  } catch (error) {
    if (error instanceof TypeError) throw new CommandFailure(error.message.replace(/^createTestIssuer: /, ''))
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'EADDRINUSE')
      throw new CommandFailure(`Port ${options.port} is taken. Choose another with --port.`, EXIT.unavailable)
    throw new CommandFailure(`Port ${options.port} cannot be opened (${code ?? 'unknown'}).`, EXIT.unavailable)
  }
}

function descriptionOf({
  issuer,
  jwksUri,
  tokenEndpoint,
  introspectionEndpoint,
}: TestIssuer): Readonly<Record<string, string>> {
  return { issuer, jwksUri, tokenEndpoint, introspectionEndpoint }
}

function welcome(issuer: TestIssuer, clients: readonly TestClient[], paint: Paint): string {
  const withSecret = clients.filter(({ clientSecret }) => clientSecret !== undefined)
  const requests = withSecret.map(client => requestText(issuer, client))
  const options = `createGuard({ issuer: ${literal(issuer.issuer)}, allowHttpOnLoopback: true, audience: ${literal(audienceOf(clients[0]))}, … })`
  return [
    `${paint('good', 'Issuer')} ${paint('strong', issuer.issuer)}   stop with Ctrl-C`,
    `keys   ${issuer.jwksUri}`,
    '',
    'Tokens:',
    ...requests.map(text => `  ${text}`),
    '',
    'In the API:',
    `  ${options}`,
    '',
    'Why a token is refused:',
    `  … | scopeward explain - --issuer ${quoted(issuer.issuer)} --audience ${quoted(audienceOf(clients[0]))}`,
    '',
  ].join('\n')
}

function requestText({ tokenEndpoint }: TestIssuer, { clientId, clientSecret = '', scopes }: TestClient): string {
  const scope = scopes.length === 0 ? '' : ` -d ${quoted(`scope=${scopes.join(' ')}`)}`
  return `curl -s -u ${quoted(`${clientId}:${clientSecret}`)} -d grant_type=client_credentials${scope} ${tokenEndpoint}`
}

function audienceOf(client: TestClient | undefined): string {
  return client?.audiences?.[0] ?? 'https://api.example.com'
}

/** For a POSIX shell. What a terminal acts upon is written out. */
function quoted(text: string): string {
  const shown = printable(text, 400).slice(1, -1)
  return /^[\w:/.@%+=-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", "'\\''")}'`
}
