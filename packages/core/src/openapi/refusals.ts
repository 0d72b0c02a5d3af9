import type { JsonObject } from '../shared/json.ts'

const REFUSALS = {
  401: { name: 'Unauthorized', description: 'No token, or one that is refused.', header: 'WWW-Authenticate' },
  403: { name: 'Forbidden', description: 'The token lacks what the route requires.', header: 'WWW-Authenticate' },
  503: { name: 'Unavailable', description: 'Tokens cannot be checked at the moment.', header: 'Retry-After' },
} as const

/** What `refusalsOf` refers to. */
export const REFUSAL_COMPONENTS: JsonObject = {
  responses: Object.fromEntries(
    Object.values(REFUSALS).map(({ name, description, header }) => [
      name,
      {
        description,
        headers: { [header]: { schema: { type: 'string' } } },
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  ),
  schemas: {
    Problem: {
      type: 'object',
      description: 'A problem document (RFC 9457).',
      required: ['title', 'status', 'detail'],
      properties: {
        title: { type: 'string' },
        status: { type: 'integer' },
        detail: { type: 'string' },
        error: { type: 'string', description: 'Error code of RFC 6750, RFC 9449 or RFC 9470.' },
      },
    },
  },
}

/** Responses of a guarded operation. Where the application writes them itself, only that they are. */
export function refusalsOf(areOwn: boolean): JsonObject {
  return Object.fromEntries(
    Object.entries(REFUSALS).map(([status, { name, description }]) => [
      status,
      areOwn ? { description } : { $ref: `#/components/responses/${name}` },
    ]),
  )
}
