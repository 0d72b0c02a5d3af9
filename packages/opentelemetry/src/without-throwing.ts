import { diag } from '@opentelemetry/api'

/**
 * Node takes what a listener of a diagnostics channel throws for an uncaught exception, which ends the process. The first
 * error is told and the others are not: a meter that is broken is so on every request.
 */
export function withoutThrowing(listener: (event: unknown) => void): (event: unknown) => void {
  let isTold = false
  return event => {
    try {
      listener(event)
    } catch (error) {
      if (isTold) return
      isTold = true
      tell(error)
    }
  }
}

/** The logger behind `diag` is the application's own, and may throw too. */
function tell(error: unknown): void {
  try {
    diag.error('@scopeward/opentelemetry could not record an event', error)
  } catch {
    // Nobody is left to be told.
  }
}
