export const ISSUER = 'https://login.example.com'
export const AUDIENCE = 'https://api.example.com'

/** The time of every verdict, in seconds since the epoch. Whole seconds, because jose and oauth4webapi know no others. */
export const NOW = 1_800_000_000

/** Members and the JSON that they have: a text, because not every JSON survives being parsed. */
export type Members = readonly (readonly [name: string, json: string])[]

/** By RFC 9068 section 2. */
export const HONEST_CLAIMS: Members = Object.entries({
  iss: ISSUER,
  aud: AUDIENCE,
  sub: 'nightly-import',
  client_id: 'nightly-import',
  iat: NOW - 10,
  exp: NOW + 600,
  jti: 'token-1',
  scope: 'controls:read',
}).map(([name, value]) => [name, JSON.stringify(value)])
