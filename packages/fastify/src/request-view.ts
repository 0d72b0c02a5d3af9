import type { HeaderSource, PeerSocket, ResourceRequest } from '@scopeward/core'
import type { FastifyRequest } from 'fastify'

/** Fastify's request as the core reads it. What is seldom needed is a getter of the prototype, so that it costs nothing. */
export class FastifyRequestView implements ResourceRequest {
  readonly source: FastifyRequest
  /**
   * The raw form: `request.headers` keeps the first of two Authorization headers and hides the other. Hosts that make
   * requests by themselves, as adapters for cloud functions do, fill in `headers` alone.
   */
  readonly headers: HeaderSource

  constructor(request: FastifyRequest) {
    this.source = request
    const { rawHeaders, headers } = request.raw
    this.headers = rawHeaders.length > 0 ? rawHeaders : headers
  }

  get method(): string {
    return this.source.method
  }

  get url(): string {
    return this.source.originalUrl
  }

  get socket(): PeerSocket {
    return this.source.raw.socket
  }

  get route(): string | undefined {
    return this.source.routeOptions.url
  }
}
