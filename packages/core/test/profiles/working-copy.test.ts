import { describe, expect, test } from 'vitest'
import { PROFILES, type ProfileName } from '../../src/profiles/profiles.ts'
import type { TokenProfile } from '../../src/profiles/token-profile.ts'
import { workingCopy } from '../../src/profiles/working-copy.ts'

const NAMES = Object.keys(PROFILES) as ProfileName[]

/** The value and every object inside it. */
function objectsIn(value: object): readonly object[] {
  const inside = Object.values(value).filter(each => typeof each === 'object' && each !== null)
  return [value, ...inside.flatMap(objectsIn)]
}

describe.each(NAMES)('the working copy of %s', name => {
  const profile: TokenProfile = PROFILES[name]

  test('says the same, and there is one of it', () => {
    expect(workingCopy(profile)).toEqual(profile)
    expect(Object.keys(workingCopy(profile))).toEqual(Object.keys(profile))
    expect(workingCopy(profile)).toBe(workingCopy(profile))
  })

  test('shares no object with the profile that applications can read', () => {
    const originals = new Set(objectsIn(profile))
    expect(objectsIn(workingCopy(profile)).filter(each => originals.has(each))).toEqual([])
  })
})

test('profiles that say the same have copies of their own', () => {
  const [one, two] = [{ ...PROFILES.auth0 }, { ...PROFILES.auth0 }]
  expect(workingCopy(one)).toEqual(workingCopy(two))
  expect(workingCopy(one)).not.toBe(workingCopy(two))
})
