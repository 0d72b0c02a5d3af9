import { mkdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../../dist/run.js'
import { fleetOf } from './fleet.ts'
import { Random } from './random.ts'
import { recordWeek } from './traffic.ts'

/** Where it goes: the folder named, or `out` beside this. */
const folder = resolve(process.argv[2] ?? fileURLToPath(new URL('out', import.meta.url)))
const usage = join(folder, 'usage.ndjson')
const page = join(folder, 'report.html')

await mkdir(folder, { recursive: true })
await rm(usage, { force: true })
const random = new Random(20_260_105)
const fleet = fleetOf(200, random)
const requests = await recordWeek(fleet, usage, random)

const { stdin, stdout, stderr, env } = process
const interrupted = () => Promise.resolve()
const words = ['report', usage, '--out', page, '--title', 'Shop API']
process.exitCode = await run(words, { stdin, stdout, stderr, env, interrupted })
process.stdout.write(`${fleet.length} clients, ${requests} requests\nrecords: ${usage}\nreport:  ${page}\n`)
