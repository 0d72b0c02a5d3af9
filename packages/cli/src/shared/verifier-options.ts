import type { Command } from 'commander'

/** For options that may be given more than once. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

/** How a trusted issuer is named, alike for every command that has a verifier. */
export function addVerifierOptions(command: Command): Command {
  return command
    .option('--jwks <file or url>', 'key set to use instead of the published one; with a file nothing is fetched')
    .option('--profile <name>', 'how the issuer writes its tokens, such as auth0, okta, entra, keycloak')
    .option('--algorithms <list>', 'allowed algorithms, separated by commas')
    .option('--at <time>', 'the time to check at: ISO 8601, or seconds since 1970')
    .option('--clock-tolerance <seconds>', 'how far clocks may differ; default: 5')
    .option('--introspect-as <client id>', 'ask the issuer about the token (RFC 7662) as this client')
    .option('--client-secret-file <file>', 'the secret of that client')
    .option('--introspection-endpoint <url>', 'where to ask; default: found in the metadata')
}
