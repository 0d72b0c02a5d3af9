import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from 'vitepress'
import { writeApiReference } from './api-reference.mjs'
import { checkSite } from './check-site.mjs'

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
const docs = fileURLToPath(new URL('.', import.meta.url))
const site = fileURLToPath(new URL('.vitepress/dist', import.meta.url))

const undocumented = await writeApiReference()
await build(docs) // throws where a link leads to no page
const wrong = values.check ? [...undocumented, ...checkSite(site)] : []

if (wrong.length > 0) {
  process.stderr.write(`\n${wrong.join('\n')}\n\n${wrong.length} things are wrong with the site.\n`)
  process.exitCode = 1
} else {
  process.stdout.write(`\nThe site is in ${site}. To look at it: docs/node_modules/.bin/vitepress preview docs\n`)
}
