import { type Access, type ResourceRequest, TokenRejected, VerificationUnavailable } from '@scopeward/core'
import { ROUTES } from './routes.ts'
import type { Api } from './two-servers.ts'

/** Everything that can be told of an outcome, as one text; with the code for the statistics. */
export interface Told {
  readonly code: string
  readonly text: string
}

export async function checked(api: Api, request: ResourceRequest, route: number): Promise<Told> {
  const outcome = await api.check(request, ROUTES[route % ROUTES.length] as (typeof ROUTES)[number])
  if (!outcome.granted) return { code: outcome.denial.code, text: JSON.stringify(outcome.denial) }
  return { code: 'granted', text: JSON.stringify([membersOf(outcome.access), outcome.headers]) }
}

export async function verified(api: Api, token: string): Promise<Told> {
  try {
    return { code: 'granted', text: JSON.stringify(membersOf(await api.verify(token))) }
  } catch (error) {
    if (!(error instanceof TokenRejected || error instanceof VerificationUnavailable)) throw error
    return { code: error.code, text: JSON.stringify([error.message, { ...error }]) }
  }
}

function membersOf(access: Access): object {
  return { ...access, scopes: [...access.scopes], roles: [...access.roles], permissions: [...access.permissions] }
}
