import { authenticated, PROFILES, type ProfileName } from '@scopeward/core'
import { createTestIssuer, type TestIssuer } from '@scopeward/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { NOW } from '../../profiles/issuers.ts'
import type { ProfileSample, ProfileSamples } from '../../profiles/sample.ts'
import { CLIENT_CERT, TRUSTED_PROXY } from '../../profiles/sender.ts'
import { TABLES } from '../../profiles/tables.ts'
import { generatedFolder } from '../generated.ts'
import { asCode, bearer, blockOf, codes, runBlock, serveGuarded } from './run-block.ts'

const folder = generatedFolder()

const VENDORS = [
  'auth0',
  'okta',
  'entra',
  'cognito',
  'keycloak',
  'google',
  'ping',
  'oidcProvider',
  'fapi2',
  'plainJwt',
] as const

/** The table for the form of token that the guide configures. */
function tableOf(profile: string): ProfileSamples {
  return TABLES.find(table => table.profile === profile) as ProfileSamples
}

/** Two for all, because keys for RS256 take long to make. */
let issuers: Record<'ES256' | 'RS256', TestIssuer>

beforeAll(async () => {
  const clock = () => NOW * 1000
  const [ES256, RS256] = await Promise.all([
    createTestIssuer({ algorithm: 'ES256', clock }),
    createTestIssuer({ algorithm: 'RS256', clock }),
  ])
  issuers = { ES256, RS256 }
})
afterAll(() => Promise.all(Object.values(issuers).map(issuer => issuer.stop())))

/** Claims that the test issuer would write by itself. */
const NONE = Object.fromEntries(
  ['iss', 'sub', 'aud', 'client_id', 'iat', 'exp', 'jti', 'scope'].map(name => [name, undefined]),
)

/** The block as it stands trusts the issuer's key; only that it would be fetched, and the time, are replaced. */
async function start(profile: ProfileName) {
  const table = tableOf(profile)
  const issuer = issuers[PROFILES[profile].algorithms?.includes('ES256') === false ? 'RS256' : 'ES256']
  const block = blockOf('profiles', `profile: '${profile}'`)
  const { clock } = issuer.options
  const jwks = await (await fetch(issuer.jwksUri)).json()
  const { guard } = await runBlock(folder, block, {
    'createGuard({': `createGuard({ ...${asCode({ jwks, clock, trustedProxy: TRUSTED_PROXY })},`,
    'const guard': 'export const guard',
  })
  const origin = await serveGuarded(guard, authenticated)
  const [, issuerOfGuide = ''] = /issuer(?:: | = )'([^']+)'/.exec(block) ?? []
  const [, audienceOfGuide = ''] = /audience(?:: \[?| = )'([^']+)'/.exec(block) ?? []
  /** The vendor's token as from the issuer and for the audience of the guide. */
  const asInGuide = (value: unknown) =>
    JSON.parse(
      JSON.stringify(value).replaceAll(table.issuer, issuerOfGuide).replaceAll(table.audience, audienceOfGuide),
    )
  const call = async ({ claims, header = { typ: 'JWT' } }: ProfileSample) => {
    const token = await issuer.token({
      header: { typ: undefined, ...header },
      claims: { ...NONE, ...asInGuide(claims(NOW)) },
    })
    return fetch(origin, { headers: { ...bearer(token), 'client-cert': CLIENT_CERT } })
  }
  return { call, asInGuide, issuerOfGuide }
}

test.each(VENDORS)(
  '%s: the configuration takes the access token that the vendor documents, and no other',
  async profile => {
    const { call, asInGuide, issuerOfGuide } = await start(profile)
    const { samples } = tableOf(profile)
    const honest = samples.find(({ expected }) => expected === 'accepted') as ProfileSample
    const { clientId, subject, kind } = honest.access as NonNullable<ProfileSample['access']>
    const granted = await call(honest)
    expect(granted.status).toBe(200)
    expect(await granted.json()).toEqual(asInGuide({ clientId, subject, kind, issuer: issuerOfGuide }))

    const refused = codes()
    const other = samples.find(({ expected }) => expected !== 'accepted') as ProfileSample
    expect((await call(other)).status).toBe(401)
    expect(refused()).toEqual([other.expected])
  },
)
