import { Rejection } from '../errors/rejection.ts'
import type { ListClaim } from '../profiles/token-profile.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../shared/json.ts'
import { own } from './own-claim.ts'

/** A token of 16 KiB could name thousands. More than this is a mistake of the issuer or an attack on memory. */
const MAX_VALUES = 1000

const NONE: readonly string[] = Object.freeze([])

/** Stands in a path for each of the API's own audiences. */
const OWN_AUDIENCE = '$audience'

/**
 * What several claims hold together, in the order of the profile.
 * @throws Rejection `claim_invalid` where a claim is there and has another form
 * @see RFC 8693 section 4.2 (`scope`)
 */
export function readLists(
  claims: JsonObject,
  places: readonly ListClaim[],
  audiences: ReadonlySet<string>,
  isValue: (text: string) => boolean,
): readonly string[] {
  let found: readonly string[] = NONE
  for (const place of places) {
    const listed = readList(claims, place, audiences, isValue)
    found = found.length === 0 ? listed : [...found, ...listed]
  }
  if (found.length > MAX_VALUES) throw invalid(places[0])
  return found
}

function readList(
  claims: JsonObject,
  place: ListClaim,
  audiences: ReadonlySet<string>,
  isValue: (text: string) => boolean,
): readonly string[] {
  const name = place.path[0] as string
  // Nearly always: no copies, and one look-up.
  if (place.path.length === 1 && name !== OWN_AUDIENCE) return listIn(own(claims, name), place, isValue)
  return valuesAt(claims, place.path, audiences).flatMap(value => listIn(value, place, isValue))
}

function listIn(value: JsonValue | undefined, place: ListClaim, isValue: (text: string) => boolean): readonly string[] {
  if (value === undefined || (value === '' && place.mayBeEmpty === true)) return NONE
  const values = listOf(value, place.form)
  if (values === undefined || values.length > MAX_VALUES || !values.every(isValue)) throw invalid(place)
  return values
}

function listOf(value: JsonValue, form: ListClaim['form']): readonly string[] | undefined {
  if (typeof value === 'string') return form === 'array' ? undefined : value.split(' ')
  if (!Array.isArray(value) || form === 'words') return undefined
  return value.every(item => typeof item === 'string') ? (value as readonly string[]) : undefined
}

/** Nothing where the token does not have the claim; a branch that is no object has nothing inside. */
function valuesAt(
  claims: JsonObject,
  [name, ...inside]: readonly string[],
  audiences: ReadonlySet<string>,
): readonly JsonValue[] {
  const names = name === OWN_AUDIENCE ? [...audiences] : [name as string]
  return names.flatMap(found => {
    const value = own(claims, found)
    if (value === undefined) return []
    if (inside.length === 0) return [value]
    return isJsonObject(value) ? valuesAt(value, inside, audiences) : []
  })
}

function invalid(place: ListClaim | undefined): Rejection {
  return new Rejection('claim_invalid', { claim: place?.path.join('.') ?? 'scope' })
}
