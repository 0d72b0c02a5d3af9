import { createHash } from 'node:crypto'
import type { Connection } from './connection.ts'

/** A Lua script that Redis runs as one atomic operation. */
export class Script {
  readonly #source: string
  readonly #sha1: string

  constructor(source: string) {
    this.#source = source
    this.#sha1 = createHash('sha1').update(source).digest('hex')
  }

  /** @throws RedisUnavailable */
  run(connection: Connection, keys: string[], values: readonly (string | number)[]): Promise<unknown> {
    const options = { keys, arguments: values.map(String) }
    return connection.run(commands =>
      commands.evalSha(this.#sha1, options).catch((error: unknown) => {
        if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
        return commands.eval(this.#source, options)
      }),
    )
  }
}
