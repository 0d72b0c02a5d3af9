type Pair = readonly [key: string, value: string]

/**
 * `key=value` separated by semicolons, values perhaps quoted, as in `Forwarded` and `x-forwarded-client-cert`; keys in lower
 * case. `undefined` for several elements, bad quoting and keys that are no tokens: another reader may see a key in them.
 * @see RFC 7239 section 4
 */
export function parameterPairs(value: string): readonly Pair[] | undefined {
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
  const pairs = parts.map(pairOf)
  return pairs.every(pair => pair !== undefined) ? pairs : undefined
}

function pairOf(part: string): Pair | undefined {
  const separator = part.indexOf('=')
  const key = trimmed(part.slice(0, Math.max(0, separator)))
  const value = trimmed(part.slice(separator + 1))
  const isNothing = separator === -1 && value === ''
  return isNothing || isToken(key) ? [key.toLowerCase(), value] : undefined
}

/** Not `trim()`, which takes more for white space than HTTP does (RFC 9110 section 5.6.3). */
function trimmed(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text[start])) start++
  while (end > start && isBlank(text[end - 1])) end--
  return text.slice(start, end)
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t'
}

const TOKEN_CHARACTERS = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

/** @see RFC 9110 section 5.6.2 */
function isToken(text: string): boolean {
  return text !== '' && [...text].every(character => TOKEN_CHARACTERS.includes(character))
}
