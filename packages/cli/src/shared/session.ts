import type { Readable } from 'node:stream'

/** A place to write to. */
export interface Output {
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
  write(text: string): unknown
}

/** What a command has to do with the process around it. */
export interface Session {
  readonly stdin: Readable & { readonly isTTY?: boolean | undefined }
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  /** Resolves when somebody asks to stop what runs until then: Ctrl-C. To be called before anybody is told that it runs. */
  interrupted(): Promise<unknown>
  /** What to leave with; 0 unless the command sets it. */
  exitCode: number
}
