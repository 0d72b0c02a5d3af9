#!/usr/bin/env node
import { once } from 'node:events'
import { report, run } from './run.ts'

const { stdin, stdout, stderr, env } = process

// `scopeward … | head` closes the pipe early, which is no failure.
stdout.on('error', error => {
  if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
})
// The app that `routes` loads may leave a promise behind that nobody waits for.
process.on('uncaughtException', error => process.exit(report(error, stderr)))

const interrupted = () => Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
const words = process.argv.slice(2)
process.exitCode = await run(words, { stdin, stdout, stderr, env, interrupted })
// It may also hold connections and timers. All that was written is on its way before they are cut off.
if (words[0] === 'routes') stdout.write('', () => process.exit())
