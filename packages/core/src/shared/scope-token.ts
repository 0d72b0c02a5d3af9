/** Characters of a scope: printable ASCII without space, quote and backslash (RFC 6749 section 3.3). */
export function isScopeToken(text: string): boolean {
  if (text === '') return false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x21 || code > 0x7e || code === 0x22 || code === 0x5c) return false
  }
  return true
}
