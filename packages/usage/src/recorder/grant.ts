import type { DeclaredRequirement, UsingCaller } from '@scopeward/core'
import type { Implications } from '../vocabulary.ts'

/** What the tokens of a client held, and what that comes to. */
export interface Grant {
  /** Sorted. */
  readonly granted: readonly string[]
  /** Those that are implied among them. */
  readonly scopes: ReadonlySet<string>
}

/**
 * The scopes that the token itself held. `scopes` of a caller has the implied ones too, so the token is asked, in the claims
 * where scopes usually stand. What a profile of one's own has elsewhere is taken as granted unless something else implies it.
 */
export function grantOf({ scopes, claims }: UsingCaller, implications: Implications | undefined): Grant {
  const told = new Set(
    ['scope', 'scp'].flatMap(name => namesIn(Object.hasOwn(claims, name) ? claims[name] : undefined)),
  )
  const held = [...scopes].filter(scope => told.has(scope))
  // Without a vocabulary nobody knows what those that are not told stem from: implied, if anything is told.
  if (held.length > 0 && implications === undefined) return { granted: held.sort(), scopes }
  const explained = new Set(held.flatMap(scope => [...(implications?.get(scope) ?? [])]))
  const others = [...scopes].filter(scope => !told.has(scope) && !explained.has(scope))
  const elsewhere = others.filter(scope => !others.some(broader => implications?.get(broader)?.has(scope)))
  return { granted: [...held, ...elsewhere].sort(), scopes }
}

function namesIn(claim: unknown): readonly string[] {
  if (typeof claim === 'string') return claim.split(' ')
  return Array.isArray(claim) ? claim.filter(name => typeof name === 'string') : []
}

/** What a grant has to do with a requirement that it met. */
export interface Use {
  /** The ways that may be compared with those of others: see `RouteUse.alternatives`. */
  readonly alternatives: readonly (readonly string[])[]
  readonly used: readonly string[]
  /** Whether all that was granted counts as used, because nothing says what implied the scope that was required. */
  readonly guessed: boolean
}

export function useOf(
  grant: Grant,
  { alternatives, hasRules }: DeclaredRequirement & { readonly hasRules: boolean },
  implications: Implications | undefined,
): Use {
  const satisfied = alternatives.filter(way => way.every(scope => grant.scopes.has(scope)))
  const allTogether = [...new Set(satisfied.flat())]
  const way = hasRules ? allTogether : fewest(satisfied)
  const suppliers = new Set<string>()
  let guessed = false
  for (const scope of way) {
    const supplier = grant.granted.includes(scope)
      ? scope
      : grant.granted.find(broader => implications?.get(broader)?.has(scope))
    if (supplier !== undefined) suppliers.add(supplier)
    else guessed = true
  }
  const used = guessed ? grant.granted : [...suppliers].sort()
  return { alternatives: hasRules ? [allTogether] : alternatives, used, guessed }
}

/** The fewest scopes that would have sufficed. Empty where some way needs none more: then it was a rule that refused. */
export function missingScopes(
  { scopes }: Pick<Grant, 'scopes'>,
  { alternatives }: DeclaredRequirement,
): readonly string[] {
  return fewest(alternatives.map(way => way.filter(scope => !scopes.has(scope))))
}

/** Of as many, those written first. */
function fewest(lists: readonly (readonly string[])[]): readonly string[] {
  let shortest: readonly string[] | undefined
  for (const list of lists) if (shortest === undefined || list.length < shortest.length) shortest = list
  return shortest ?? []
}
