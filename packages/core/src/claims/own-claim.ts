import { Rejection } from '../errors/rejection.ts'
import type { JsonObject, JsonValue } from '../shared/json.ts'

/** A claim of the token itself, never something of `Object.prototype`. */
export function own(claims: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(claims, name) ? claims[name] : undefined
}

/** @throws Rejection `claim_invalid` where the claim is there and no non-empty string */
export function optionalString(claims: JsonObject, name: string): string | undefined {
  const value = own(claims, name)
  if (value === undefined || (typeof value === 'string' && value !== '')) return value
  throw new Rejection('claim_invalid', { claim: name })
}
