import { authenticated, createResourceServer, type DeniedEvent, type ProfileName } from '@scopeward/core'
import { beforeAll, describe, expect, test } from 'vitest'
import { recordEvents } from '../support/events.ts'
import { type Issued, isIntrospected, signingIssuer, type TableIssuer } from './issuers.ts'
import type { ProfileSample, ProfileSamples } from './sample.ts'
import { requestWith, TRUSTED_PROXY } from './sender.ts'
import { TABLES } from './tables.ts'

const NAMED = TABLES.filter(({ profile }) => !isIntrospected(profile)).map(
  table => [`${table.profile} for ${table.issuer}`, table] as const,
)

/** Tokens under these profiles are as RFC 9068 has them: nothing is refused, so nothing is suggested. */
const PRESETS: readonly string[] = ['rfc9068', 'oidcProvider', 'fapi2']

function isByTheBook({ profile }: ProfileSamples, { header }: ProfileSample): boolean {
  const isDialect = profile === 'auth0' && header?.typ === 'at+jwt' // its dialect rfc9068_profile
  return PRESETS.includes(profile) || isDialect
}

/** Where the names of the claims fit two profiles, and the other one is named. */
const AMBIGUOUS: readonly {
  readonly profile: ProfileName
  readonly sample: string
  readonly named: ProfileName
  readonly because: string
}[] = [
  {
    profile: 'plainJwt',
    sample: 'a subject that is the client leaves the kind unknown',
    named: 'auth0',
    because: 'the server for tests that writes it has azp, iat and sub too; auth0 refuses more than plainJwt does',
  },
]

/** What operators are told about a token; `undefined` where it was accepted. */
async function told(issuer: TableIssuer, issued: Issued, profile?: ProfileName): Promise<DeniedEvent | undefined> {
  const request = requestWith(await issuer.token(issued))
  const events = recordEvents()
  try {
    const options = { ...issuer.options(profile), trustedProxy: TRUSTED_PROXY }
    await createResourceServer(options).check(request, authenticated)
    expect(events.granted.length + events.denied.length).toBe(1)
    return events.denied[0]
  } finally {
    events.stop()
  }
}

describe.each(NAMED)('tokens of the profile %s, where it is not configured', (_name, table) => {
  const profile = table.profile as ProfileName
  const accepted = table.samples.filter(({ expected }) => expected === 'accepted')
  let issuer: TableIssuer
  beforeAll(async () => {
    issuer = await signingIssuer(table)
  })

  test.each(accepted.map(sample => [sample.name, sample] as const))(
    '%s: the event names it, unless there is nothing to say',
    async (name, sample) => {
      expect(await told(issuer, sample, profile)).toBeUndefined()
      const event = await told(issuer, sample)
      const other = AMBIGUOUS.find(each => each.profile === profile && each.sample === name)?.named
      const expected = isByTheBook(table, sample) ? undefined : (other ?? profile)
      expect([event === undefined, event?.detail?.fittingProfile]).toEqual([expected === undefined, expected])
    },
  )
})

test('what is ambiguous is listed for a sample that exists', () => {
  for (const { profile, sample } of AMBIGUOUS) {
    expect(TABLES.some(table => table.profile === profile && table.samples.some(({ name }) => name === sample))).toBe(
      true,
    )
  }
})
