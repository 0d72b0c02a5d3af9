#!/usr/bin/env node
import { once } from 'node:events'
import { writeSync } from 'node:fs'
import { report, run } from './run.ts'
import { EXIT } from './shared/exit.ts'

const { stdin, stdout, stderr, env } = process

// `scopeward … | head` closes the pipe early, which is no failure.
stdout.on('error', error => {
  if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
})
// The app that `routes` loads may leave a promise behind that nobody waits for.
process.on('uncaughtException', error => {
  process.off('exit', failUnlessDone)
  process.exit(report(error, stderr))
})

const interrupted = () => Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
const words = process.argv.slice(2)
process.on('exit', failUnlessDone)
process.exitCode = await run(words, { stdin, stdout, stderr, env, interrupted })
process.off('exit', failUnlessDone)
// It may also hold connections and timers. All that was written is on its way before they are cut off.
if (words[0] === 'routes') stdout.write('', () => process.exit())

/** The module may end the process, or wait for what never comes: nothing was checked then, and that is no success. */
function failUnlessDone(): void {
  const what = words[0] === 'routes' ? 'The module ended the process, or never finished loading' : 'It ended too early'
  writeSync(stderr.fd, `scopeward: ${what}: nothing was checked.\n`)
  process.exitCode = EXIT.usage
}
