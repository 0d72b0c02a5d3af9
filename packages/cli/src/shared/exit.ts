/** Exit codes of every command, as the README lists them. */
export const EXIT = {
  /** Accepted; nothing to find fault with. */
  ok: 0,
  /** Refused, or problems were found. */
  refused: 1,
  /** Bad usage or bad input. */
  usage: 2,
  /** Could not check: the issuer cannot be reached, or its answers cannot be used. */
  unavailable: 3,
} as const

/** What ends a command: one sentence for people, and the code to leave with. Everything else that is thrown is a bug. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'
  readonly exitCode: number

  constructor(message: string, exitCode: number = EXIT.usage) {
    super(message)
    this.exitCode = exitCode
  }
}
