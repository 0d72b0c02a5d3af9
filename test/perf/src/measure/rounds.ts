import { type SidePlan, SideProcess } from './side-process.ts'

/** What was measured of each side in one round, by its name; of most sides: nanoseconds per operation. */
export type Round<Name extends string, Measured = number> = Readonly<Record<Name, Measured>>

/** Starts all sides of one comparison, and measures them in turn. */
export async function measureRounds<Name extends string>(
  plans: Readonly<Record<Name, SidePlan>>,
  fixtures: string,
  rounds: number,
): Promise<readonly Round<Name>[]> {
  const sides = {} as Record<Name, SideProcess>
  const names = Object.keys(plans) as Name[]
  try {
    const starting = names.map(async name => {
      sides[name] = await SideProcess.start(plans[name], fixtures)
    })
    await Promise.all(starting)
    return await measureInTurn(names, rounds, name => sides[name].measure())
  } finally {
    for (const side of Object.values<SideProcess>(sides)) side.stop()
  }
}

/**
 * Measures all sides in turn, round after round, every second round in reverse, so that a machine that gets slower or faster
 * meanwhile does so for all of them. What comes before the first round warms up and does not count.
 */
export async function measureInTurn<Name extends string, Measured>(
  names: readonly Name[],
  rounds: number,
  measure: (name: Name) => Promise<Measured>,
): Promise<readonly Round<Name, Measured>[]> {
  const measured: Round<Name, Measured>[] = []
  for (let round = -1; round < rounds; round++) {
    const found: Partial<Record<Name, Measured>> = {}
    for (const name of round % 2 === 0 ? names : names.toReversed()) found[name] = await measure(name)
    if (round >= 0) measured.push(found as Round<Name, Measured>)
  }
  return measured
}
