import type { Guard, Outcome, ResourceRequest } from '@scopeward/core'
import type { Begin } from '../measure/time-serial.ts'

/** Scopeward's whole check of a request, which has to grant it. */
export function beginCheck(guard: Guard): Begin<ResourceRequest> {
  return (request, done) => {
    const outcome = guard.check(request)
    if ('granted' in outcome) {
      requireGranted(outcome)
      return true
    }
    // A refusal is an unhandled rejection, which ends the process: no figure comes of it.
    outcome.then(requireGranted).then(done)
    return false
  }
}

function requireGranted(outcome: Outcome): void {
  if (!outcome.granted)
    throw new Error(`A request that has to be granted was refused: ${JSON.stringify(outcome.denial)}`)
}
