import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * `npm run mutation [-- stage …]`: which of the small mistakes that Stryker puts into a stage do its tests see? Each stage meets its
 * own tests and those of the whole way alone: with all 8,500 a run takes hours. A mutant that only other tests see counts as survived.
 */
const STAGES = ['token', 'issuer', 'signature', 'claims', 'sender', 'access']
const LEAST_PERCENT = 85
const SEEN = ['Killed', 'Timeout']
const MISSED = ['Survived', 'NoCoverage']

const folder = fileURLToPath(new URL('.', import.meta.url))
const asked = process.argv.slice(2)
let failed = false
for (const stage of asked.length > 0 ? asked : STAGES) {
  const env = { ...process.env, MUTATED_STAGE: stage }
  const { status } = spawnSync('npx', ['stryker', 'run'], { cwd: folder, env, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
  const mutants = mutantsOf(stage)
  const seen = mutants.filter(({ status }) => SEEN.includes(status)).length
  const missed = mutants.filter(({ status }) => MISSED.includes(status))
  const percent = (100 * seen) / (seen + missed.length)
  if (percent < LEAST_PERCENT) failed = true
  for (const { file, line, column, replacement } of missed) {
    say(`  ${file}:${line}:${column} -> ${replacement.replaceAll(/\s+/g, ' ').slice(0, 100)}`)
  }
  say(`${stage}: ${seen} of ${seen + missed.length} mutants seen, ${percent.toFixed(1)} %`)
}
process.exit(failed ? 1 : 0)

function say(line) {
  process.stdout.write(`${line}\n`)
}

function mutantsOf(stage) {
  const { files } = JSON.parse(readFileSync(`${folder}node_modules/.cache/stryker/${stage}/mutation.json`, 'utf8'))
  return Object.entries(files).flatMap(([file, { mutants }]) =>
    mutants.map(({ status, replacement = '', location: { start } }) => ({ file, status, replacement, ...start })),
  )
}
