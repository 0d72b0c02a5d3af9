import { onTestFinished } from 'vitest'

type Warning = Error & { readonly code?: string }

/** The process warnings of this package, as long as the test runs. They come in the next tick: await `setImmediate` first. */
export function recordWarnings(): readonly Warning[] {
  const seen: Warning[] = []
  const listener = (warning: Warning) => {
    if (warning.code?.startsWith('SCOPEWARD_USAGE')) seen.push(warning)
  }
  process.on('warning', listener)
  onTestFinished(async () => {
    // Else the last ones would come to the next test.
    await new Promise(setImmediate)
    process.off('warning', listener)
  })
  return seen
}
