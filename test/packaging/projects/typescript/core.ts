import { type Access, createResourceServer, type DenialCode, TokenRejected } from '@scopeward/core'
import { createTestIssuer, type TestIssuer } from '@scopeward/testing'

const issuer: TestIssuer = await createTestIssuer()
const api = createResourceServer({
  ...issuer.options,
  audience: 'https://api.example.com',
  scopes: { 'reports:read': 'Read reports' },
})

export async function callerOf(request: Request): Promise<Access | DenialCode> {
  const outcome = await api.check(request, 'reports:read')
  return outcome.granted ? outcome.access : outcome.denial.code
}

export async function codeOf(token: string): Promise<DenialCode | undefined> {
  try {
    await api.verify(token)
    return undefined
  } catch (error) {
    return error instanceof TokenRejected ? error.code : undefined
  }
}

// @ts-expect-error a misspelt scope
api.guard('reports:raed')
