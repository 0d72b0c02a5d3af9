import type { Command } from 'commander'
import { CommandFailure } from '../shared/exit.ts'
import { requireIssuerUrl } from '../shared/issuer-url.ts'
import { wholeNumber } from '../shared/numbers.ts'
import { jsonText } from '../shared/printable.ts'
import type { Output, Session } from '../shared/session.ts'
import { type GrantedToken, requestToken } from './request-token.ts'
import { readSigningKey, signToken } from './sign.ts'

interface MintFlags {
  readonly issuer: string
  readonly client?: string
  readonly key?: string
  readonly scope?: string
  readonly audience?: string
  readonly clientId: string
  readonly subject?: string
  readonly lifetime: string
  readonly kid?: string
  readonly type: string
  readonly json?: true
}

const EXAMPLES = `
Examples:
  scopeward mint --issuer http://127.0.0.1:9400 --client demo:demo-secret --scope 'read write'
  scopeward mint --issuer https://login.example.com --key key.jwk --audience https://api.example.com

Standard output is the token alone. Exit codes: 0 minted, 1 the issuer refused, 2 bad usage or input, 3 the issuer cannot be reached`

const DAY_SECONDS = 86_400

/** `scopeward mint`: a token for trying things out, from a running issuer or under a key of one's own. */
export function register(program: Command, { stdout }: Session): void {
  program
    .command('mint')
    .description('get an access token from an issuer (client credentials), or sign one with a private key')
    .requiredOption('--issuer <url>', 'the issuer to ask, or the iss of the token')
    .option('--client <id:secret>', 'ask as this client')
    .option('--key <file>', 'sign with this private key (JWK or PEM) instead of asking')
    .option('--scope <scopes>', 'scopes, separated by spaces')
    .option('--audience <value>', 'the API that the token is for')
    .option('--client-id <id>', 'with --key: client_id', 'test-client')
    .option('--subject <sub>', 'with --key: sub; default: the client')
    .option('--lifetime <seconds>', 'with --key: how long it is valid', '300')
    .option('--kid <kid>', 'with --key: the name of the key; default: that of the JWK')
    .option('--type <typ>', 'with --key: typ of the header', 'at+jwt')
    .option('--json', 'print JSON: access_token, token_type, expires_in, scope')
    .addHelpText('after', EXAMPLES)
    .action((flags: MintFlags) => mint(flags, stdout))
}

async function mint(flags: MintFlags, stdout: Output): Promise<void> {
  const granted = await obtain(flags)
  stdout.write(flags.json === true ? jsonText(granted, 0) : `${granted.access_token}\n`)
}

async function obtain(flags: MintFlags): Promise<GrantedToken> {
  const { client, key, scope, audience } = flags
  if ((client === undefined) === (key === undefined)) {
    throw new CommandFailure('Give --client id:secret to ask the issuer, or --key FILE to sign; one of them.')
  }
  const issuer = requireIssuerUrl(flags.issuer, '--issuer')
  if (client !== undefined) return requestToken({ issuer, client, scope, audience })
  return signed(issuer, flags)
}

function signed(
  issuer: string,
  { key = '', scope, audience, clientId, subject, lifetime, kid, type }: MintFlags,
): GrantedToken {
  if (audience === undefined) throw new CommandFailure('--key needs --audience: what the API expects in aud.')
  const lifetimeSeconds = wholeNumber(lifetime, '--lifetime', 1, DAY_SECONDS)
  const signingKey = readSigningKey(key, kid)
  const content = { issuer, audience, clientId, subject: subject ?? clientId, scope, lifetimeSeconds, type }
  return { access_token: signToken(content, signingKey), token_type: 'Bearer', expires_in: lifetimeSeconds, scope }
}
