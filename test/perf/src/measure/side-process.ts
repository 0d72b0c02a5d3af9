import { AnsweringProcess } from './answering-process.ts'

/** What a side needs to start. */
export interface SidePlan {
  /** File in `sides/`, without its ending. */
  readonly module: string
  readonly variant?: string
  /** For Node, such as `--expose-gc`. */
  readonly nodeOptions?: readonly string[]
}

/** A side from where it is compared. */
export class SideProcess {
  readonly #process: AnsweringProcess

  private constructor(process: AnsweringProcess) {
    this.#process = process
  }

  /** Resolves when the side is ready to measure. */
  static async start({ module, variant = '', nodeOptions = [] }: SidePlan, fixtures: string): Promise<SideProcess> {
    const url = new URL(`../sides/${module}.js`, import.meta.url).href
    const [process] = await AnsweringProcess.start({
      name: `${module} ${variant}`.trim(),
      main: new URL('./side-main.js', import.meta.url),
      args: [url, fixtures, variant],
      nodeOptions,
    })
    return new SideProcess(process)
  }

  /** @returns nanoseconds per operation */
  async measure(): Promise<number> {
    return Number(await this.#process.ask('measure'))
  }

  stop(): void {
    this.#process.stop()
  }
}
