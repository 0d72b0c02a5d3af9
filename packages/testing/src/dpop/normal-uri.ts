/** An absolute http or https URI in the characters of RFC 3986, without user name. */
const HTTP_URI =
  /^(?<scheme>https?):\/\/(?<host>\[[0-9a-f:.]+\]|[\w.~!$&'()*+,;=%-]+)(?::(?<port>\d*))?(?<path>(?:\/[\w.~!$&'()*+,;=:@%-]*)*)(?:[?#][\w.~!$&'()*+,;=:@%/?#-]*)?$/i

const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: '80', https: '443' }

/**
 * Scheme, authority and path in the spelling that equal URIs share; query and fragment do not count. `undefined` for
 * what is no http or https URI. `new URL()` would mend what is none.
 * @see RFC 3986 sections 6.2.2 and 6.2.3, RFC 9449 section 4.3
 */
export function normalUri(text: string): string | undefined {
  const groups = HTTP_URI.exec(text)?.groups
  if (groups === undefined || /%(?![0-9a-f]{2})/i.test(text)) return undefined
  const scheme = String(groups.scheme).toLowerCase()
  const host = normalEscapes(String(groups.host)).toLowerCase()
  const port = groups.port === '' || groups.port === DEFAULT_PORTS[scheme] ? undefined : groups.port
  const path = withoutDotSegments(normalEscapes(String(groups.path)))
  return `${scheme}://${host}${port === undefined ? '' : `:${port}`}${path}`
}

function normalEscapes(text: string): string {
  return text.replaceAll(/%([0-9a-f]{2})/gi, (triplet, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16))
    return /[\w.~-]/.test(character) ? character : triplet.toUpperCase()
  })
}

/** RFC 3986 section 5.2.4; the path is empty or begins with a slash. */
function withoutDotSegments(path: string): string {
  const kept: string[] = []
  const segments = path.split('/').slice(1)
  for (const [index, segment] of segments.entries()) {
    if (segment === '..') kept.pop()
    if (segment !== '.' && segment !== '..') kept.push(segment)
    else if (index === segments.length - 1) kept.push('')
  }
  return `/${kept.join('/')}`
}
