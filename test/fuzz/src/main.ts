import { exitCodeOf } from '../../command-line/dist/flags.js'
import { Finding } from './finding.ts'
import { type FuzzOptions, helpText, parseOptions } from './options.ts'
import { PLANTED_BUGS } from './planted/bugs.ts'
import { hunt } from './planted/hunt.ts'
import type { PlantedBug } from './planted/planted-bug.ts'
import { seedOfTarget } from './seeds.ts'
import type { FuzzReport, FuzzTarget } from './target.ts'
import { TARGETS } from './targets.ts'

const KNOWN = { targets: Object.keys(TARGETS), bugs: PLANTED_BUGS.map(({ name }) => name) }

// A server that a target could not close must not keep the run from ending.
process.exit(await exitCodeOf(() => main(process.argv.slice(2))))

async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args, KNOWN)
  if (options !== 'help') return fuzz(options)
  process.stdout.write(helpText(KNOWN))
  return 0
}

async function fuzz({ seed, minutes, only, planted }: FuzzOptions): Promise<number> {
  console.log(`seed ${seed}`)
  const verdicts: boolean[] = []
  if (planted !== undefined) {
    const bugs = PLANTED_BUGS.filter(({ name }) => planted.includes(name))
    for (const bug of bugs) verdicts.push(await isFound(bug, seed))
  } else {
    const targets = Object.entries(TARGETS).filter(([name]) => only?.includes(name) ?? true)
    for (const [, load] of targets) verdicts.push(await holds(await load(), seed, minutes))
  }
  return verdicts.every(Boolean) ? 0 : 1
}

async function holds(target: FuzzTarget, runSeed: number, minutes: number): Promise<boolean> {
  console.log(`\n${target.name}: ${target.promise}`)
  const begun = performance.now()
  const seed = seedOfTarget(runSeed, target.name)
  try {
    printReport(await target.run({ seed, milliseconds: minutes * 60_000 }), secondsSince(begun))
    return true
  } catch (error) {
    printFinding(error, target.name, runSeed, minutes)
    return false
  }
}

function printReport({ inputs, seen }: FuzzReport, seconds: number): void {
  const perSecond = Math.round(inputs / seconds)
  console.log(`  0 findings in ${inputs} inputs, ${perSecond} per second for ${seconds.toFixed(0)} s`)
  console.log('    per 100 inputs:')
  for (const [what, count] of Object.entries(seen)) {
    console.log(`    ${((100 * count) / inputs).toFixed(2).padStart(8)}  ${what}`)
  }
}

function printFinding(error: unknown, target: string, runSeed: number, minutes: number): void {
  if (error instanceof Finding) {
    console.log(`  FINDING after ${error.seconds.toFixed(1)} s and ${error.inputs} inputs`)
    console.log(indented(error.message))
    console.log(`  Repeat it: npm run fuzz -- --only ${target} --seed ${seedOfTarget(error.seed, target)}`)
    return
  }
  console.log('  ENDED by an error of its own')
  console.log(indented(error instanceof Error ? String(error.stack) : String(error)))
  console.log(`  Repeat it: npm run fuzz -- --only ${target} --seed ${runSeed} --minutes ${minutes}`)
}

async function isFound(bug: PlantedBug, runSeed: number): Promise<boolean> {
  console.log(`\n${bug.name}: ${bug.why}`)
  const hunted = await hunt(bug, seedOfTarget(runSeed, bug.target))
  const after = `after ${hunted.seconds.toFixed(1)} s and ${hunted.inputs} inputs`
  console.log(hunted.found ? `  found by ${bug.target} ${after}` : `  NOT found by ${bug.target} ${after}`)
  if (hunted.found) console.log(indented(hunted.message))
  return hunted.found
}

function indented(text: string): string {
  const lines = text.split('\n').slice(0, 40)
  return lines.map(line => `    ${line.slice(0, 2000)}`).join('\n')
}

function secondsSince(begun: number): number {
  return (performance.now() - begun) / 1000
}
