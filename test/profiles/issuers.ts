import { randomUUID } from 'node:crypto'
import {
  introspection,
  type KeySetIssuer,
  PROFILES,
  type ProfileName,
  type ResourceServerOptions,
} from '@scopeward/core'
import { createTestIssuer } from '@scopeward/testing'
import { CompactSign, exportJWK, generateKeyPair } from 'jose'
import type { ProfileSample, ProfileSamples } from './sample.ts'

/** When all of this happens: seconds since the epoch. */
export const NOW = 1_800_000_000
const clock = () => NOW * 1000

type Profile = NonNullable<KeySetIssuer['profile']>
export type Issued = Pick<ProfileSample, 'header' | 'claims'>

/** Issues the tokens of one table, whatever they say, and tells an API how to trust them. */
export interface TableIssuer {
  /** Signed by the issuer's own key; for introspection a handle, about which the endpoint says this. */
  token(issued: Issued): Promise<string>
  /** @param profile `undefined` where the default is meant */
  options(profile: Profile | undefined): ResourceServerOptions<never>
  stop(): Promise<void>
}

/** Whether a profile is for introspection alone. */
export function isIntrospected(profile: string): boolean {
  return PROFILES[profile as ProfileName].types.length === 0
}

/** Signs with the first algorithm of the profile, RS256 where it leaves the choice. Fetches nothing. */
export async function signingIssuer({ profile, issuer, audience }: ProfileSamples): Promise<TableIssuer> {
  const algorithm = PROFILES[profile as ProfileName].algorithms?.[0] ?? 'RS256'
  const { publicKey, privateKey } = await generateKeyPair(algorithm)
  const jwk: Readonly<Record<string, unknown>> = { ...(await exportJWK(publicKey)), kid: 'key-1', alg: algorithm }
  return {
    token: ({ header = { typ: 'JWT' }, claims }) =>
      new CompactSign(Buffer.from(JSON.stringify(claims(NOW))))
        .setProtectedHeader({ alg: algorithm, kid: 'key-1', ...header })
        .sign(privateKey),
    options: chosen => ({
      ...COMMON,
      audience,
      issuer: { issuer, jwks: { keys: [jwk] }, ...(chosen !== undefined && { profile: chosen }) },
    }),
    stop: async () => {},
  }
}

/** What the issuer for tests would add to an answer by itself. */
const NOTHING = Object.fromEntries(
  ['iss', 'sub', 'aud', 'client_id', 'iat', 'exp', 'jti', 'token_type'].map(name => [name, undefined]),
)

/** Answers at a real endpoint. */
export async function askedIssuer({ issuer, audience }: ProfileSamples): Promise<TableIssuer> {
  const credentials = { clientId: 'api', clientSecret: randomUUID() }
  const server = await createTestIssuer({ clock, clients: [{ ...credentials, scopes: [] }] })
  return {
    token: async ({ claims }) => server.opaqueToken({ introspection: { ...NOTHING, ...claims(NOW) } }),
    options: chosen => ({
      ...COMMON,
      audience,
      allowHttpOnLoopback: true,
      issuer: introspection({
        issuer,
        introspectionEndpoint: server.introspectionEndpoint,
        clientId: credentials.clientId,
        clientAuthentication: { method: 'client_secret_basic', clientSecret: credentials.clientSecret },
        ...(chosen !== undefined && { profile: chosen }),
      }),
    }),
    stop: () => server.stop(),
  }
}

/** No tolerance, so that times are exact. The realm is that of `refusalFor`. */
const COMMON = { realm: 'https://api.example.com', scopes: {}, clock, clockToleranceSeconds: 0 } as const
