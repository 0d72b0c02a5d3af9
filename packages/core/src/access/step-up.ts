import { own } from '../claims/own-claim.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import type { Access } from './access.ts'
import type { Expression, Requirement, StepUp } from './expression.ts'

/** How the time is told when the age of a sign-in is asked for. */
export interface Clock {
  readonly clock: () => number
  readonly clockToleranceSeconds: number
}

/**
 * Whether the sign-in that the token tells of suffices. What the token does not tell does not suffice.
 * @see RFC 9470 section 6.1
 */
export function meetsStepUp(
  { claims }: Access,
  { acrValues, maxAgeSeconds }: StepUp,
  { clock, clockToleranceSeconds }: Clock,
): boolean {
  const acr = own(claims, 'acr')
  if (acrValues !== undefined && !(typeof acr === 'string' && acrValues.includes(acr))) return false
  if (maxAgeSeconds === undefined) return true
  const authTime = own(claims, 'auth_time')
  if (typeof authTime !== 'number') return false
  const age = clock() / 1000 - authTime
  return age >= -clockToleranceSeconds && age <= maxAgeSeconds + clockToleranceSeconds
}

/** The `stepUp(…)` of a requirement, as it stands there. */
export type StepUpExpression = Extract<Expression, { kind: 'stepUp' }>

/**
 * Every sign-in that a route asks for, in the order written; one for each way through.
 * @throws ConfigurationError `requirement_invalid` where one way through the route asks for two sign-ins
 */
export function stepUpsOf(requirement: Requirement): readonly StepUpExpression[] {
  if (typeof requirement === 'string') return []
  if (requirement.kind === 'stepUp') return [requirement]
  if (requirement.kind !== 'allOf' && requirement.kind !== 'anyOf') return []
  const found = requirement.parts.map(stepUpsOf).filter(stepUps => stepUps.length > 0)
  if (requirement.kind === 'allOf' && found.length > 1) {
    throw new ConfigurationError(
      'requirement_invalid',
      'A requirement demands two sign-ins at once. Write one stepUp({ acrValues, maxAgeSeconds }).',
    )
  }
  return [...new Set(found.flat())]
}

/** Canonical text: `stepUp(acr urn:example:mfa phr, age 300 s)`. */
export function stepUpText({ acrValues, maxAgeSeconds }: StepUp): string {
  const parts = [
    ...(acrValues === undefined ? [] : [`acr ${acrValues.join(' ')}`]),
    ...(maxAgeSeconds === undefined ? [] : [`age ${maxAgeSeconds} s`]),
  ]
  return `stepUp(${parts.join(', ')})`
}
