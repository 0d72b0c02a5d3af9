const ERRORS_PAGE = 'https://github.com/scopeward/scopeward/blob/main/docs/errors.md'

/** Where the documentation says what a code means and what to do about it. */
export function documentationOf(code: string): string {
  return `${ERRORS_PAGE}#${code}`
}
