import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from 'redis'
import { hasBeenInUse, markersOf, OLDER } from './memory.ts'

type ClientOptions = NonNullable<Parameters<typeof createClient>[0]>

/** A `redis-server` of our own on the loopback, which the test may maltreat. */
export class RedisServer {
  readonly port: number
  readonly folder: string
  readonly #settings: readonly string[]
  readonly #admin: ReturnType<typeof createClient>
  #child: ChildProcess | undefined

  constructor(port: number, folder: string, settings: readonly string[], clientOptions: ClientOptions) {
    this.port = port
    this.folder = folder
    this.#settings = settings
    this.#admin = createClient({
      ...clientOptions,
      socket: { host: '127.0.0.1', port, ...clientOptions.socket } as never,
    })
    this.#admin.on('error', () => undefined)
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  /** Also after `kill()`: on the same port, with what it had saved. */
  async start(): Promise<void> {
    this.#child = await launch(['--port', String(this.port), '--dir', this.folder, ...this.#settings])
  }

  /** As a power cut would. */
  async kill(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }

  /** It keeps its connections and says nothing. */
  freeze(): void {
    this.#child?.kill('SIGSTOP')
  }

  thaw(): void {
    this.#child?.kill('SIGCONT')
  }

  async command(...words: (string | number)[]): Promise<unknown> {
    if (!this.#admin.isOpen) await this.#admin.connect()
    return this.#admin.sendCommand(words.map(String))
  }

  /** A value out of `INFO`. */
  async info(section: string, name: string): Promise<string> {
    const text = String(await this.command('INFO', section))
    const line = text.split('\r\n').find(candidate => candidate.startsWith(`${name}:`))
    return line?.slice(name.length + 1) ?? ''
  }

  /** How often a command has been run, those inside scripts included. */
  async calls(command: string): Promise<number> {
    const [calls = ''] = (await this.info('commandstats', `cmdstat_${command}`)).split(',')
    return Number(calls.split('=')[1] ?? 0)
  }

  async hasBeenInUse(keyPrefix?: string): Promise<void> {
    await hasBeenInUse(createClient({ url: this.url }), keyPrefix)
  }

  /** For replay stores, whose clocks have to be advanced by as much: what they would have to wait for otherwise. */
  async timePasses(milliseconds: number): Promise<void> {
    await this.command('EVAL', OLDER, 16, ...markersOf('scopeward'), milliseconds)
  }

  async stop(): Promise<void> {
    if (this.#admin.isOpen) this.#admin.destroy()
    this.thaw()
    await this.kill()
    rmSync(this.folder, { recursive: true, force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}

/** Tests that fail leave no server behind; only a worker that is killed does. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

const DEFAULTS = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--repl-diskless-sync-delay', '0']

/** Saves nothing unless told to. */
export async function startRedis(
  settings: readonly string[] | ((port: number) => readonly string[]) = [],
  clientOptions: ClientOptions = {},
): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'scopeward-redis-'))
  const port = await freePort()
  const added = typeof settings === 'function' ? settings(port) : settings
  const server = new RedisServer(port, folder, [...DEFAULTS, ...added], clientOptions)
  await server.start()
  return server
}

/** Resolves when it accepts connections. Fails, and never skips, where there is no `redis-server`. */
export async function launch(
  words: readonly string[],
  readyText = 'Ready to accept connections',
): Promise<ChildProcess> {
  const child = spawn('redis-server', words, { stdio: ['ignore', 'pipe', 'inherit'] })
  running.add(child)
  child.once('exit', () => running.delete(child))
  let output = ''
  await new Promise<void>((resolve, reject) => {
    child.once('error', () => {
      reject(new Error('These tests need the program redis-server on the PATH: apt-get install redis-server'))
    })
    child.once('exit', code => reject(new Error(`redis-server ended with ${code}: ${output.slice(-500)}`)))
    child.stdout.on('data', chunk => {
      output += chunk
      if (output.includes(readyText)) resolve()
    })
  })
  return child
}

/** Below the ports that systems give to clients: between two starts of a server, no client of anybody can take it. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_768)
    const server = createServer()
    const isFree = await new Promise<boolean>(resolve => {
      server.once('error', () => resolve(false))
      server.listen(port, '127.0.0.1', () => resolve(true))
    })
    if (!isFree) continue
    server.close()
    await once(server, 'close')
    return port
  }
}
