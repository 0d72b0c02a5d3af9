/** A string of JavaScript in single quotes, to be pasted. */
export function literal(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")
  return `'${escaped.replaceAll(/[^\x20-\x7e]/g, character => `\\u{${character.codePointAt(0)?.toString(16)}}`)}'`
}
