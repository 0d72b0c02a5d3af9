import { ConfigurationError } from '../errors/configuration-error.ts'
import { isJsonObject } from '../shared/json.ts'
import { isScopeToken } from '../shared/scope-token.ts'
import { refuseUnknownNames } from './validate.ts'

/** What a scope means, for people, and which scopes its holder has as well. */
export type ScopeDefinition<Scope extends string> =
  | string
  | {
      readonly description: string
      /** Narrower scopes that this one includes, transitively. A route that requires one of them accepts this one. */
      readonly implies?: readonly NoInfer<Scope>[]
    }

/** Scope name to definition. Names follow RFC 6749 section 3.3. */
export type ScopeVocabulary<Scope extends string> = { readonly [Name in Scope]: ScopeDefinition<Scope> }

/** The parsed vocabulary, in order of declaration. */
export interface Vocabulary {
  readonly descriptions: ReadonlyMap<string, string>
  /** Scope to all scopes that it implies, transitively, itself left out. Scopes that imply nothing are not listed. */
  readonly implied: ReadonlyMap<string, readonly string[]>
}

interface Definition {
  readonly description: string
  readonly implies: readonly string[]
}

/**
 * @throws ConfigurationError where a name is no scope, a definition has no description, or `implies` names a scope that
 * is not declared or leads back to where it started.
 */
export function parseVocabulary(scopes: unknown): Vocabulary {
  if (scopes === undefined) {
    throw new ConfigurationError(
      'option_missing',
      "Option \"scopes\" is missing. Declare every scope that a route requires, for example scopes: { 'orders:read': 'Read orders' }, or scopes: {} if none does.",
    )
  }
  if (!isJsonObject(scopes) || isNoRecord(scopes)) {
    throw new ConfigurationError('option_invalid', 'Option "scopes" must be an object of scope name to description.')
  }
  const definitions = new Map(Object.entries(scopes).map(([name, value]) => [name, parseDefinition(name, value)]))
  const implied = new Map<string, readonly string[]>()
  for (const name of definitions.keys()) {
    const closure = impliedBy(name, definitions)
    if (closure.length > 0) implied.set(name, closure)
  }
  return { descriptions: new Map([...definitions].map(([name, { description }]) => [name, description])), implied }
}

/** A map or a pattern has no members of its own, and would be an empty vocabulary. */
function isNoRecord(scopes: object): boolean {
  const tag = Object.prototype.toString.call(scopes)
  return Object.keys(scopes).length === 0 && tag !== '[object Object]' && tag !== '[object Module]'
}

function parseDefinition(name: string, value: unknown): Definition {
  if (!isScopeToken(name)) {
    throw new ConfigurationError(
      'option_invalid',
      `Option "scopes": ${JSON.stringify(name)} is not a scope name. Use printable ASCII without space, quote and backslash (RFC 6749 section 3.3).`,
    )
  }
  const { description, implies = [] } = typeof value === 'string' ? { description: value } : asDefinition(name, value)
  if (typeof description !== 'string' || description.trim() === '') {
    throw new ConfigurationError('option_invalid', `Option "scopes": "${name}" needs a description for people.`)
  }
  if (!Array.isArray(implies) || !implies.every(scope => typeof scope === 'string')) {
    throw new ConfigurationError(
      'option_invalid',
      `Option "scopes": "implies" of "${name}" must be an array of scope names.`,
    )
  }
  return { description, implies }
}

function asDefinition(name: string, value: unknown): { description?: unknown; implies?: unknown } {
  if (!isJsonObject(value)) {
    throw new ConfigurationError(
      'option_invalid',
      `Option "scopes": "${name}" must be a description or { description, implies }.`,
    )
  }
  refuseUnknownNames(value, ['description', 'implies'], `scopes["${name}"]`)
  return value
}

function impliedBy(start: string, definitions: ReadonlyMap<string, Definition>): readonly string[] {
  const found = new Set<string>()
  const visit = (name: string): void => {
    for (const narrower of definitions.get(name)?.implies ?? []) {
      if (!definitions.has(narrower)) {
        throw new ConfigurationError(
          'option_invalid',
          `Option "scopes": "${name}" implies "${narrower}", which is not declared. Add it, or correct the name.`,
        )
      }
      if (narrower === start) {
        throw new ConfigurationError(
          'option_conflict',
          `Option "scopes": "${start}" implies itself through "${name}". Scopes that imply each other are one scope: keep one.`,
        )
      }
      if (found.has(narrower)) continue
      found.add(narrower)
      visit(narrower)
    }
  }
  visit(start)
  return [...found]
}
