import { expect, test } from 'vitest'

/** What is exported is a promise. A name more or less here is a decision, and a line in the changelog. */
const SURFACE = [
  'ConfigurationError',
  'DENIALS',
  'MISUSES',
  'NOTHING_REQUIRED',
  'PROFILES',
  'RevocationTable',
  'TokenRejected',
  'VerificationUnavailable',
  'allOf',
  'anyOf',
  'authenticated',
  'authorizationDetail',
  'createReplayStore',
  'createResourceServer',
  'createRevocationList',
  'describeRequirement',
  'describeResourceServer',
  'dpop',
  'furthestRevocation',
  'introspection',
  'isInOpenApi',
  'mutualTls',
  'openApiDocument',
  'parseRevocation',
  'parseRevocationListOptions',
  'pathTemplates',
  'permission',
  'refuseUnknownOptions',
  'role',
  'satisfies',
  'securityOf',
  'securitySchemes',
  'service',
  'sharedSecret',
  'stepUp',
  'user',
  'withoutMirroredHeads',
]

test('the package exports exactly these values', async () => {
  expect(Object.keys(await import('@scopeward/core')).sort()).toEqual(SURFACE)
})

test('the entry of the sources exports the same', async () => {
  expect(Object.keys(await import('../src/index.ts')).sort()).toEqual(SURFACE)
})

test('the tables of refusals and misuses can be read and not be changed into something else by accident', async () => {
  const { DENIALS, MISUSES } = await import('../src/index.ts')
  expect(Object.isFrozen(DENIALS)).toBe(true)
  expect(Object.values(DENIALS).every(row => Object.isFrozen(row))).toBe(true)
  expect(Object.isFrozen(MISUSES)).toBe(true)
})
