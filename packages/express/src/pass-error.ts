import type { NextFunction } from 'express'

/**
 * Hands what was thrown to Express's error handlers. Express takes `next(undefined)`, `next('route')` and `next('router')`
 * for leave to go on, so a thrown primitive, which may be one of them, travels as the cause of an error.
 */
export function passError(thrown: unknown, next: NextFunction): void {
  const isObject = typeof thrown === 'object' && thrown !== null
  next(isObject ? thrown : new Error('A value that is not an error was thrown', { cause: thrown }))
}
