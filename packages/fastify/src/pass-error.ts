/**
 * Hands what was thrown to Fastify's error handler. Fastify takes an error that is `undefined` or `null` for leave to go
 * on to the handler, so a thrown primitive travels as the cause of an error.
 */
export function passError(thrown: unknown, done: (error: Error) => void): void {
  const isObject = typeof thrown === 'object' && thrown !== null
  done(isObject ? (thrown as Error) : new Error('A value that is not an error was thrown', { cause: thrown }))
}
