import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface Checked {
  /** `granted`, or the code of the refusal. */
  readonly code: string
  readonly milliseconds: number
}

/** A process with nothing but one resource server in it. */
export class VerifierProcess {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, (answer: unknown) => void>()
  #asked = 0

  constructor(keyServer: string, fetchTimeoutSeconds: number) {
    const script = fileURLToPath(new URL('verifier.mjs', import.meta.url))
    // One arena: glibc makes one for each thread, and how full they are left in the end is chance.
    const env = { ...process.env, MALLOC_ARENA_MAX: '1' }
    this.#child = fork(script, [keyServer, String(fetchTimeoutSeconds)], { execArgv: ['--expose-gc'], env })
    this.#child.on('message', (message: { readonly id: number; readonly answer: unknown }) => {
      this.#waiting.get(message.id)?.(message.answer)
      this.#waiting.delete(message.id)
    })
  }

  check(token: string): Promise<Checked> {
    return this.#ask({ question: 'check', token }) as Promise<Checked>
  }

  /** After everything that is garbage has been collected. */
  residentMegabytes(): Promise<number> {
    return this.#megabytes('measure')
  }

  /** The same, once Node's own `fetch` has taken what it takes: it has asked the key server 10,000 times for nothing. */
  residentMegabytesWarm(): Promise<number> {
    return this.#megabytes('warmUp')
  }

  /** Without the empty pages of V8's heap: how many it keeps for new objects varies by 30 MB from run to run. */
  async #megabytes(question: 'measure' | 'warmUp'): Promise<number> {
    const { rss, heapTotal, heapUsed } = (await this.#ask({ question })) as NodeJS.MemoryUsage
    return (rss - heapTotal + heapUsed) / 1024 / 1024
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, 'exit')
    this.#child.disconnect()
    this.#child.kill()
    await exited
  }

  #ask(message: { readonly question: string; readonly token?: string }): Promise<unknown> {
    const id = this.#asked++
    return new Promise(resolve => {
      this.#waiting.set(id, resolve)
      this.#child.send({ id, ...message })
    })
  }
}
