import type { HeaderSource, PeerSocket, ResourceRequest } from '@scopeward/core'
import type { Request } from 'express'
import { routePatternOf } from './route-pattern.ts'

/** Express's request as the core reads it. What is seldom needed is a getter of the prototype, so that it costs nothing. */
export class ExpressRequestView implements ResourceRequest {
  readonly source: Request
  /**
   * The raw form: `req.headers` keeps the first of two Authorization headers and hides the other. Hosts that make requests
   * by themselves, as adapters for cloud functions do, fill in `headers` alone.
   */
  readonly headers: HeaderSource

  constructor(request: Request) {
    this.source = request
    this.headers = request.rawHeaders.length > 0 ? request.rawHeaders : request.headers
  }

  get method(): string {
    return this.source.method
  }

  get url(): string {
    return this.source.originalUrl
  }

  /** Several guards may stand on the way of one request. */
  get identity(): Request {
    return this.source
  }

  get socket(): PeerSocket {
    return this.source.socket
  }

  get route(): string | undefined {
    return routePatternOf(this.source)
  }
}
