import type { LoadOrder } from './load-order.ts'

/** Valid tokens on 32 connections, as fast as the server answers. */
export function bearerLoad(url: string, seconds: number): LoadOrder {
  return { url, seconds, streams: [{ connections: 32, credentials: { kind: 'valid' }, expectedStatuses: [200] }] }
}
