import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { close, listen } from './listen.ts'

/** A Redis of our own, for trying out: on the loopback interface, with a password, in memory alone. */
export interface RedisServer {
  readonly url: string
  /** It keeps its connections and says nothing, as if the machine hung. */
  freeze(): void
  thaw(): void
  /** Ends it the hard way and starts it again, empty. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** @throws Error with a sentence for people where there is no `redis-server` */
export async function startRedis(): Promise<RedisServer> {
  const port = await freePort()
  const password = randomBytes(24).toString('hex')
  let child = await launch(port, password)
  const stop = () => kill(child)
  return {
    url: `redis://:${password}@127.0.0.1:${port}`,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    restart: async () => {
      await stop()
      child = await launch(port, password)
    },
    stop,
  }
}

async function launch(port: number, password: string): Promise<ChildProcess> {
  // The configuration comes over stdin: everybody on the machine can read arguments.
  const child = spawn('redis-server', ['-'], { cwd: tmpdir(), stdio: ['pipe', 'pipe', 'inherit'] })
  const end = () => child.kill('SIGKILL')
  process.once('exit', end)
  child.once('exit', () => process.off('exit', end))
  child.stdin.on('error', () => undefined)
  child.stdin.end(
    `port ${port}\nbind 127.0.0.1\nrequirepass ${password}\nsave ""\nappendonly no\nmaxmemory 64mb\nmaxmemory-policy noeviction\n`,
  )
  let output = ''
  await new Promise<void>((resolve, reject) => {
    child.once('error', () => reject(new Error(MISSING)))
    child.once('exit', code => reject(new Error(`redis-server ended with ${code}: ${output.slice(-500)}`)))
    child.stdout.on('data', chunk => {
      output += chunk
      if (output.includes('Ready to accept connections')) resolve()
    })
  })
  return child
}

const MISSING =
  'This example needs Redis 7: install redis-server (`apt-get install redis-server` or `brew install redis`), or name one that is running: `--redis redis://127.0.0.1:6379`.'

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGKILL') // Nothing is to be saved; and a frozen one hears nothing else.
  await exited
}

async function freePort(): Promise<number> {
  const server = createServer()
  const { port } = new URL(await listen(server))
  await close(server)
  return Number(port)
}
