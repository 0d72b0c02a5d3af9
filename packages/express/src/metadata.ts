import { ConfigurationError, type ProtectedResourceMetadata } from '@scopeward/core'
import type { Application, NextFunction, Request, Response } from 'express'
import { isCovering } from './coverage/covering.ts'
import { type Layer, matchesEveryPath, mountedAppOf, stackOf } from './coverage/express-internals.ts'
import type { GuardHandler } from './create-guard.ts'

/** On the handler that serves the metadata: its URL. Enumerable for the same reason as the mark of guards. */
const MARK = 'scopewardMetadata'

/** By the whole path, wherever the handler is mounted: the document has one place. */
export function createMetadataHandler({ url, path, respondTo }: ProtectedResourceMetadata): GuardHandler {
  const handler = (request: Request, response: Response, next: NextFunction): void => {
    if (pathOf(request.originalUrl) !== path) {
      next()
      return
    }
    const { status, headers, body } = respondTo(request.method)
    response.writeHead(status, { ...headers }).end(body)
  }
  return Object.assign(handler as GuardHandler, { [MARK]: url })
}

/** Of a request target in origin or absolute form (RFC 9112 section 3.2). */
function pathOf(target: string): string | undefined {
  if (target.startsWith('/')) return target.split('?', 1)[0]
  try {
    return new URL(target).pathname
  } catch {
    return undefined
  }
}

/**
 * Every challenge of the app names the document, so the app must serve it, and to everybody: before anything that could
 * answer in its place.
 * @throws ConfigurationError `metadata_unserved`
 */
export function requireMetadataServed(app: Application, { url }: ProtectedResourceMetadata): void {
  const layers = stackOf(app) ?? []
  const isServing = (layer: Layer) =>
    matchesEveryPath(layer) && (layer.handle as { readonly [MARK]?: unknown })[MARK] === url
  const served = layers.findIndex(isServing)
  if (served !== -1 && !layers.slice(0, served).some(mayAnswer)) return
  const where = served === -1 ? 'is not served' : 'is served too late'
  throw new ConfigurationError(
    'metadata_unserved',
    `The protected resource metadata ${where}. Write app.use(guard.metadata) before the first guard, route and router.`,
  )
}

function mayAnswer(layer: Layer): boolean {
  const { handle, route } = layer
  return isCovering(handle) || route !== undefined || handle.stack !== undefined || mountedAppOf(layer) !== undefined
}
