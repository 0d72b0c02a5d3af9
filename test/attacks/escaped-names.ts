/** Whether a value names a member so that it must be escaped in JSON. Such objects are refused (nodejs/node#63785). */
export function hasEscapedName(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([name, member]) => JSON.stringify(name).includes('\\') || hasEscapedName(member))
}
