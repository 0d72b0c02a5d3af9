import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Answers, NumberedAnswer, NumberedQuestion, Question } from './messages.ts'

/** From the last answer until the process is gone. It prints what holds it before that. */
const EXIT_MILLISECONDS = 3000

interface Waiting {
  readonly resolve: (answer: unknown) => void
  readonly reject: (reason: Error) => void
}

/** The process of the servers, as the soak sees it. */
export class ServerProcess {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, Waiting>()
  #asked = 0
  /** Rejects when the process ends before it was asked to. */
  readonly death: Promise<never>

  constructor() {
    const main = fileURLToPath(new URL('./server/server-main.js', import.meta.url))
    this.#child = fork(main, { execArgv: ['--expose-gc'], env: { ...process.env, NODE_ENV: 'production' } })
    this.#child.on('message', message => this.#settle(message as NumberedAnswer))
    this.death = once(this.#child, 'exit').then(([code, signal]) => {
      const error = new Error(`The server ended with ${code ?? signal}.`)
      for (const { reject } of this.#waiting.values()) reject(error)
      this.#waiting.clear()
      throw error
    })
    this.death.catch(() => undefined)
  }

  ask<Kind extends Question['kind']>(question: Extract<Question, { kind: Kind }>): Promise<Answers[Kind]> {
    const id = ++this.#asked
    return new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      const message: NumberedQuestion = { id, question }
      this.#child.send(message, error => error && reject(error))
    }) as Promise<Answers[Kind]>
  }

  /** Whether it ended by itself, and well. Ends it otherwise. */
  async hasExited(): Promise<boolean> {
    const { exitCode, signalCode } = this.#child
    if (exitCode !== null || signalCode !== null) return exitCode === 0
    const late = setTimeout(() => this.#child.kill('SIGKILL'), EXIT_MILLISECONDS)
    const [code] = (await once(this.#child, 'exit')) as [number | null]
    clearTimeout(late)
    return code === 0
  }

  /** Whatever it is doing; nothing where it has ended. */
  kill(): void {
    this.#child.kill('SIGKILL')
  }

  #settle({ id, answer, error }: NumberedAnswer): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (error === undefined) waiting?.resolve(answer)
    else waiting?.reject(new Error(`The server: ${error}`))
  }
}
