/**
 * `undefined` for what is no absolute URL. `URL.canParse` cannot be asked first: on Node 20, once the compiler has optimised
 * the call, it takes U+0080 to U+00FF for bytes of UTF-8 and then says yes to what the constructor refuses, and no to what
 * it takes.
 */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}

/** Scheme and authority in normal form: lower case, no default port. `undefined` for what is no origin of HTTP. */
export function originOf(text: string): string | undefined {
  const { protocol, origin } = parseUrl(text) ?? {}
  return protocol === 'https:' || protocol === 'http:' ? origin : undefined
}

/**
 * Whether a text is scheme, `://` and authority and nothing more, written as `URL` writes it but for case and a default
 * port. `URL` also takes backslashes, white space, user names, full-width letters, escapes and `https:/a://b`, and would see
 * another origin in them than a proxy or a client does.
 */
export function isRegularOrigin(text: string): boolean {
  const start = text.indexOf('://')
  const authority = text.slice(start + 3)
  const url = start < 1 || !isPlain(authority) ? undefined : parseUrl(text)
  if (url === undefined) return false
  const { protocol, host } = url
  const isSameHost = [host, `${host}:`, `${host}${DEFAULT_PORTS.get(protocol)}`].includes(authority.toLowerCase())
  return isSameHost && text.slice(0, start + 1).toLowerCase() === protocol
}

/** Names, addresses and ports as they are in use; a comma or an equals sign in a host is a header that was put together. */
function isPlain(authority: string): boolean {
  const allowed = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~[]:'
  return [...authority].every(character => allowed.includes(character))
}

/** Of a text that is an origin of HTTP, regularly written: its normal form; `undefined` for every other. */
export function regularOriginOf(text: string): string | undefined {
  return isRegularOrigin(text) ? originOf(text) : undefined
}

const DEFAULT_PORTS: ReadonlyMap<string, string> = new Map([
  ['https:', ':443'],
  ['http:', ':80'],
])

/** Where the path of a URI begins, or what stands in its place; 0 for what has no scheme and authority. */
export function authorityEnd(uri: string): number {
  const start = uri.indexOf('://')
  if (start === -1) return 0
  const end = firstOf(uri.slice(start + 3), '/?#')
  return end === -1 ? uri.length : start + 3 + end
}

/** Without query and fragment. */
export function withoutQuery(reference: string): string {
  const end = firstOf(reference, '?#')
  return end === -1 ? reference : reference.slice(0, end)
}

/** The path of a URI reference that begins with its path, normalised; query and fragment are left out. */
export function pathOf(reference: string): string {
  return normalizedPath(withoutQuery(reference))
}

/**
 * Syntax-based normalisation: escapes of unreserved characters are resolved, the others written in upper case, then dot
 * segments are taken out; an empty path is `/`.
 * @see RFC 3986 sections 6.2.2 and 6.2.3
 */
export function normalizedPath(path: string): string {
  const unescaped = withRegularEscapes(path)
  return unescaped.includes('/.') ? withoutDotSegments(unescaped) : unescaped || '/'
}

/** Whether a path has `.` or `..` for a segment, escaped or not. */
export function hasDotSegments(path: string): boolean {
  const regular = withRegularEscapes(path)
  return regular.includes('/.') && withoutDotSegments(regular) !== regular
}

/** Whether a path has a percent sign that begins no escape: then it is no path of a URI (RFC 3986 section 2.1). */
export function hasBrokenEscape(path: string): boolean {
  for (let i = path.indexOf('%'); i !== -1; i = path.indexOf('%', i + 1)) {
    if (hexValue(path.slice(i + 1, i + 3)) === undefined) return true
  }
  return false
}

function withRegularEscapes(path: string): string {
  if (!path.includes('%')) return path
  let regular = ''
  for (let i = 0; i < path.length; i++) {
    const code = path[i] === '%' ? hexValue(path.slice(i + 1, i + 3)) : undefined
    if (code === undefined) {
      // A percent sign that begins no escape is data; left as it is, it would begin one with what is resolved behind it.
      regular += path[i] === '%' ? '%25' : path[i]
      continue
    }
    const character = String.fromCharCode(code)
    regular += UNRESERVED.includes(character) ? character : path.slice(i, i + 3).toUpperCase()
    i += 2
  }
  return regular
}

const UNRESERVED = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~'
const HEX = '0123456789abcdef'

function hexValue(digits: string): number | undefined {
  const [high = '', low = ''] = digits.toLowerCase()
  if (high === '' || low === '' || !HEX.includes(high) || !HEX.includes(low)) return undefined
  return HEX.indexOf(high) * 16 + HEX.indexOf(low)
}

/** RFC 3986 section 5.2.4, for paths that begin with a slash. */
function withoutDotSegments(path: string): string {
  const kept: string[] = []
  const segments = path.split('/').slice(1)
  segments.forEach((segment, index) => {
    const isDot = segment === '.' || segment === '..'
    if (segment === '..') kept.pop()
    if (!isDot) kept.push(segment)
    else if (index === segments.length - 1) kept.push('')
  })
  return `/${kept.join('/')}`
}

function firstOf(text: string, characters: string): number {
  for (let i = 0; i < text.length; i++) if (characters.includes(text[i] as string)) return i
  return -1
}
