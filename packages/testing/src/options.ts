/**
 * Refuses names that nobody reads: a misspelt option would otherwise be a test that silently tests something else.
 * @throws TypeError that says what is wrong, where, and what may stand there
 */
export function refuseUnknownNames(given: object, known: Readonly<Record<string, true>>, where: string): void {
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(known, name)) continue
    throw new TypeError(`${where}: unknown option "${name}"; known are ${Object.keys(known).join(', ')}`)
  }
}

/** @throws TypeError where `value` is not one of the keys of `table` */
export function requireNameIn<Name extends string>(
  table: Readonly<Record<Name, unknown>>,
  value: unknown,
  where: string,
): Name {
  if (typeof value === 'string' && Object.hasOwn(table, value)) return value as Name
  throw new TypeError(`${where}: ${JSON.stringify(value)} is none of ${Object.keys(table).join(', ')}`)
}
