/** A JSON value that cannot be changed any more: claims are shared between requests. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject
/** A JSON object that cannot be changed any more. */
export interface JsonObject {
  readonly [name: string]: JsonValue
}

/** Deeper values survive `JSON.parse`, then overflow the stack of whatever serialises them: a logger, `structuredClone`. */
const MAX_DEPTH = 32

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Parses the bytes of one JSON object more strictly than `JSON.parse` does, and freezes it whole.
 * Refused beyond malformed JSON: invalid UTF-8, a byte order mark, duplicate member names (also when one is spelled
 * with escapes), names that cannot be written without escapes (a quote, a backslash, a control character), lone surrogates,
 * numbers that overflow to infinity, nesting deeper than 32.
 * @returns `undefined` where the bytes are not such an object; never throws.
 * @see RFC 8259 sections 4, 8.1, 8.2; RFC 7515 section 4; RFC 7519 section 4
 */
export function parseJsonObject(bytes: Uint8Array): JsonObject | undefined {
  let hasEscapes: boolean
  let value: unknown
  try {
    const text = utf8.decode(bytes)
    hasEscapes = text.includes('\\')
    value = JSON.parse(hasEscapes ? withPlainNames(text) : text)
  } catch {
    return undefined
  }
  if (!isJsonObject(value)) return undefined
  // Only an escape can spell a lone surrogate in text that was decoded from UTF-8.
  const members = sealAndCountMembers(value, hasEscapes, 1)
  return members === countMembersIn(bytes) ? value : undefined
}

/**
 * The same JSON with each member name written without escapes. `JSON.parse` of Node 24 and 26 can take a name with escapes for
 * one that holds a backslash and was read before, by anybody in the process (nodejs/node#63785). A string is only ever replaced
 * by an equal string, so text that is no JSON stays none.
 * @throws SyntaxError for a name that cannot be written so, and for some text that is no JSON
 */
function withPlainNames(text: string): string {
  let plain = ''
  let copied = 0
  for (let start = text.indexOf('"'); start !== -1; ) {
    const end = endOfString(text, start)
    const written = text.slice(start, end)
    if (written.includes('\\') && isName(text, end)) {
      plain += text.slice(copied, start) + plainName(written)
      copied = end
    }
    start = text.indexOf('"', end)
  }
  return plain + text.slice(copied)
}

/** Behind the quote that ends the string which begins at `start`; the end of the text where none does. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === '"') return i + 1
  }
  return text.length
}

/** Whether a colon follows, and so the string before it was a name. */
function isName(text: string, end: number): boolean {
  for (let i = end; i < text.length; i++) if (!WHITE_SPACE.includes(text[i] as string)) return text[i] === ':'
  return false
}

const WHITE_SPACE = ' \t\n\r'

function plainName(written: string): string {
  const plain = JSON.stringify(JSON.parse(written))
  if (plain.includes('\\')) throw new SyntaxError('A name that has to be escaped')
  return plain
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Freezes the parsed value and counts the members of all its objects; NaN where a value is refused, so that no count
 * equals it. `JSON.parse` keeps the last of two equal names, so the parsed value then has fewer members than the text
 * has colons. Counting is exact and needs no second parser.
 */
function sealAndCountMembers(value: unknown, hasEscapes: boolean, depth: number): number {
  if (typeof value === 'string') return hasEscapes && !value.isWellFormed() ? Number.NaN : 0
  if (typeof value === 'number') return Number.isFinite(value) ? 0 : Number.NaN
  if (typeof value !== 'object' || value === null) return 0
  if (depth > MAX_DEPTH) return Number.NaN
  Object.freeze(value)
  let count = 0
  if (Array.isArray(value)) {
    for (const item of value) count += sealAndCountMembers(item, hasEscapes, depth + 1)
    return count
  }
  for (const name of Object.keys(value)) {
    count += 1 + sealAndCountMembers((value as Record<string, unknown>)[name], hasEscapes, depth + 1)
  }
  return count
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a

/** Colons outside strings in the bytes of valid JSON: exactly one for each member. Bytes of other characters are above ASCII. */
function countMembersIn(bytes: Uint8Array): number {
  let count = 0
  let inString = false
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]
    if (byte === BACKSLASH) i++
    else if (byte === QUOTE) inString = !inString
    else if (byte === COLON && !inString) count++
  }
  return count
}
