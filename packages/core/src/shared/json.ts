/** A JSON value that cannot be changed any more: claims are shared between requests. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject
export interface JsonObject {
  readonly [name: string]: JsonValue
}

/** Deeper values survive `JSON.parse`, then overflow the stack of whatever serialises them: a logger, `structuredClone`. */
const MAX_DEPTH = 32

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Parses the bytes of one JSON object more strictly than `JSON.parse` does, and freezes it whole.
 * Refused beyond malformed JSON: invalid UTF-8, a byte order mark, duplicate member names (also when one is spelled
 * with escapes), lone surrogates, numbers that overflow to infinity, nesting deeper than 32.
 * @returns `undefined` where the bytes are not such an object; never throws.
 * @see RFC 8259 sections 4, 8.1, 8.2; RFC 7515 section 4; RFC 7519 section 4
 */
export function parseJsonObject(bytes: Uint8Array): JsonObject | undefined {
  let text: string
  let value: unknown
  try {
    text = utf8.decode(bytes)
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isJsonObject(value)) return undefined
  const members = sealAndCountMembers(value, 1)
  return members === countMembersIn(text) ? value : undefined
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Freezes the parsed value and counts the members of all its objects; NaN where a value is refused, so that no count
 * equals it. `JSON.parse` keeps the last of two equal names, so the parsed value then has fewer members than the text
 * has colons. Counting is exact and needs no second parser.
 */
function sealAndCountMembers(value: unknown, depth: number): number {
  if (typeof value === 'string') return value.isWellFormed() ? 0 : Number.NaN
  if (typeof value === 'number') return Number.isFinite(value) ? 0 : Number.NaN
  if (typeof value !== 'object' || value === null) return 0
  if (depth > MAX_DEPTH) return Number.NaN
  Object.freeze(value)
  let count = 0
  if (Array.isArray(value)) {
    for (const item of value) count += sealAndCountMembers(item, depth + 1)
    return count
  }
  for (const name of Object.keys(value)) {
    if (!name.isWellFormed()) return Number.NaN
    count += 1 + sealAndCountMembers((value as Record<string, unknown>)[name], depth + 1)
  }
  return count
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a

/** Colons outside strings in text that is known to be valid JSON: exactly one for each member. */
function countMembersIn(text: string): number {
  let count = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === COLON) count++
    else if (code === QUOTE) i = endOfString(text, i)
  }
  return count
}

function endOfString(text: string, open: number): number {
  let close = text.indexOf('"', open + 1)
  while (precedingBackslashes(text, close) % 2 === 1) close = text.indexOf('"', close + 1)
  return close
}

function precedingBackslashes(text: string, index: number): number {
  let count = 0
  while (text.charCodeAt(index - 1 - count) === BACKSLASH) count++
  return count
}
