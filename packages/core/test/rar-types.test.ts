import {
  type Access,
  type AuthorizationDetail,
  authorizationDetail,
  createResourceServer,
  stepUp,
} from '@scopeward/core'
import { expect, test } from 'vitest'

/**
 * What must compile, and what must not. `npm run types` checks this file: each line marked below is an error to the
 * compiler, and a mark without an error is one as well. Nothing here runs.
 */
export function detailsAreTyped({ authorizationDetails }: Access): void {
  for (const detail of authorizationDetails) {
    const type: string = detail.type
    const actions: readonly string[] | undefined = detail.actions
    const identifier: string | undefined = detail.identifier
    const ownMember: unknown = detail.instructedAmount
    void [type, actions, identifier, ownMember]
    // @ts-expect-error a member may be missing
    detail.actions.length
    // @ts-expect-error a member of the type itself may be anything
    detail.instructedAmount.currency
    // @ts-expect-error details are shared between requests
    detail.type = 'payment'
    // @ts-expect-error and so are their lists
    detail.actions?.push('initiate')
  }
  // @ts-expect-error and their list
  authorizationDetails.push({ type: 'payment' })
}

export function detailsHaveAType(): readonly AuthorizationDetail[] {
  // @ts-expect-error the type says what the rest means
  const untyped: AuthorizationDetail = { actions: ['initiate'] }
  return [untyped, { type: 'payment', instructedAmount: { currency: 'EUR' } }]
}

export function misspeltRequirementsDoNotCompile(): void {
  authorizationDetail({ type: 'payment', actions: ['initiate'] })
  // @ts-expect-error without a type
  authorizationDetail({ actions: ['initiate'] })
  // @ts-expect-error a string for a list
  authorizationDetail({ type: 'payment', actions: 'initiate' })
  // @ts-expect-error a member that cannot be compared
  authorizationDetail({ type: 'payment', instructedAmount: '1' })
  // @ts-expect-error the name of the protocol
  stepUp({ max_age: 300 })
  // @ts-expect-error a string for a list
  stepUp({ acrValues: 'phr' })
}

export function metadataMembersAreKnown(): void {
  const issuer = 'https://login.example.com'
  const base = { issuer, audience: 'https://api.example.com', scopes: {} }
  createResourceServer({ ...base, resourceMetadata: { resource: 'https://api.example.com' } })
  // @ts-expect-error without the resource
  createResourceServer({ ...base, resourceMetadata: {} })
  // @ts-expect-error a misspelt member
  createResourceServer({ ...base, resourceMetadata: { resource: 'https://api.example.com', scopes: [] } })
}

test('the compiler checks this file', () => {
  expect(detailsAreTyped).toBeTypeOf('function')
})
