import { Rejection } from '../errors/rejection.ts'
import { isJsonObject, type JsonValue } from '../shared/json.ts'

/**
 * One element of `authorization_details`: what exactly the client may do. `type` says what the other members mean; those
 * that RFC 9396 defines for every type are typed.
 * @see RFC 9396 sections 2 and 9.1
 */
export interface AuthorizationDetail {
  readonly type: string
  readonly locations?: readonly string[]
  readonly actions?: readonly string[]
  readonly datatypes?: readonly string[]
  readonly identifier?: string
  readonly privileges?: readonly string[]
  readonly [member: string]: JsonValue | undefined
}

const NONE: readonly AuthorizationDetail[] = Object.freeze([])
/** The common members that are lists. @see RFC 9396 section 2.2 */
export const DETAIL_LISTS = ['locations', 'actions', 'datatypes', 'privileges'] as const

/** @throws Rejection `claim_invalid` where it is no array of objects with a `type` and well-formed common members */
export function readAuthorizationDetails(details: JsonValue | undefined): readonly AuthorizationDetail[] {
  if (details === undefined) return NONE
  if (Array.isArray(details) && details.every(isDetail)) return details as readonly AuthorizationDetail[]
  throw new Rejection('claim_invalid', { claim: 'authorization_details' })
}

function isDetail(detail: JsonValue): boolean {
  if (!isJsonObject(detail) || typeof detail.type !== 'string' || detail.type === '') return false
  if (detail.identifier !== undefined && typeof detail.identifier !== 'string') return false
  return DETAIL_LISTS.every(name => detail[name] === undefined || isTextList(detail[name]))
}

function isTextList(value: JsonValue): boolean {
  return Array.isArray(value) && value.every(item => typeof item === 'string')
}
