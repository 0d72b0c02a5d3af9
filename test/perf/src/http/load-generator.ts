import { AnsweringProcess } from '../measure/answering-process.ts'
import type { LoadOrder, LoadResult } from './load-order.ts'

/** So that the generator collects its garbage between the windows and not in one, where it would count as latency. */
const GARBAGE_OPTIONS = ['--expose-gc', '--max-semi-space-size=128', '--min-semi-space-size=128']

/** The load generator from where it is told what to do. */
export class LoadGenerator {
  readonly #process: AnsweringProcess

  private constructor(process: AnsweringProcess) {
    this.#process = process
  }

  /** @param fixtures file with the tokens that it sends */
  static async start(fixtures: string): Promise<LoadGenerator> {
    const main = new URL('./generator-main.js', import.meta.url)
    const [process] = await AnsweringProcess.start({
      name: 'load generator',
      main,
      args: [fixtures],
      nodeOptions: GARBAGE_OPTIONS,
    })
    return new LoadGenerator(process)
  }

  /** @returns what came of each stream */
  async run(order: LoadOrder): Promise<readonly [LoadResult, ...LoadResult[]]> {
    return (await this.#process.ask(order)) as [LoadResult, ...LoadResult[]]
  }

  stop(): void {
    this.#process.stop()
  }
}
