import { ConfigurationError } from '../errors/configuration-error.ts'
import { rfc7662 } from '../profiles/rfc7662.ts'
import { MARKS_OF_OTHER_TOKENS, type TokenProfile } from '../profiles/token-profile.ts'

/** Where `typ` no longer tells access tokens from others, the marks of those others have to. */
export function wideBase(base: TokenProfile, types: TokenProfile['types'] = []): TokenProfile {
  if (types.every(type => base.types.includes(type))) return base
  return { ...base, refusedClaims: [...new Set([...base.refusedClaims, ...MARKS_OF_OTHER_TOKENS])] }
}

/** Claims by which one kind of token is told from another. */
const KIND_CLAIMS = ['token_type', 'typ', 'token_use'] as const

/**
 * A profile of signed tokens, for answers of an introspection endpoint: they have no header, so what its `typ` tells apart
 * the claims must tell.
 */
export function forIntrospection(profile: TokenProfile): TokenProfile {
  if (profile.types.length === 0) return profile
  const { refusedClaims, claimValues } = profile
  const tellsKind = KIND_CLAIMS.some(claim => claim in claimValues)
  return Object.freeze({
    ...profile,
    refusedClaims: tellsKind ? refusedClaims : [...new Set([...refusedClaims, ...MARKS_OF_OTHER_TOKENS])],
    claimValues: tellsKind ? claimValues : { ...claimValues, ...rfc7662.claimValues },
  })
}

/** Rules that are on or off. */
const SWITCHES = ['kindRequired', 'senderConstraintRequired'] as const

/**
 * Rules of the base hold on: what a profile says about claims is added to them. Where a claim is found, and what it means,
 * is replaced.
 */
export function merged(base: TokenProfile, changes: Partial<TokenProfile>): TokenProfile {
  const { requiredClaims = [], refusedClaims = [], claimValues = {}, algorithms } = changes
  const foreign = algorithms?.find(name => base.algorithms !== undefined && !base.algorithms.includes(name))
  if (foreign !== undefined) {
    throw new ConfigurationError(
      'option_conflict',
      `Option "profile": ${foreign} is not among the algorithms of "${base.name}". Leave it out, or base yours on another profile.`,
    )
  }
  const dropped = SWITCHES.find(name => base[name] === true && changes[name] === false)
  if (dropped !== undefined) {
    throw new ConfigurationError(
      'option_conflict',
      `Option "profile": "${base.name}" has ${dropped}, which a profile based on it cannot drop. Base yours on another one.`,
    )
  }
  return Object.freeze({
    ...base,
    source: 'the configuration',
    ...changes,
    requiredClaims: [...new Set([...base.requiredClaims, ...requiredClaims])],
    refusedClaims: [...new Set([...base.refusedClaims, ...refusedClaims])],
    claimValues: { ...base.claimValues, ...claimValues },
  })
}

/** @throws ConfigurationError where there is no such rule, so that a slip does not look like a loosened check */
export function withoutRules(base: TokenProfile, claims: readonly string[]): TokenProfile {
  const { requiredClaims, refusedClaims, claimValues } = base
  const ruled = [...requiredClaims, ...refusedClaims, ...Object.keys(claimValues)]
  const unruled = claims.find(claim => !ruled.includes(claim))
  if (unruled !== undefined) {
    throw invalidMember('withoutRulesFor', `claims that "${base.name}" has rules for: ${ruled.join(', ') || 'none'}`)
  }
  const isKept = (claim: string): boolean => !claims.includes(claim)
  return {
    ...base,
    requiredClaims: requiredClaims.filter(isKept),
    refusedClaims: refusedClaims.filter(isKept),
    claimValues: Object.fromEntries(Object.entries(claimValues).filter(([claim]) => isKept(claim))),
  }
}

export function invalidMember(name: string, expected: string): ConfigurationError {
  return new ConfigurationError('option_invalid', `Option "profile": "${name}" must be ${expected}.`)
}
