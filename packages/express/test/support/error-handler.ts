import type { Application, NextFunction, Request, Response } from 'express'

/** Puts an error handler last; returns what it will have received. It answers 500. */
export function recordErrors(app: Application): unknown[] {
  const errors: unknown[] = []
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    errors.push(error)
    if (!response.headersSent) response.status(500).end('error handler')
  })
  return errors
}

/** What was thrown: the guard lets a thrown primitive travel as the cause of an error. */
export function causeOf(error: unknown): unknown {
  return error instanceof Error && 'cause' in error ? error.cause : error
}
