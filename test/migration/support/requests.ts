import { createDpopKey, type ForgeryName, type TestIssuer, type TokenInput } from '@scopeward/testing'
import type { RawRequest } from '../../support/raw-http.ts'

/** How the issuer of one page writes its tokens. */
export interface TokenStyle {
  readonly honest: TokenInput
  /** What the token of a request differs in from `honest`, where this issuer does not write it as others do. */
  readonly differing?: Readonly<Record<string, TokenInput>>
}

type Build = (issuer: TestIssuer, honest: TokenInput) => Promise<RawRequest>

const CONTROL = '/v1/controls/7'

/** Requires no scope. */
const ME = '/v1/me'

const HONEST = 'an honest access token'

/** By what the tables of the pages call them. */
const REQUESTS: Readonly<Record<string, Build>> = {
  [HONEST]: withToken({}),
  'no token': async () => ({ path: CONTROL }),
  'no token, at a path without a route': async () => ({ path: '/v1/nowhere' }),
  'two `Authorization` headers': async (issuer, honest) => {
    const header = `Authorization: Bearer ${await issuer.token(honest)}`
    return { path: CONTROL, headers: [header, header] }
  },
  'the token without the word `Bearer`': async (issuer, honest) => {
    return { path: CONTROL, headers: [`Authorization: ${await issuer.token(honest)}`] }
  },
  'the token in the query, `?access_token=…`': async (issuer, honest) => {
    return { path: `${CONTROL}?access_token=${await issuer.token(honest)}` }
  },
  expired: withToken({ expiresInSeconds: -600 }),
  'without `exp`': withToken({ claims: { exp: undefined } }),
  'issued ten minutes ahead of the clock': withToken({ claims: { iat: Math.floor(Date.now() / 1000) + 600 } }),
  'for another audience': withToken({ audience: 'https://other.example.com' }),
  'of another issuer': withToken({ claims: { iss: 'https://attacker.example/' } }),
  'without the scope': withToken({ scope: 'other' }),
  'an ID token, where a scope is needed': forged('id-token'),
  'an ID token, where none is needed': forged('id-token', ME),
  '`typ: JWT` instead of `at+jwt`': forged('typ-jwt'),
  'without `client_id` and `jti`': withToken({ claims: { client_id: undefined, jti: undefined } }),
  '`alg: none`': forged('alg-none'),
  'an unknown `kid`': forged('kid-unknown'),
  'tampered with': forged('signature-tampered'),
  'bound to a DPoP key, sent as a bearer token': async (issuer, honest) => {
    return bearer(await issuer.token({ ...honest, boundTo: await createDpopKey() }))
  },
  'bound to a DPoP key, with a proof': withProof,
}

/** The label of the request that is sent to an app which could not fetch a key yet. */
export const ISSUER_DOWN = 'an honest one, when no key could be fetched yet'

export const LABELS: readonly string[] = [...Object.keys(REQUESTS), ISSUER_DOWN]

export function buildRequest(
  label: string,
  issuer: TestIssuer,
  { honest, differing }: TokenStyle,
): Promise<RawRequest> {
  const change = differing?.[label]
  if (change !== undefined) return withToken(change, label.includes('where none') ? ME : CONTROL)(issuer, honest)
  const build = REQUESTS[label === ISSUER_DOWN ? HONEST : label]
  if (build === undefined) throw new Error(`No request is called "${label}".`)
  return build(issuer, honest)
}

function withToken(input: TokenInput, path: string = CONTROL): Build {
  return async (issuer, honest) => bearer(await issuer.token(merge(honest, input)), path)
}

function forged(name: ForgeryName, path: string = CONTROL): Build {
  return async (issuer, honest) => bearer(await issuer.forge(name, honest), path)
}

async function withProof(issuer: TestIssuer, honest: TokenInput): Promise<RawRequest> {
  const key = await createDpopKey()
  const accessToken = await issuer.token({ ...honest, boundTo: key })
  const proof = await key.proof({ method: 'GET', url: `http://api.example.com${CONTROL}`, accessToken })
  return { path: CONTROL, headers: [`Authorization: DPoP ${accessToken}`, `DPoP: ${proof}`] }
}

function merge(honest: TokenInput, input: TokenInput): TokenInput {
  return { ...honest, ...input, claims: { ...honest.claims, ...input.claims } }
}

function bearer(token: string, path: string = CONTROL): RawRequest {
  return { path, headers: [`Authorization: Bearer ${token}`] }
}
