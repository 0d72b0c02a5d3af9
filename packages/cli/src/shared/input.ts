import { readFileSync } from 'node:fs'
import { CommandFailure } from './exit.ts'
import { printable } from './printable.ts'
import type { Session } from './session.ts'

const MAX_STDIN_BYTES = 1024 * 1024

/** @throws CommandFailure that names the file, and why it cannot be read */
export function readTextFile(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new CommandFailure(`${what}: the file ${printable(path)} cannot be read (${codeOf(error)}).`)
  }
}

/** @throws CommandFailure where the file cannot be read or is not JSON */
export function readJsonFile(path: string, what: string): unknown {
  const text = readTextFile(path, what)
  try {
    return JSON.parse(text)
  } catch {
    throw new CommandFailure(`${what}: the file ${printable(path)} is not JSON.`)
  }
}

/** The token of an argument, or of standard input for `-`. @throws CommandFailure where there is none */
export async function readToken(argument: string, session: Session): Promise<string> {
  const text = argument === '-' ? await readStandardInput(session) : argument
  const token = withoutScheme(text.trim())
  if (token !== '') return token
  throw new CommandFailure(
    argument === '-'
      ? 'There is no token on standard input. Pipe one in, for example: pbpaste | scopeward explain - …'
      : 'The token is empty.',
  )
}

/** People copy the whole header. */
function withoutScheme(text: string): string {
  const match = /^(?:authorization:\s*)?(?:bearer|dpop)\s+/i.exec(text)
  return match === null ? text : text.slice(match[0].length)
}

async function readStandardInput({ stdin, stderr }: Session): Promise<string> {
  if (stdin.isTTY === true) stderr.write('Paste the token, then press Ctrl-D.\n')
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of stdin as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > MAX_STDIN_BYTES) throw new CommandFailure('Standard input is larger than 1 MiB: that is not a token.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function codeOf(error: unknown): string {
  const code: unknown = (error as { readonly code?: unknown } | null)?.code
  if (code === 'ENOENT') return 'there is none'
  return typeof code === 'string' ? code : 'unreadable'
}
