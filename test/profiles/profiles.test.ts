import { PROFILES } from '@scopeward/core'
import { describe, expect, test } from 'vitest'
import { useBench } from './bench.ts'
import type { ProfileSample, ProfileSamples } from './sample.ts'
import { TABLES } from './tables.ts'

const NAMED = TABLES.map(table => [`${table.profile} for ${table.issuer}`, table] as const)

const isAccepted = ({ expected }: ProfileSample): boolean => expected === 'accepted'

function named(samples: readonly ProfileSample[]) {
  return samples.map(sample => [sample.expected, sample.name, sample] as const)
}

/** What a sample leaves out is not compared with it, only between the APIs. */
function accessOf({ access }: ProfileSample): object {
  if (access === undefined) throw new Error('an accepted sample says what the access holds')
  return Object.fromEntries(
    Object.entries(access).map(([name, value]) => [name, Array.isArray(value) ? [...value].sort() : value]),
  )
}

describe.each(NAMED)('profile %s', (_name, { samples, ...table }: ProfileSamples) => {
  const bench = useBench({ samples, ...table })
  const honest = samples.find(isAccepted) as ProfileSample

  test.each(named(samples.filter(isAccepted)))('%s: %s', async (_expected, _sampleName, sample) => {
    expect(await bench.accepted(await bench.token(sample))).toMatchObject(accessOf(sample))
  })

  test.each(named(samples.filter(sample => !isAccepted(sample))))('%s: %s', async (expected, _sampleName, sample) => {
    await bench.accepted(await bench.token(honest))
    expect((await bench.refused(await bench.token(sample))).code).toBe(expected)
  })
})

describe('the tables of samples', () => {
  test('every profile has one', () => {
    expect([...new Set(TABLES.map(({ profile }) => profile))].sort()).toEqual(Object.keys(PROFILES).sort())
  })

  test.each(NAMED)('%s: at least 12 samples, some accepted and some refused', (_name, { samples }) => {
    const accepted = samples.filter(isAccepted).length
    expect(samples.length).toBeGreaterThanOrEqual(12)
    expect([accepted > 0, accepted < samples.length]).toEqual([true, true])
  })

  test.each(NAMED)('%s: every name is there once', (_name, { samples }) => {
    const names = samples.map(({ name }) => name)
    expect(names).toEqual([...new Set(names)])
  })

  test.each(NAMED)('%s: every sample names its source', (_name, { samples }) => {
    for (const { source } of samples) expect(source).toMatch(/^https:\/\/\S+$|^RFC \d+ section \d/)
  })
})
