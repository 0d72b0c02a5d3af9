import { ConfigurationError } from '../errors/configuration-error.ts'
import { isLoopback } from '../shared/loopback.ts'
import { parseUrl } from '../shared/uri.ts'

/** @throws ConfigurationError `option_unknown` for the first name that is not among the known ones. */
export function refuseUnknownNames(value: object, known: readonly string[], where: string): void {
  const unknown = Object.keys(value).find(name => !known.includes(name))
  if (unknown === undefined) return
  throw new ConfigurationError('option_unknown', `${where} has no option "${unknown}". ${suggestion(unknown, known)}`)
}

/** A number within bounds; `fallback` where it was not given. NaN and strings are refused, not coerced. */
export function numberOption(
  name: string,
  value: unknown,
  bounds: { readonly from: number; readonly to: number; readonly fallback: number; readonly integer?: boolean },
): number {
  if (value === undefined) return bounds.fallback
  const fits = typeof value === 'number' && value >= bounds.from && value <= bounds.to
  if (!fits || (bounds.integer && !Number.isInteger(value))) {
    const kind = bounds.integer ? 'a whole number' : 'a number'
    throw new ConfigurationError(
      'option_invalid',
      `Option "${name}" must be ${kind} from ${bounds.from} to ${bounds.to} (default ${bounds.fallback}), not ${describe(value)}.`,
    )
  }
  return value
}

export function booleanOption(name: string, value: unknown): boolean {
  if (value === undefined) return false
  if (typeof value === 'boolean') return value
  throw new ConfigurationError('option_invalid', `Option "${name}" must be true or false, not ${describe(value)}.`)
}

export function functionOption<F>(name: string, value: F | undefined, fallback: F): F {
  if (value === undefined) return fallback
  if (typeof value === 'function') return value
  throw new ConfigurationError('option_invalid', `Option "${name}" must be a function, not ${describe(value)}.`)
}

/**
 * An absolute https URL, or http on loopback where that is allowed; no user name, no fragment. Returned as given, because
 * identifiers are compared to the letter.
 */
export function urlOption(name: string, value: unknown, allowHttpOnLoopback: boolean): string {
  // `URL` drops white space that an exact comparison would not.
  if (typeof value !== 'string' || value !== value.trim() || parseUrl(value) === undefined) {
    throw new ConfigurationError('option_invalid', `Option "${name}" must be an absolute URL, not ${describe(value)}.`)
  }
  const url = new URL(value)
  if (url.username !== '' || url.password !== '' || url.hash !== '' || value.includes('#')) {
    throw new ConfigurationError('option_invalid', `Option "${name}" must have no user name, password or fragment.`)
  }
  if (url.protocol === 'https:') return value
  if (url.protocol === 'http:' && isLoopback(url.hostname)) {
    if (allowHttpOnLoopback) return value
    throw new ConfigurationError(
      'option_invalid',
      `Option "${name}" is an http URL. For tests on this machine add allowHttpOnLoopback: true.`,
    )
  }
  throw new ConfigurationError('option_invalid', `Option "${name}" must be an https URL, not ${describe(value)}.`)
}

/** A copy that nobody can change from outside. @throws ConfigurationError `option_invalid` for functions and the like */
export function plainCopy<T>(value: T, message: string): T {
  try {
    return structuredClone(value)
  } catch {
    throw new ConfigurationError('option_invalid', message)
  }
}

const MAX_SHOWN = 80

/** How a refused value is shown: short, never an object's content, and no text that may be a URL with a password. */
export function describe(value: unknown): string {
  if (typeof value === 'string' && value.includes('@')) return 'a text with "@" in it, which is not shown'
  if (typeof value === 'string')
    return JSON.stringify(value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN)}…` : value)
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object' && value !== null) return 'an object'
  return typeof value === 'function' ? 'a function' : String(value)
}

/** The nearest known name, or all of them. Nothing is near to a very long one, and comparing it would take long. */
export function suggestion(name: string, known: readonly string[]): string {
  const nearest = name.length > MAX_SHOWN ? undefined : nearestName(name, known)
  return nearest === undefined ? `Known: ${known.join(', ') || 'none'}.` : `Did you mean "${nearest}"?`
}

function nearestName(name: string, known: readonly string[]): string | undefined {
  const ranked = known.map(candidate => ({
    candidate,
    distance: editDistance(name.toLowerCase(), candidate.toLowerCase()),
    shared: sharedStart(name, candidate),
  }))
  const best = ranked.sort((a, b) => a.distance - b.distance)[0]
  if (best && best.distance <= Math.max(2, name.length / 3)) return best.candidate
  const alike = ranked.sort((a, b) => b.shared - a.shared)[0]
  return alike && alike.shared >= Math.max(3, name.length / 2) ? alike.candidate : undefined
}

function sharedStart(a: string, b: string): number {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return length
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(substituted, (row[j] as number) + 1, (next[j - 1] as number) + 1))
    }
    row = next
  }
  return row[b.length] as number
}
