import { ConfigurationError, type ScopeVocabulary } from '@scopeward/core'

/** Scope to all that it implies, transitively. Scopes that imply nothing are not listed. */
export type Implications = ReadonlyMap<string, ReadonlySet<string>>

/**
 * What the vocabulary of a resource server says about implications. The server itself checks the rest of it.
 * @throws ConfigurationError `option_invalid`
 */
export function implicationsOf(vocabulary: ScopeVocabulary<string>): Implications {
  if (typeof vocabulary !== 'object' || vocabulary === null) {
    throw new ConfigurationError('option_invalid', 'Option "scopes" must be the vocabulary of the resource server.')
  }
  const direct = new Map(Object.entries(vocabulary).map(([name, definition]) => [name, impliesOf(name, definition)]))
  const implications = new Map<string, ReadonlySet<string>>()
  for (const name of direct.keys()) {
    const found = closure(name, direct)
    if (found.size > 0) implications.set(name, found)
  }
  return implications
}

function impliesOf(name: string, definition: unknown): readonly string[] {
  const { implies = [] } = (typeof definition === 'object' && definition !== null ? definition : {}) as {
    readonly implies?: unknown
  }
  if (Array.isArray(implies) && implies.every(scope => typeof scope === 'string')) return implies
  throw new ConfigurationError(
    'option_invalid',
    `Option "scopes": "implies" of "${name}" must be an array of scope names.`,
  )
}

function closure(start: string, direct: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const found = new Set<string>()
  const open = [...(direct.get(start) ?? [])]
  for (let scope = open.pop(); scope !== undefined; scope = open.pop()) {
    if (found.has(scope)) continue
    found.add(scope)
    open.push(...(direct.get(scope) ?? []))
  }
  return found
}

/**
 * Which of these names imply which others of them, for whoever has no vocabulary, which may be large. `undefined`: none.
 */
export function impliedAmong(
  names: ReadonlySet<string>,
  implications: Implications,
): Readonly<Record<string, readonly string[]>> | undefined {
  const found: [string, string[]][] = []
  for (const name of names) {
    const narrower = implications.get(name)
    if (narrower === undefined) continue
    const among = [...names].filter(other => narrower.has(other))
    if (among.length > 0) found.push([name, among])
  }
  return found.length === 0 ? undefined : Object.fromEntries(found)
}
