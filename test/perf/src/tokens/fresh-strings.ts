/**
 * A new string of the same characters, as an HTTP parser makes one for every request: its hash is not known yet, and no side
 * can recognise it by its identity.
 */
export function freshString(text: Buffer): string {
  return text.toString('latin1')
}

export function freshStrings(texts: readonly Buffer[]): string[] {
  return texts.map(freshString)
}

export function bytesOf(texts: readonly string[]): readonly Buffer[] {
  return texts.map(text => Buffer.from(text, 'latin1'))
}
