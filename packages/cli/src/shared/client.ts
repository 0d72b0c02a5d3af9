import { CommandFailure } from './exit.ts'

export interface ClientCredentialsText {
  readonly clientId: string
  readonly clientSecret: string
  /** What follows the secret. */
  readonly rest: string
}

/** `id:secret` or `id:secret:rest`. The text is never repeated in a message: it holds a secret. */
export function parseClientText(text: string, form: string): ClientCredentialsText {
  const [clientId = '', clientSecret = '', ...rest] = text.split(':')
  if (clientId !== '' && clientSecret !== '') return { clientId, clientSecret, rest: rest.join(':') }
  throw new CommandFailure(`--client must be like ${form}; the id and the secret must not be empty.`)
}
