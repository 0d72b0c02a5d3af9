import type { Attributes } from '@opentelemetry/api'
import type { DeniedEvent, GrantedEvent } from '@scopeward/core'

export function grantedAttributes({ issuer, clientId, kind, requirement, cached }: GrantedEvent): Attributes {
  return {
    'scopeward.outcome': 'granted',
    'scopeward.issuer': issuer,
    'scopeward.client.id': clientId,
    'scopeward.caller.kind': kind,
    'scopeward.requirement': requirement,
    'scopeward.token.remembered': cached,
  }
}

/**
 * `error.type` only where the server failed: by the conventions for HTTP a server has not failed when it answers 4xx, and
 * must not have that attribute then.
 */
export function deniedAttributes({ issuer, code, status, detail, clientId, requirement }: DeniedEvent): Attributes {
  return {
    'scopeward.outcome': 'denied',
    'scopeward.denial.code': code,
    ...detailAttributes(detail),
    'scopeward.requirement': requirement,
    ...(issuer !== undefined && { 'scopeward.issuer': issuer }),
    ...(clientId !== undefined && { 'scopeward.client.id': clientId }),
    ...(status >= 500 && { 'error.type': code }),
  }
}

/** Names, counts and reasons: which claim, which parameter, how many keys. */
function detailAttributes(detail: DeniedEvent['detail']): Attributes {
  const members = Object.entries(detail ?? {}).map(([name, value]) => [`scopeward.denial.${snakeCase(name)}`, value])
  return Object.fromEntries(members) as Attributes
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
}
