import { PROFILES, type ProfileName } from '@scopeward/core'
import { describe, expect, test } from 'vitest'
import { type Bench, useBench } from './bench.ts'
import { type Issued, isIntrospected } from './issuers.ts'
import { LET_THROUGH, OTHER_TOKENS, type OtherToken, type Parties } from './other-tokens.ts'
import type { ProfileSample, ProfileSamples } from './sample.ts'
import { TABLES } from './tables.ts'

/** One table of each profile; where there are two, they differ in the issuer alone. */
const ONE_EACH = TABLES.filter(({ profile }, index) => TABLES.findIndex(table => table.profile === profile) === index)
const NAMED = ONE_EACH.map(table => [table.profile as ProfileName, table] as const)

/** So that nothing is refused for lack of what the issuer writes into every token. */
const ALWAYS: Readonly<Record<string, Parties['always']>> = {
  entra: { tid: 'aaaabbbb-0000-cccc-1111-dddd2222eeee', ver: '2.0' },
  okta: { ver: 1 },
}

type Row = readonly [token: string, typ: string, of: OtherToken, type: string | undefined]

function rowsFor(profile: ProfileName): readonly Row[] {
  if (isIntrospected(profile)) {
    return OTHER_TOKENS.filter(({ introspectable }) => introspectable).map(of => [of.name, 'opaque', of, undefined])
  }
  return OTHER_TOKENS.flatMap(of => of.types.map((type): Row => [of.name, type ?? 'no typ', of, type]))
}

function letThrough(profile: string, token: string, type: string | undefined): boolean {
  return LET_THROUGH.some(each => each.profile === profile && each.token === token && each.type === type)
}

function issuedAs(
  { claims }: OtherToken,
  type: string | undefined,
  { profile, issuer, audience }: ProfileSamples,
): Issued {
  const parties = { issuer, audience, client: 'client-1', subject: 'subject-1', always: ALWAYS[profile] ?? {} }
  const added = isIntrospected(profile) ? { active: true, client_id: parties.client } : {}
  return { header: type === undefined ? {} : { typ: type }, claims: () => ({ ...added, ...claims(parties) }) }
}

function honestOf({ samples }: ProfileSamples): ProfileSample {
  return samples.find(({ expected }) => expected === 'accepted') as ProfileSample
}

async function refusal(bench: Bench, table: ProfileSamples, issued: Issued): Promise<string> {
  await bench.accepted(await bench.token(honestOf(table)))
  const { code, detail } = await bench.refused(await bench.token(issued))
  return detail?.claim === undefined ? code : `${code} ${detail.claim}`
}

/** What each token was refused with. */
const matrix: string[] = []

describe.each(NAMED)('under the profile %s', (profile, table) => {
  const bench = useBench(table)
  const rows = rowsFor(profile)
  const through = (row: Row) => letThrough(profile, row[0], row[3])

  test.each(rows.filter(row => !through(row)))(
    'refuses a %s, %s (RFC 8725 section 3.12)',
    async (name, typ, of, type) => {
      const told = await refusal(bench, table, issuedAs(of, type, table))
      matrix.push(`${profile}: ${name}, ${typ}: ${told}`)
    },
  )

  const limits = rows.filter(through)
  test.runIf(limits.length > 0).each(limits)('is known to take a %s, %s', async (name, typ, of, type) => {
    await bench.accepted(await bench.token(issuedAs(of, type, table)))
    matrix.push(`${profile}: ${name}, ${typ}: accepted`)
  })

  const marks = PROFILES[profile].refusedClaims
  test.runIf(marks.length > 0).each(marks)('refuses an access token with the mark %s', async mark => {
    const { header, claims } = honestOf(table)
    const marked = { ...(header && { header }), claims: (now: number) => ({ ...claims(now), [mark]: 'x' }) }
    expect(await refusal(bench, table, marked)).toBe(`claim_not_accepted ${mark}`)
  })
})

test('what tells each token from an access token is as written down (refresh with `npx vitest run test/profiles -u`)', async () => {
  await expect(`${matrix.sort().join('\n')}\n`).toMatchFileSnapshot('other-tokens.matrix.txt')
})

test('what is let through is listed for a profile and a token that exist', () => {
  for (const { profile, token, type } of LET_THROUGH) {
    expect(rowsFor(profile as ProfileName).some(row => row[0] === token && row[3] === type)).toBe(true)
  }
})
