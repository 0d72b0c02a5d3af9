import { AnsweringProcess } from '../measure/answering-process.ts'
import type { ServerSettings } from './server-settings.ts'

/** File in this folder with servers, without its ending. */
export type ServerModule = 'fastify-servers' | 'express-servers'

/** A server from where it is asked. */
export class ServerProcess {
  /** Of the route that is measured. */
  readonly url: string
  readonly #process: AnsweringProcess

  private constructor(process: AnsweringProcess, url: string) {
    this.#process = process
    this.url = url
  }

  static async start(module: ServerModule, variant: string, settings: ServerSettings): Promise<ServerProcess> {
    const [process, url] = await AnsweringProcess.start({
      name: `${module} ${variant}`,
      main: new URL('./server-main.js', import.meta.url),
      args: [new URL(`./${module}.js`, import.meta.url).href, variant, JSON.stringify(settings)],
    })
    return new ServerProcess(process, String(url))
  }

  /** Of all its threads, since it was started. */
  async processorSeconds(): Promise<number> {
    return Number(await this.#process.ask('processor'))
  }

  stop(): void {
    this.#process.stop()
  }
}
