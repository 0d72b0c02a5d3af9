import express5 from 'express'
import express4 from 'express4'

export type ExpressModule = typeof express5

/** For `describe.each`: every suite holds for both. */
export const VERSIONS: readonly (readonly [string, ExpressModule])[] = [
  ['Express 5', express5],
  ['Express 4', express4],
]
