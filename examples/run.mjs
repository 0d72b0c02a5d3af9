import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values, positionals } = readArguments()
const CHECK_TIMEOUT_MILLISECONDS = 60_000
const mainOf = name => fileURLToPath(new URL(`${name}/dist/main.js`, import.meta.url))
const examples = readdirSync(new URL('.', import.meta.url)).filter(name => existsSync(mainOf(name)))
const unknown = positionals.find(name => !examples.includes(name))

if (unknown !== undefined) {
  console.error(`There is no example "${unknown}". There are: ${examples.join(', ')}.`)
  process.exitCode = 1
} else if (values.check) {
  process.exitCode = await checkAll(positionals.length > 0 ? positionals : examples)
} else if (positionals.length > 1) {
  console.error('Start one example at a time, or check several with --check.')
  process.exitCode = 1
} else if (positionals.length === 1) {
  process.exitCode = await start(positionals[0])
} else {
  console.log(['', ...examples.map(name => `  ${name.padEnd(24)}node examples/${name}/dist/main.js`), ''].join('\n'))
  console.log('Start one by its command or by `npm run examples -- <name>`; `npm run examples -- --check` checks all.')
}

/** What is not known is said in a line, without a stack. */
function readArguments() {
  try {
    return parseArgs({ options: { check: { type: 'boolean', default: false } }, allowPositionals: true })
  } catch (error) {
    console.error(`${error.message}\nWrite \`npm run examples -- --check\`, or the name of one example.`)
    process.exit(1)
  }
}

/** One after the other, so that their output does not mix. */
async function checkAll(names) {
  const rows = []
  for (const name of names) {
    console.log(`\n── ${name}\n`)
    rows.push([name, await start(name, ['--check'], CHECK_TIMEOUT_MILLISECONDS)])
  }
  console.log(`\n${'example'.padEnd(24)}result`)
  for (const [name, code] of rows) console.log(name.padEnd(24) + (code === 0 ? 'ok' : `FAILED (exit code ${code})`))
  return rows.length > 0 && rows.every(([, code]) => code === 0) ? 0 : 1
}

/** Its exit code; 1 where a signal ended it. Ctrl+C reaches it too, and it ends by itself; SIGTERM is handed on. */
function start(name, options = [], timeout = 0) {
  const child = spawn(process.execPath, [mainOf(name), ...options], { stdio: 'inherit', timeout })
  const handOn = signal => child.kill(signal)
  const wait = () => {}
  process.on('SIGINT', wait).on('SIGTERM', handOn)
  return new Promise(resolve => {
    child.once('exit', code => {
      process.off('SIGINT', wait).off('SIGTERM', handOn)
      resolve(code ?? 1)
    })
  })
}
