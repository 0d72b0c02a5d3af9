import type { HeaderSource } from './resource-request.ts'

/** The only value of a header; `undefined` where it was not sent, `DUPLICATED` where it was sent more than once. */
export function singleHeaderValue(headers: HeaderSource, name: string): string | undefined | typeof DUPLICATED {
  if (isFlat(headers)) return fromFlat(headers, name)
  if (headers === null || headers === undefined) return undefined
  if (typeof (headers as Headers).get === 'function') return (headers as Headers).get(name) ?? undefined
  return fromRecord(headers as Readonly<Record<string, string | readonly string[] | undefined>>, name)
}

export const DUPLICATED: unique symbol = Symbol('duplicated')

function isFlat(headers: HeaderSource): headers is readonly string[] {
  return Array.isArray(headers)
}

/**
 * Node stops keeping headers after a thousand or so (`maxHeadersCount`), so of a request with so many nobody can say which
 * one was sent but once.
 */
const MAX_ELEMENTS = 2000

function fromFlat(raw: readonly string[], name: string): string | undefined | typeof DUPLICATED {
  if (raw.length >= MAX_ELEMENTS) return DUPLICATED
  let found: string | undefined
  for (let i = 0; i + 1 < raw.length; i += 2) {
    if (!isNamed(raw[i] as string, name)) continue
    if (found !== undefined) return DUPLICATED
    found = raw[i + 1]
  }
  return found
}

function fromRecord(
  record: Readonly<Record<string, string | readonly string[] | undefined>>,
  name: string,
): string | undefined | typeof DUPLICATED {
  let found: string | undefined
  for (const key of Object.keys(record)) {
    const value = record[key]
    // Hosts that are not typed send null where there is nothing.
    if (value === undefined || value === null || !isNamed(key, name)) continue
    const values = typeof value === 'string' ? [value] : value
    if (values.length === 0) continue
    if (found !== undefined || values.length > 1) return DUPLICATED
    found = values[0]
  }
  return found
}

/** Compares lengths first, and makes no lower-case copy: of 20 strings in `rawHeaders`, one or two are looked at. */
function isNamed(candidate: string, name: string): boolean {
  if (candidate.length !== name.length) return false
  for (let i = 0; i < name.length; i++) {
    if (lowerCaseCode(candidate.charCodeAt(i)) !== name.charCodeAt(i)) return false
  }
  return true
}

/** Of ASCII, which names of headers and schemes are (RFC 9110 sections 5.6.2 and 11.1). */
export function lowerCaseCode(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : code
}
