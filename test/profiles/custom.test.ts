import type { CustomProfile, ProfileName } from '@scopeward/core'
import { describe, expect, test } from 'vitest'
import { useBench } from './bench.ts'
import type { Issued } from './issuers.ts'
import type { ProfileSample, ProfileSamples } from './sample.ts'
import { TABLES } from './tables.ts'

type Claims = Readonly<Record<string, unknown>>

/** A change of the honest token, and what it is refused with. */
type Refused = readonly [name: string, change: Claims, code: string, claim: string]

/** A profile of one's own that asks for more, and the tokens that the known one refuses. */
const CASES: readonly {
  readonly basedOn: ProfileName
  readonly changes: Partial<CustomProfile>
  /** What the token must have for the changes. */
  readonly added: Claims
  readonly type?: string
  readonly refused: readonly Refused[]
}[] = [
  {
    basedOn: 'keycloak',
    changes: { claimValues: { ver: ['1'] } },
    added: { ver: '1' },
    refused: [
      ['a refresh token', { typ: 'Refresh' }, 'claim_invalid', 'typ'],
      ['an offline token', { typ: 'Offline' }, 'claim_invalid', 'typ'],
      ['an ID token', { typ: 'ID' }, 'claim_invalid', 'typ'],
      ['a token that does not say what it is', { typ: undefined }, 'claim_missing', 'typ'],
      ['a token with another value', { ver: '2' }, 'claim_invalid', 'ver'],
      ['a token without the claim', { ver: undefined }, 'claim_missing', 'ver'],
    ],
  },
  {
    basedOn: 'rfc9068',
    changes: { requiredClaims: ['org'] },
    added: { org: 'a' },
    refused: [
      ['a token without sub', { sub: undefined }, 'claim_missing', 'sub'],
      ['a token without iat', { iat: undefined }, 'claim_missing', 'iat'],
      ['a token without jti', { jti: undefined }, 'claim_missing', 'jti'],
      ['a token without the claim', { org: undefined }, 'claim_missing', 'org'],
    ],
  },
  {
    basedOn: 'rfc9068',
    changes: { types: ['jwt'] },
    added: {},
    type: 'JWT',
    refused: [
      ['an ID token with nonce', { nonce: 'n-0S6_WzA2Mj' }, 'claim_not_accepted', 'nonce'],
      ['an ID token with at_hash', { at_hash: 'x' }, 'claim_not_accepted', 'at_hash'],
      ['a logout token', { events: {} }, 'claim_not_accepted', 'events'],
    ],
  },
  {
    basedOn: 'okta',
    changes: { refusedClaims: ['act'] },
    added: {},
    refused: [
      ['a token with a mark that the known profile refuses', { nonce: 'n' }, 'claim_not_accepted', 'nonce'],
      ['a token with the claim', { act: { sub: 'x' } }, 'claim_not_accepted', 'act'],
    ],
  },
]

const NAMED = CASES.map(each => [each.basedOn, each.changes, each] as const)

describe.each(NAMED)('a profile based on %s with %j keeps the rules of its base', (basedOn, changes, given) => {
  const table = TABLES.find(({ profile }) => profile === basedOn) as ProfileSamples
  const { claims, header } = table.samples.find(({ expected }) => expected === 'accepted') as ProfileSample
  const bench = useBench(table, false, changes)
  const issued = (change: Claims = {}): Issued => ({
    ...((given.type ?? header) && { header: given.type === undefined ? { ...header } : { typ: given.type } }),
    claims: now => ({ ...claims(now), ...given.added, ...change }),
  })

  test.each(given.refused)('%s is refused', async (_name, change, code, claim) => {
    await bench.accepted(await bench.token(issued()))
    const event = await bench.refused(await bench.token(issued(change)))
    expect([event.code, event.detail?.claim]).toEqual([code, claim])
  })
})
