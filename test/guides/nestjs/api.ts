import { createResourceServer, type ResourceServer, type ResourceServerOptions } from '@scopeward/core'

const scopes = { 'controls:read': 'Read controls', 'controls:write': 'Change controls' }
export type Scope = keyof typeof scopes
export type Overrides = Partial<ResourceServerOptions<Scope>>

/** The token of Nest's injector. */
export const API = Symbol('resource server')

export function createApi(overrides: Overrides = {}): ResourceServer<Scope> {
  return createResourceServer({
    issuer: 'https://login.example.com', // the exact `iss` of your tokens
    audience: 'https://api.example.com', // the exact `aud`
    scopes,
    ...overrides,
  })
}
