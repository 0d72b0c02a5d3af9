import type { ResourceRequest } from '@scopeward/core'

/** A request as a service sends it. */
export function requestWith(authorization: string): ResourceRequest {
  const headers = ['Host', 'api.example.com', 'Accept', 'application/json', 'Authorization', authorization]
  return {
    method: 'GET',
    url: '/imports',
    headers: [...headers, 'User-Agent', 'importer/4.2', 'Connection', 'keep-alive'],
  }
}
