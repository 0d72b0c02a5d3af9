import type { DeclaredRequirement, RefusedRequest, UsedRoute, UsingCaller } from '@scopeward/core'

/** A caller as the resource server hands it over, where no token is needed. */
export function callerOf(clientId: string, scope: string, implied: readonly string[] = []): UsingCaller {
  return {
    issuer: 'https://login.example.com',
    clientId,
    subject: `subject of ${clientId}`,
    scopes: new Set([...scope.split(' '), ...implied]),
    claims: { scope, sub: `subject of ${clientId}` },
  }
}

export function at(route: string, method = 'GET'): UsedRoute {
  return { method, route }
}

export function requires(scope: string): DeclaredRequirement {
  return { requirement: scope, alternatives: [[scope]] }
}

export function refused(code: RefusedRequest['code'], issuer?: string, clientId?: string): RefusedRequest {
  return { code, issuer, clientId, caller: undefined }
}
