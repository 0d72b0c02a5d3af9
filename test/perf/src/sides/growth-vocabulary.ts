import type { ScopeDefinition } from '@scopeward/core'

/** A vocabulary in which one scope implies all others. */
export interface WideVocabulary {
  readonly widest: string
  readonly implied: readonly string[]
  /** For the option `scopes`. */
  readonly scopes: Readonly<Record<string, ScopeDefinition<string>>>
}

export function scopeVocabulary(impliedCount: number): WideVocabulary {
  const widest = 'imports:all:read'
  const implied = Array.from({ length: impliedCount }, (_, index) => `imports:${String(index).padStart(4, '0')}:read`)
  const narrow = implied.map(scope => [scope, 'Read imports of one kind'] as const)
  return {
    widest,
    implied,
    scopes: { [widest]: { description: 'Read all imports', implies: implied }, ...Object.fromEntries(narrow) },
  }
}
