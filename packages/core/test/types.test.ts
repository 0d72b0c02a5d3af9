import { allOf, anyOf, createResourceServer, type ResourceRequest, satisfies, service } from '@scopeward/core'
import { expect, test } from 'vitest'
import { createAccess } from '../src/access/access.ts'
import type { AcceptedClaims } from '../src/claims/accept-claims.ts'
import { acceptClaims } from '../src/claims/accept-claims.ts'
import type { IssuerRules } from '../src/options/issuer-rules.ts'
import type { JsonObject } from '../src/shared/json.ts'
import type { VerifiedToken } from '../src/signature/verify-signature.ts'
import type { DecodedToken } from '../src/token/decode-token.ts'

/**
 * What must not compile. `npm run types` checks this file: each line marked below is an error to the compiler, and a mark
 * without an error is one as well. Nothing here runs.
 */
const issuer = 'https://login.example.com'
const audience = 'https://api.example.com'
const scopes = {
  'controls:read': 'Read',
  'controls:write': { description: 'Write', implies: ['controls:read'] },
} as const

export function misspeltScopesDoNotCompile(request: ResourceRequest): void {
  const api = createResourceServer({ issuer, audience, scopes })
  api.guard('controls:read')
  api.guard(
    allOf(
      'controls:read',
      anyOf('controls:write', service),
      satisfies('x', () => true),
    ),
  )
  // @ts-expect-error a scope that is not declared, in guard()
  api.guard('controls:raed')
  // @ts-expect-error in optionalGuard()
  api.optionalGuard('controls:raed')
  // @ts-expect-error in check()
  api.check(request, 'controls:raed')
  // @ts-expect-error in allOf()
  api.guard(allOf('controls:raed', service))
  // @ts-expect-error in allOf() beside a good one
  api.guard(allOf('controls:read', 'controls:raed'))
  // @ts-expect-error in anyOf()
  api.guard(anyOf('controls:read', 'controls:raed'))
  // @ts-expect-error in a nested expression
  api.guard(allOf(service, anyOf('controls:read', allOf('controls:raed'))))
  // @ts-expect-error no requirement at all
  api.guard()
  // @ts-expect-error a text that may be anything
  api.guard(String(request.url))
}

export function misspeltOptionsDoNotCompile(): void {
  createResourceServer({ issuer, audience, scopes, clockToleranceSeconds: 5 })
  // @ts-expect-error an unknown option
  createResourceServer({ issuer, audience, scopes, clockTolerance: 5 })
  // @ts-expect-error no audience
  createResourceServer({ issuer, scopes })
  // @ts-expect-error no issuer
  createResourceServer({ audience, scopes })
  // @ts-expect-error no scopes
  createResourceServer({ issuer, audience })
  // @ts-expect-error a shared secret
  createResourceServer({ issuer, audience, scopes, algorithms: ['HS256'] })
  // @ts-expect-error a number as text
  createResourceServer({ issuer, audience, scopes, clockToleranceSeconds: '5' })
  // @ts-expect-error a scope without a description
  createResourceServer({ issuer, audience, scopes: { 'controls:read': {} } })
  createResourceServer({
    issuer,
    audience,
    scopes: {
      read: 'Read',
      // @ts-expect-error implies a scope that is not declared
      write: { description: 'Write', implies: ['raed'] },
    },
  })
}

export async function thereIsNoNegation(): Promise<void> {
  const core = await import('@scopeward/core')
  // @ts-expect-error privileges only add: there is no `not`
  core.not
  const api = createResourceServer({ issuer, audience, scopes })
  // @ts-expect-error not even written by hand
  api.guard({ kind: 'not', parts: ['controls:read'] })
}

/** A stage takes what the stage before it made, and nothing else can be passed for it (design section 4). */
export function stagesCannotBeSkipped(
  decoded: DecodedToken,
  verified: VerifiedToken,
  accepted: AcceptedClaims,
  rules: IssuerRules,
): void {
  acceptClaims(verified, rules, 0)
  // @ts-expect-error a token whose signature was not checked
  acceptClaims(decoded, rules, 0)
  const lookalike = { kind: 'signed' as const, claims: {} as JsonObject, key: verified.key, type: 'at+jwt' }
  // @ts-expect-error an object that only looks like a verified token
  acceptClaims(lookalike, rules, 0)
  // @ts-expect-error claims whose sender was not checked
  createAccess(accepted, rules)
  // @ts-expect-error an unverified payload holds no claims to read
  decoded.payload.claims
}

export async function accessIsReadOnly(): Promise<void> {
  const access = await createResourceServer({ issuer, audience, scopes }).verify('')
  // @ts-expect-error a property
  access.kind = 'user'
  // @ts-expect-error a scope
  access.scopes.add('controls:write')
  // @ts-expect-error a claim
  access.claims.sub = 'root'
}

export async function anOutcomeMustBeLookedAt(request: ResourceRequest): Promise<void> {
  const outcome = await createResourceServer({ issuer, audience, scopes }).check(request, 'controls:read')
  // @ts-expect-error there is no access before it is known to be granted
  outcome.access
  if (outcome.granted) outcome.access
  const optional = await createResourceServer({ issuer, audience, scopes })
    .optionalGuard('controls:read')
    .check(request)
  // @ts-expect-error there may be no access behind an optional guard
  if (optional.granted) optional.access.clientId
}

test('the compiler holds what is written above: see `npm run types`', () => {
  expect(misspeltScopesDoNotCompile).toBeTypeOf('function')
})
