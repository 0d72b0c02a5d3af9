import type { NextFunction, Request, Response } from 'express'

/** RFC 9457. */
export function problem(response: Response, status: number, detail: string): void {
  response.status(status).type('application/problem+json').json({ status, detail })
}

/** Last of all handlers: Express's own would send the stack. */
export function answerErrors(
  error: { readonly status?: number },
  _request: Request,
  response: Response,
  next: NextFunction,
): void {
  const { status = 500 } = error
  if (response.headersSent) next(error)
  else if (status < 500) problem(response, status, 'The body cannot be read')
  else problem(response, 500, 'Internal error')
}
