import { ConfigurationError } from '../errors/configuration-error.ts'
import { type CustomProfile, PROFILES, type ProfileName } from '../profiles/profiles.ts'
import type { TokenProfile } from '../profiles/token-profile.ts'
import { ALGORITHMS } from '../shared/algorithms.ts'
import { isJsonObject } from '../shared/json.ts'
import { invalidMember, merged, wideBase, withoutRules } from './derive-profile.ts'
import { describe, plainCopy, refuseUnknownNames, suggestion } from './validate.ts'

type Check = (value: unknown) => boolean

const isText: Check = value => typeof value === 'string' && value !== ''
const isBoolean: Check = value => typeof value === 'boolean'
/** Spread, because `every` passes over the holes of an array, and a rule without conditions would hold for everybody. */
const listOf =
  (check: Check): Check =>
  value =>
    Array.isArray(value) && [...value].every(check)
const isTextList = listOf(isText)
const nonEmpty =
  (check: Check): Check =>
  value =>
    check(value) && (value as unknown[]).length > 0

const isListClaim: Check = value =>
  hasOnly(value, ['path', 'form', 'mayBeEmpty']) &&
  (value.mayBeEmpty === undefined || isBoolean(value.mayBeEmpty)) &&
  nonEmpty(isTextList)(value.path) &&
  ['words', 'array', 'either'].includes(value.form as string)

const isCondition: Check = value =>
  isJsonObject(value) &&
  isText(value.claim) &&
  ((hasOnly(value, ['claim', 'present']) && isBoolean(value.present)) ||
    (hasOnly(value, ['claim', 'equals']) && isText(value.equals)) ||
    (hasOnly(value, ['claim', 'endsWith']) && isText(value.endsWith)) ||
    (hasOnly(value, ['claim', 'equalsClaim']) && isText(value.equalsClaim)) ||
    (hasOnly(value, ['claim', 'isClientId', 'prefix', 'suffix']) &&
      isBoolean(value.isClientId) &&
      [value.prefix, value.suffix].every(affix => affix === undefined || isText(affix))))

const isKindRule: Check = value =>
  hasOnly(value, ['kind', 'when']) &&
  (value.kind === 'service' || value.kind === 'user') &&
  nonEmpty(listOf(isCondition))(value.when)

/** What each member of a profile accepts, and how to say so. Kept complete by the compiler. */
const MEMBERS: Readonly<Record<keyof TokenProfile, readonly [Check, string]>> = {
  name: [isText, 'a non-empty string'],
  source: [isText, 'a non-empty string'],
  types: [
    nonEmpty(listOf(type => type === null || (isText(type) && isMediaType(type as string)))),
    "a non-empty array of lower-case types without 'application/', or null for no typ",
  ],
  requiredClaims: [isTextList, 'an array of claim names'],
  claimValues: [
    value =>
      isJsonObject(value) && Object.values(value).every(nonEmpty(listOf(item => isText(item) || isBoolean(item)))),
    'an object of claim name to a non-empty array of strings or booleans',
  ],
  refusedClaims: [isTextList, 'an array of claim names'],
  audienceClaims: [
    nonEmpty(listOf(claim => claim === 'aud' || claim === 'client_id')),
    "a non-empty array of 'aud' and 'client_id'",
  ],
  clientIdClaims: [isTextList, 'an array of claim names'],
  scopeClaims: [listOf(isListClaim), "an array of { path: [claim], form: 'words' | 'array' | 'either' }"],
  roleClaims: [listOf(isListClaim), "an array of { path: [claim], form: 'words' | 'array' | 'either' }"],
  permissionClaims: [listOf(isListClaim), "an array of { path: [claim], form: 'words' | 'array' | 'either' }"],
  kinds: [listOf(isKindRule), "an array of { kind: 'service' | 'user', when: [conditions] }"],
  kindRequired: [isBoolean, 'true or false'],
  senderConstraintRequired: [isBoolean, 'true or false'],
  algorithms: [nonEmpty(listOf(name => ALGORITHMS.has(name as string))), 'a non-empty array of algorithm names'],
}

/** @throws ConfigurationError `option_unknown`, `option_missing`, `option_invalid` */
export function parseProfile(profile: unknown, fallback: TokenProfile): TokenProfile {
  if (profile === undefined) return fallback
  if (typeof profile === 'string') return profileNamed(profile)
  if (!isJsonObject(profile)) {
    throw new ConfigurationError(
      'option_invalid',
      `Option "profile" must be the name of a profile or { name, basedOn, … }, not ${describe(profile)}.`,
    )
  }
  const { basedOn, withoutRulesFor = [], ...changes } = profile as unknown as CustomProfile
  refuseUnknownNames(changes, [...Object.keys(MEMBERS), 'basedOn', 'withoutRulesFor'], 'A profile')
  if (!isText(changes.name) || typeof basedOn !== 'string') {
    throw new ConfigurationError(
      'option_missing',
      "Option \"profile\" needs a name and the profile that it changes: { name: 'our-login', basedOn: 'rfc9068', … }.",
    )
  }
  if (Object.hasOwn(PROFILES, changes.name)) {
    throw new ConfigurationError(
      'option_conflict',
      `Option "profile": ${describe(changes.name)} is the name of a known profile. Give yours another one.`,
    )
  }
  requireWellFormed(changes)
  if (!isTextList(withoutRulesFor)) throw invalidMember('withoutRulesFor', 'an array of claim names')
  const base = wideBase(profileNamed(basedOn), changes.types)
  return merged(withoutRules(base, withoutRulesFor), plainCopy(changes, 'Option "profile" must be plain data.'))
}

function profileNamed(name: string): TokenProfile {
  if (Object.hasOwn(PROFILES, name)) return PROFILES[name as ProfileName]
  throw new ConfigurationError(
    'option_invalid',
    `Option "profile": there is no profile ${describe(name)}. ${suggestion(name, Object.keys(PROFILES))}`,
  )
}

function requireWellFormed(changes: Readonly<Record<string, unknown>> | object): void {
  for (const [name, value] of Object.entries(changes)) {
    const [accepts, expected] = MEMBERS[name as keyof TokenProfile]
    if (!accepts(value)) throw invalidMember(name, expected)
  }
}

function hasOnly(value: unknown, names: readonly string[]): value is Record<string, unknown> {
  return isJsonObject(value) && Object.keys(value).every(name => names.includes(name))
}

function isMediaType(type: string): boolean {
  return type === type.toLowerCase() && !type.startsWith('application/') && type.trim() === type
}
