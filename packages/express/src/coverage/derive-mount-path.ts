import { type MatchedPath, type PathMatcher, UNKNOWN } from './express-internals.ts'

/** Stands for any value of a parameter; no part of a path that an application writes. */
const ANY = '~scopeward~any~'

/** What clients send is not looked at beyond these, so that long paths cost nothing. */
const MAX_LENGTH = 512
const MAX_SEGMENTS = 20

/**
 * The path of a layer as the application wrote it, told by what its matcher takes and refuses: a segment in whose place
 * anything may stand is a parameter, every other one stands as it is. Ends with a proof, and gives `…` where that fails, as
 * for `/:from-:to` and for a `RegExp`: no value of a request ever passes for a part of the path. A router that is mounted
 * at `/Tenants/:id`, and does not tell cases apart, is `/tenants/:id`, however clients write it.
 */
export function deriveMountPath(matcher: PathMatcher, found: MatchedPath): string {
  const segments = found.path.split('/')
  if (found.path.length > MAX_LENGTH || segments.length > MAX_SEGMENTS || isOfRegExp(found)) return UNKNOWN
  const proven = provenPaths.get(matcher) ?? []
  const known = proven.find(one => isLike(one, segments, found))
  if (known !== undefined) return known.text
  const derived = derive(matcher, segments)
  // Wildcards have any number of segments.
  if (derived === undefined || derived.text.includes('*')) return derived?.text ?? UNKNOWN
  if (proven.length < MAX_PROVEN) provenPaths.set(matcher, [...proven, derived])
  return derived.text
}

/** What a matcher takes, segment by segment. */
interface ProvenPath {
  readonly text: string
  readonly names: readonly (string | undefined)[]
  readonly literals: readonly string[]
  readonly isCaseSensitive: boolean
}

/** Proofs take some ten microseconds. A path with optional parts has several. */
const provenPaths = new WeakMap<PathMatcher, readonly ProvenPath[]>()
const MAX_PROVEN = 8

/** The same parameters, and the same text between them. */
function isLike(
  { names, literals, isCaseSensitive }: ProvenPath,
  segments: readonly string[],
  { params }: MatchedPath,
): boolean {
  if (segments.length !== names.length) return false
  for (const [index, segment] of segments.entries()) {
    const name = names[index]
    const isSame =
      name === undefined
        ? (isCaseSensitive ? segment : segment.toLowerCase()) === literals[index]
        : Object.hasOwn(params, name.slice(1))
    if (!isSame) return false
  }
  return Object.keys(params).length === names.filter(name => name !== undefined).length
}

function derive(matcher: PathMatcher, segments: readonly string[]): ProvenPath | undefined {
  const names = segments.map((_, index) => nameAt(matcher, segments, index))
  for (const isCaseSensitive of [false, true]) {
    const literals = isCaseSensitive ? segments : segments.map(segment => segment.toLowerCase())
    if (isProven(matcher, names, literals)) return { text: written(names, literals), names, literals, isCaseSensitive }
  }
  return undefined
}

function isOfRegExp({ params }: MatchedPath): boolean {
  return Object.getPrototypeOf(params) !== null
}

/** The name of the parameter that the whole segment is, or is a part of; `undefined` where it is none. */
function nameAt(matcher: PathMatcher, segments: readonly string[], index: number): string | undefined {
  if (segments[index] === '') return undefined
  const found = matcher(segments.with(index, ANY).join('/'))
  if (found === false) return undefined
  for (const [name, value] of Object.entries(found.params)) {
    if (value === ANY) return `:${name}`
    if (Array.isArray(value) && value.includes(ANY)) return `*${name}`
  }
  return undefined
}

/** Whether the matcher takes any values in these places, all of it and nowhere else. */
function isProven(matcher: PathMatcher, names: readonly (string | undefined)[], literals: readonly string[]): boolean {
  const sample = literals.map((literal, index) => (names[index] === undefined ? literal : ANY)).join('/')
  const found = matcher(sample)
  if (found === false || found.path !== sample) return false
  return Object.values(found.params)
    .flat()
    .every(value => value === ANY)
}

/** The segments of one wildcard are one. */
function written(names: readonly (string | undefined)[], literals: readonly string[]): string {
  const parts = literals.map((literal, index) => names[index] ?? literal)
  return parts.filter((part, index) => !part.startsWith('*') || part !== parts[index - 1]).join('/')
}
