import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface ProcessPlan {
  /** What it is called where it fails. */
  readonly name: string
  /** Its main module, which calls `answerParent`. */
  readonly main: URL
  readonly args?: readonly string[]
  /** For Node, such as `--expose-gc`. */
  readonly nodeOptions?: readonly string[]
}

/** A million tokens are made in a third of it. What takes longer is ended, and so is the run. */
const LONGEST_ANSWER_MILLISECONDS = 90_000

/** A process of ours that answers every message with one. */
export class AnsweringProcess {
  readonly #child: ChildProcess
  readonly #name: string

  private constructor(child: ChildProcess, name: string) {
    this.#child = child
    this.#name = name
  }

  /** Resolves when it is ready, with what it said then. */
  static async start({ name, main, args = [], nodeOptions = [] }: ProcessPlan): Promise<[AnsweringProcess, unknown]> {
    const child = fork(fileURLToPath(main), [...args], { execArgv: [...nodeOptions], serialization: 'json' })
    const answering = new AnsweringProcess(child, name)
    return [answering, await answering.#answer()]
  }

  async ask(question: object | string): Promise<unknown> {
    this.#child.send(question)
    return this.#answer()
  }

  /** Whatever it is doing. */
  stop(): void {
    this.#child.kill()
  }

  async #answer(): Promise<unknown> {
    const ended = new AbortController()
    const exit = once(this.#child, 'exit', { signal: ended.signal }).then(([code, signal]) => {
      throw new Error(`The process "${this.#name}" ended with ${code ?? signal}; what it said stands above.`)
    })
    try {
      const late = setTimeout(() => this.stop(), LONGEST_ANSWER_MILLISECONDS)
      const message = once(this.#child, 'message', { signal: ended.signal }).finally(() => clearTimeout(late))
      const [answer] = (await Promise.race([message, exit])) as [unknown]
      return answer
    } finally {
      ended.abort()
      exit.catch(() => undefined)
    }
  }
}
