import { documentationOf } from './documentation.ts'

/** Code of a developer's mistake, stable across releases. Each has a heading in docs/errors.md. */
export type MisuseCode =
  | 'option_missing'
  | 'option_unknown'
  | 'option_invalid'
  | 'option_conflict'
  | 'requirement_empty'
  | 'requirement_invalid'
  | 'scope_unknown'
  | 'route_uncovered'
  | 'metadata_unserved'

/** Every mistake that a developer can make with the library, and what to do about it (docs/errors.md). */
export const MISUSES: Readonly<Record<MisuseCode, string>> = Object.freeze({
  option_missing: 'A required option is missing. Nothing is guessed: name the issuer, the audience and the scopes.',
  option_unknown: 'An option does not exist. The message names the nearest one.',
  option_invalid: 'An option has a value outside what it accepts. The message says what it accepts.',
  option_conflict: 'Two options contradict each other. Keep one of them.',
  requirement_empty:
    'A requirement demands nothing. Say `authenticated` where any valid token will do, or declare the route public.',
  requirement_invalid: 'A requirement is not a scope name or an expression, or it cannot be decided where it is used.',
  scope_unknown: 'A requirement names a scope that the option `scopes` does not declare.',
  route_uncovered: 'A route is neither guarded nor declared public.',
  metadata_unserved:
    'Challenges name the protected resource metadata, but the app does not serve it to everybody: put `app.use(guard.metadata)` first.',
})

/**
 * A mistake of the developer, found at construction, at start or at the first use; never a denial and never caused by
 * what a client sent. The message says what is wrong, where, and what to type instead.
 */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
  readonly code: MisuseCode
  /** URL of what the documentation says about the code. */
  readonly documentation: string

  constructor(code: MisuseCode, message: string) {
    super(message)
    this.code = code
    this.documentation = documentationOf(code)
  }
}
