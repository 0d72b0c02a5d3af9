/** What follows `test(`, `describe(`, `test.each(…)(` and the like, as written. */
const CALL = /(?:\b(?:test|it|describe)(?:\.\w+)*\(|\)\()\s*(['"`])((?:\\[\s\S]|(?!\1)[^\\])*)\1/g

/** Strings that begin with an id, as the rows of tables do. */
const ROW = /['"`]([A-Z]{1,2}\d{1,2}[a-z]? [^'"`\n]*)['"`]/g

/** The titles in a source: of tests, of their groups, and of rows that begin with an id. */
export function titlesOf(source: string): readonly string[] {
  const calls = [...source.matchAll(CALL)].map(([, , title = '']) => title)
  return [...calls, ...[...source.matchAll(ROW)].map(([, title = '']) => title)]
}
