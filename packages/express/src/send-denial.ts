import type { Denial } from '@scopeward/core'
import type { NextFunction, Request, Response } from 'express'
import type { ExpressGuardOptions } from './create-guard.ts'
import { passError } from './pass-error.ts'

/**
 * Writes a refusal. `res.send` would add an ETag; the body goes out as it is.
 * Where somebody has answered meanwhile, such as a time-out while the keys were fetched, there is nothing left to say.
 * @throws what the application's `respond` throws; what it rejects with goes to Express's error handlers
 */
export function sendDenial(
  denial: Denial,
  request: Request,
  response: Response,
  next: NextFunction,
  respond: ExpressGuardOptions<string>['respond'],
): void {
  if (response.headersSent) return
  response.status(denial.status)
  setHeaders(response, denial.headers)
  if (respond === undefined) {
    response.setHeader('Content-Length', Buffer.byteLength(denial.body))
    response.end(denial.body)
    return
  }
  Promise.resolve(respond(denial, request, response)).catch(error => passError(error, next))
}

export function setHeaders(response: Response, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
}
