import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Settings } from './world.ts'

/** Text in the snapshot beyond its first 1,024 characters would be left out. */
const EXEC_ARGV = ['--expose-gc', '--heap-snapshot-string-limit=65536']

/** The process of process.mjs, and what it has printed. */
export class ApiProcess {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, (answer: unknown) => void>()
  readonly #printed: Buffer[] = []
  readonly #closed: Promise<unknown>
  #asked = 0
  ports: Readonly<Record<'express' | 'fastify', number>> = { express: 0, fastify: 0 }

  private constructor() {
    const script = fileURLToPath(new URL('process.mjs', import.meta.url))
    this.#child = fork(script, { execArgv: EXEC_ARGV, silent: true })
    this.#closed = once(this.#child, 'close')
    this.#child.stdout?.on('data', chunk => this.#printed.push(chunk))
    this.#child.stderr?.on('data', chunk => this.#printed.push(chunk))
    this.#child.on('message', (message: { readonly id: number; readonly answer: unknown }) => {
      this.#waiting.get(message.id)?.(message.answer)
      this.#waiting.delete(message.id)
    })
  }

  static async start(settings: Settings): Promise<ApiProcess> {
    const process = new ApiProcess()
    process.ports = (await process.#ask({ question: 'start', settings })) as ApiProcess['ports']
    return process
  }

  /** All strings in its heap, as they stand in a snapshot that is taken when all garbage has been collected. */
  async strings(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'scopeward-heap-'))
    try {
      const file = join(folder, 'heap.heapsnapshot')
      await this.#ask({ question: 'snapshot', file })
      const text = await readFile(file, 'utf8')
      return text.slice(text.indexOf('"strings":['))
    } finally {
      await rm(folder, { recursive: true })
    }
  }

  /** Ends the process. @returns all that it printed, to standard output and to standard error */
  async stop(): Promise<string> {
    this.#child.send({ question: 'stop' })
    await this.#closed
    return Buffer.concat(this.#printed).toString()
  }

  #ask(message: object): Promise<unknown> {
    const id = this.#asked++
    return new Promise((resolve, reject) => {
      this.#closed.then(() => reject(new Error(Buffer.concat(this.#printed).toString().slice(-2000))))
      this.#waiting.set(id, resolve)
      this.#child.send({ id, ...message })
    })
  }
}
