import { PROFILES, type ProfileName } from '@scopeward/core'
import { describe, expect, test } from 'vitest'
import { useBench } from './bench.ts'
import type { Issued } from './issuers.ts'
import { OTHER_TOKENS } from './other-tokens.ts'
import type { ProfileSample, ProfileSamples } from './sample.ts'
import { TABLES } from './tables.ts'

/** Profiles of signed tokens that no claim tells from the other tokens of their issuer. */
const NAMES: readonly ProfileName[] = ['rfc9068', 'oidcProvider', 'fapi2', 'auth0', 'entra', 'ping', 'plainJwt']

const NAMED = NAMES.map(name => [name, TABLES.find(({ profile }) => profile === name) as ProfileSamples] as const)

/** What the endpoint says about an ordinary token: its claims, and what RFC 7662 section 2.2 adds. */
function answer({ samples }: ProfileSamples, changes: Readonly<Record<string, unknown>> = {}): Issued {
  const { claims } = samples.find(({ expected }) => expected === 'accepted') as ProfileSample
  return { claims: now => ({ ...claims(now), active: true, token_type: 'Bearer', ...changes }) }
}

describe.each(NAMED)('an introspection endpoint that answers with the claims of the profile %s', (name, table) => {
  const bench = useBench(table, true)

  const refusal = async (issued: Issued) => {
    await bench.accepted(await bench.token(answer(table)))
    const { code, detail } = await bench.refused(await bench.token(issued))
    return [code, detail?.claim]
  }

  test('is believed about access tokens, however they are called (RFC 6749 section 5.1)', async () => {
    for (const token_type of ['Bearer', 'bearer']) {
      const said = await bench.accepted(await bench.token(answer(table, { token_type })))
      expect(said.clientId === '').toBe(PROFILES[name].clientIdClaims.length === 0)
    }
  })

  test.each([
    ['none, as refresh tokens', undefined, 'claim_missing'],
    ['that of a refresh token', 'refresh_token', 'claim_invalid'],
    ['that of a refresh token of Keycloak', 'Refresh', 'claim_invalid'],
    ['that of an ID token', 'N_A', 'claim_invalid'],
    ['a list', ['Bearer'], 'claim_invalid'],
  ])('not about a token whose token_type is %s', async (_name, token_type, code) => {
    expect(await refusal(answer(table, { token_type }))).toEqual([code, 'token_type'])
  })

  test.each(PROFILES.rfc7662.refusedClaims)('not about a token with %s, the mark of another kind', async mark => {
    expect(await refusal(answer(table, { [mark]: 'x' }))).toEqual(['claim_not_accepted', mark])
  })

  test.each(OTHER_TOKENS.filter(({ introspectable }) => introspectable).map(of => [of.name, of] as const))(
    'not about a %s (RFC 8725 section 3.12)',
    async (_name, { claims }) => {
      const { issuer, audience } = table
      const parties = { issuer, audience, client: 'client-1', subject: 'subject-1', always: {} }
      // Over the claims of the honest token, so that nothing is refused for what it lacks besides.
      const told = await refusal(answer(table, { ...claims(parties), token_type: undefined }))
      expect([
        ['claim_missing', 'token_type'],
        ['claim_not_accepted', 'nonce'],
        ['claim_not_accepted', 'typ'],
      ]).toContainEqual(told)
    },
  )
})
