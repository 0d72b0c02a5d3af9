import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Hunted } from './hunted.ts'
import type { PlantedBug } from './planted-bug.ts'
import { sourceOf, withBug } from './source.ts'

const HUNT_MILLISECONDS = 60_000

/**
 * Lets the target of a bug run against the product with that bug, in a process of its own.
 * @throws Error where the bug cannot be planted, or the process ends without a word
 */
export async function hunt(bug: PlantedBug, seed: number): Promise<Hunted> {
  withBug(sourceOf(bug), bug)
  const child = fork(compiled('hunted.js'), [bug.target, String(seed), String(HUNT_MILLISECONDS)], {
    execArgv: ['--import', compiled('plant.js')],
    env: { ...process.env, FUZZ_PLANTED: bug.name },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  return answerOf(child)
}

function answerOf(child: ChildProcess): Promise<Hunted> {
  return new Promise((resolve, reject) => {
    child.once('message', message => resolve(message as Hunted))
    child.once('error', reject)
    child.once('exit', code =>
      reject(new Error(`The process with the planted bug ended with ${code} and said nothing.`)),
    )
  })
}

/** Node runs what was compiled, also for a test that runs the sources. */
function compiled(file: string): string {
  return fileURLToPath(new URL(`../../dist/planted/${file}`, import.meta.url))
}
