/**
 * `key=value` separated by semicolons, values perhaps quoted, as in `Forwarded` and `x-forwarded-client-cert`; keys in lower
 * case. `undefined` for several elements and for bad quoting.
 * @see RFC 7239 section 4
 */
export function parameterPairs(value: string): readonly (readonly [string, string])[] | undefined {
  const parts: string[] = ['']
  let quoted = false
  for (let i = 0; i < value.length; i++) {
    const character = value[i] as string
    if (!quoted && character === ',') return undefined
    if (character === '"') quoted = !quoted
    else if (quoted && character === '\\') parts[parts.length - 1] += value[++i] ?? ''
    else if (!quoted && character === ';') parts.push('')
    else parts[parts.length - 1] += character
  }
  if (quoted) return undefined
  return parts.map(part => {
    const separator = part.indexOf('=')
    return [part.slice(0, Math.max(0, separator)).trim().toLowerCase(), part.slice(separator + 1).trim()] as const
  })
}
