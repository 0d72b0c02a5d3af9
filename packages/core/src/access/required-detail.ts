import { DETAIL_LISTS } from '../claims/authorization-details.ts'
import type { Access } from './access.ts'
import type { RequiredDetail } from './expression.ts'

/** Whether one element holds everything that is required; several never make up for each other. @see RFC 9396 section 12 */
export function hasDetail({ authorizationDetails }: Access, required: RequiredDetail): boolean {
  return authorizationDetails.some(
    detail =>
      detail.type === required.type &&
      (required.identifier === undefined || detail.identifier === required.identifier) &&
      DETAIL_LISTS.every(name => required[name]?.every(value => detail[name]?.includes(value)) ?? true),
  )
}

/** Canonical text: `authorizationDetail(payments, actions initiate)`. */
export function detailText({ type, identifier, ...lists }: RequiredDetail): string {
  const named = DETAIL_LISTS.filter(name => lists[name] !== undefined).map(name => `${name} ${lists[name]?.join(' ')}`)
  const parts = [type, ...(identifier === undefined ? [] : [`identifier ${identifier}`]), ...named]
  return `authorizationDetail(${parts.join(', ')})`
}
