/** 2^32 divided by the golden ratio: its multiples meet every number before they meet one again. */
const STEP = 0x9e3779b1

export function nextSeed(seed: number): number {
  return (seed + STEP) >>> 0
}

/**
 * Each target has a seed of its own, or they would all draw the same numbers. Applied twice it gives the run's seed again,
 * which is what the caller writes on the command line.
 */
export function seedOfTarget(seed: number, target: string): number {
  let mark = 0
  for (const character of target) mark = Math.imul(mark, 31) + character.charCodeAt(0)
  return (seed ^ mark) >>> 0
}
