/** What a token says to a reader who forgives everything: for asking which rule a refused token breaks. */
export interface TokenView {
  readonly text: string
  readonly parts: readonly string[]
  /** UTF-8 of the first two parts, with whatever precedes and follows the JSON. */
  readonly json: { readonly header: string; readonly payload: string }
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
}

export function viewToken(text: string): TokenView {
  const parts = text.trim().split('.')
  const [header = '', payload = ''] = parts.map(part => Buffer.from(part, 'base64').toString('utf8'))
  return { text, parts, json: { header, payload }, header: membersOf(header), claims: membersOf(payload) }
}

const BYTE_ORDER_MARK = '\ufeff'

export function hasByteOrderMark(text: string): boolean {
  return text.startsWith(BYTE_ORDER_MARK)
}

export function withoutByteOrderMark(text: string): string {
  return hasByteOrderMark(text) ? text.slice(1) : text
}

/** None where nobody could read it. */
function membersOf(text: string): TokenView['claims'] {
  try {
    return Object(JSON.parse(withoutByteOrderMark(text)))
  } catch {
    return {}
  }
}
