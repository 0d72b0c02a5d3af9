import {
  createResourceServer,
  type DenialCode,
  type RejectionDetail,
  type ResourceServer,
  TokenRejected,
} from '@scopeward/core'
import * as jose from 'jose'
import * as oauth from 'oauth4webapi'
import { AUDIENCE, ISSUER, NOW } from './honest.ts'
import { type Keys, SIGNING_ALGORITHMS } from './keys.ts'

export type OurVerdict =
  | { readonly accepted: true; readonly claims: unknown }
  | { readonly accepted: false; readonly code: DenialCode; readonly detail: RejectionDetail }

export type TheirVerdict =
  | { readonly accepted: true; readonly claims: unknown }
  | { readonly accepted: false; readonly reason: string; readonly code: unknown }

/** Three that judge a token by the same keys, names and time, and know nothing of each other. */
export interface Judges {
  /** Everything but a verdict is thrown on. */
  ours(token: string): Promise<OurVerdict>
  jose(token: string): Promise<TheirVerdict>
  oauth4webapi(token: string): Promise<TheirVerdict>
}

export function createJudges({ published }: Keys): Judges {
  const server = createResourceServer({
    issuer: ISSUER,
    audience: AUDIENCE,
    scopes: { 'controls:read': 'Read controls' },
    jwks: { keys: published },
    clockToleranceSeconds: 0,
    tokenCacheMaxEntries: 0,
    clock: () => NOW * 1000,
  })
  const resolveKey = jose.createLocalJWKSet({ keys: published as jose.JWK[] })
  const metadata = { issuer: ISSUER, jwks_uri: `${ISSUER}/jwks` }
  return {
    ours: token => ourVerdict(server, token),
    jose: token => verdictOf(verifyByJose(token, resolveKey)),
    oauth4webapi: token => verdictOf(verifyByOauth4webapi(token, metadata, published)),
  }
}

async function ourVerdict(server: ResourceServer<string>, token: string): Promise<OurVerdict> {
  try {
    const { claims } = await server.verify(token)
    return { accepted: true, claims }
  } catch (error) {
    if (!(error instanceof TokenRejected)) throw error
    return { accepted: false, code: error.code, detail: error.detail ?? {} }
  }
}

/** Whatever they throw is a refusal: a mistake in their set-up would make them refuse what we accept, and so be found. */
async function verdictOf(claims: Promise<unknown>): Promise<TheirVerdict> {
  try {
    return { accepted: true, claims: await claims }
  } catch (error) {
    return { accepted: false, reason: String(error), code: (error as { readonly code?: unknown }).code }
  }
}

async function verifyByJose(token: string, resolveKey: jose.JWTVerifyGetKey): Promise<jose.JWTPayload> {
  const options = {
    issuer: ISSUER,
    audience: AUDIENCE,
    algorithms: [...SIGNING_ALGORITHMS],
    typ: 'at+jwt',
    requiredClaims: ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'],
    currentDate: new Date(NOW * 1000),
  }
  try {
    return (await jose.jwtVerify(token, resolveKey, options)).payload
  } catch (error) {
    if (!(error instanceof jose.errors.JWKSMultipleMatchingKeys)) throw error
    for await (const key of error) {
      const payload = await jose.jwtVerify(token, key, options).then(verified => verified.payload, onlyWrongKey)
      if (payload !== undefined) return payload
    }
    throw error
  }
}

function onlyWrongKey(error: unknown): undefined {
  if (!(error instanceof jose.errors.JWSSignatureVerificationFailed)) throw error
}

async function verifyByOauth4webapi(
  token: string,
  server: oauth.AuthorizationServer,
  published: Keys['published'],
): Promise<unknown> {
  const request = new Request(AUDIENCE, { headers: { authorization: `Bearer ${token}` } })
  const options = {
    signingAlgorithms: [...SIGNING_ALGORITHMS],
    [oauth.clockTolerance]: 0,
    [oauth.customFetch]: async () => Response.json({ keys: published }),
  }
  for (;;) {
    const before = secondsNow()
    const verdict = oauth.validateJwtAccessToken(server, request, AUDIENCE, {
      ...options,
      [oauth.clockSkew]: NOW - before,
    })
    // It reads the clock before it returns. Where the second has just changed, its time was not ours.
    if (secondsNow() === before) return verdict
    await verdict.catch(() => undefined)
  }
}

function secondsNow(): number {
  return Math.floor(Date.now() / 1000)
}
