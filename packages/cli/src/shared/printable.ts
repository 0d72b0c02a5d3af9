/** Characters that a terminal acts upon, or that make text look like other text: controls, marks of direction, line ends. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu

const MAX_LENGTH = 160

/**
 * A value from outside as text for a terminal: JSON, with everything escaped that a terminal would act upon, cut to a
 * length that keeps one value from hiding the others.
 */
export function printable(value: unknown, maxLength: number = MAX_LENGTH): string {
  const text = value === undefined ? 'nothing' : (JSON.stringify(value) ?? 'nothing')
  return cut(escaped(text), maxLength)
}

/** The same for text that is shown without quotes. */
export function plainText(text: string, maxLength: number = MAX_LENGTH): string {
  return cut(escaped(text), maxLength)
}

/** As many characters of a token as tell it from others, and too few to be of use. */
const PREVIEW_LENGTH = 10

export function tokenPreview(token: string): string {
  return `${escaped(token.slice(0, Math.min(PREVIEW_LENGTH, Math.floor(token.length / 3))))}…`
}

/** Compact JWS and JWE: they begin with a JSON object in base64url, `{"`, or `{` and white space. */
const COMPACT_TOKEN = /\be(?:yJ|yA|wo|wk|w0)[\w-]*(?:\.[\w-]*){2,4}/g

/** Of tokens that are words of everyday nothing would be left to show. */
const SHORTEST_TOKEN = 8

/**
 * What a token, or its issuer, says, to be shown: without this token and others that stand in it, which may be as good.
 * `undefined` where it is no object that can be written.
 */
export function shownMembers(value: unknown, token: string): Readonly<Record<string, unknown>> | undefined {
  const withoutTokens = (text: string): string =>
    (token.length < SHORTEST_TOKEN ? text : text.replaceAll(token, tokenPreview)).replaceAll(
      COMPACT_TOKEN,
      tokenPreview,
    )
  try {
    const copy: unknown = JSON.parse(JSON.stringify(value), (_name, member: unknown) =>
      typeof member === 'string' ? withoutTokens(member) : member,
    )
    const isObject = typeof copy === 'object' && copy !== null && !Array.isArray(copy)
    return isObject ? (copy as Readonly<Record<string, unknown>>) : undefined
  } catch {
    return undefined // nested too deeply
  }
}

const LONGEST_WORD = 48

/** For messages of others, which may repeat an argument: what is as long as a token is not repeated. */
export function withoutLongWords(message: string, longest: number = LONGEST_WORD): string {
  return message.replaceAll(/[^\s'"]+/g, word => (word.length > longest ? tokenPreview(word) : word))
}

/**
 * What `--json` prints: any value, indented. It reads back as the same, and a terminal acts upon nothing in it: JSON itself
 * escapes no more than the first of these characters.
 */
export function jsonText(value: unknown, indent = 2): string {
  return `${JSON.stringify(value, null, indent).replaceAll(UNSAFE_IN_JSON, inJson)}\n`
}

/** A line end can only be one of the indentation. */
const UNSAFE_IN_JSON = new RegExp(`(?!\\n)${UNSAFE.source}`, 'gu')

function inJson(letter: string): string {
  const units = Array.from({ length: letter.length }, (_, index) => letter.charCodeAt(index))
  return units.map(unit => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
}

function escaped(text: string): string {
  return text.replaceAll(UNSAFE, character => `\\u{${character.codePointAt(0)?.toString(16)}}`)
}

function cut(text: string, maxLength: number): string {
  return text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text
}
