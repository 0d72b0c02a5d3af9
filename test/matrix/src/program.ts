import { spawn } from 'node:child_process'
import { dirname } from 'node:path'
import { delimiter } from 'node:path/posix'

export interface Finished {
  /** Exit code; 1 where a signal ended it. */
  readonly code: number
  readonly stdout: string
  /** The end of what it printed to both, for people. */
  readonly tail: string
}

export interface Surroundings {
  readonly cwd: string
  /** Its folder comes first in PATH, so that whatever the program starts as `node` is this one too. */
  readonly node?: string
  readonly timeoutSeconds: number
}

const TAIL_CHARACTERS = 4000

/** Runs a program to its end, whatever that is. Rejects only where it cannot be started. */
export function run(program: string, parameters: readonly string[], surroundings: Surroundings): Promise<Finished> {
  const { cwd, node, timeoutSeconds } = surroundings
  const child = spawn(program, parameters, {
    cwd,
    env: environment(node),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutSeconds * 1000,
  })
  let stdout = ''
  let tail = ''
  const keep = (text: string): void => {
    tail = (tail + text).slice(-TAIL_CHARACTERS)
  }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    keep(text)
  })
  child.stderr.setEncoding('utf8').on('data', keep)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      if (signal !== null) keep(`\nended by ${signal}, after at most ${timeoutSeconds} seconds`)
      resolve({ code: code ?? 1, stdout, tail })
    })
  })
}

/** As `run`. @throws Error with the end of what was printed, where the program fails */
export async function succeed(
  program: string,
  parameters: readonly string[],
  surroundings: Surroundings,
): Promise<string> {
  const { code, stdout, tail } = await run(program, parameters, surroundings)
  if (code === 0) return stdout
  throw new Error(`${program} ${parameters.join(' ')} ended with ${code}:\n${tail}`)
}

/**
 * Without what an npm above this process says of its own project, and without what would change every Node below. With
 * `CI`, under which Vitest writes no snapshot and takes no `.only`.
 */
function environment(node: string | undefined): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(npm_(config_local_prefix|package_|lifecycle_)|INIT_CWD|FORCE_COLOR|NODE_OPTIONS|VITEST)/.test(name),
  )
  const env: NodeJS.ProcessEnv = { ...Object.fromEntries(kept), NO_COLOR: '1', CI: '1' }
  if (node !== undefined) env.PATH = [dirname(node), process.env.PATH].join(delimiter)
  return env
}
