import { METHODS } from './apps.ts'
import type { WireRequest } from './wire.ts'

/** Requests that one framework routes and the other does not. Nothing else may be answered by one of the two alone. */
export interface FrameworkDifference {
  readonly name: string
  readonly why: string
  readonly appliesTo: (request: WireRequest) => boolean
}

const METADATA = '/.well-known/oauth-protected-resource'
/** Those that Fastify knows without being told. */
const METADATA_METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']

export const frameworkDifferences: readonly FrameworkDifference[] = [
  {
    name: 'undeclared method',
    why: 'all() of Express takes every method that Node can read, a route of Fastify those that it names.',
    appliesTo: ({ method }) => !METHODS.some(each => each === method),
  },
  {
    name: 'method of the metadata',
    why: 'Express asks the handler, which answers 405; Fastify has a route for the methods that it knows.',
    appliesTo: ({ method, target }) => pathOf(target) === METADATA && !METADATA_METHODS.includes(method),
  },
  {
    name: 'escaped route',
    why: 'Fastify decodes a path before it looks for a route, Express compares it as it was sent.',
    appliesTo: ({ target }) => {
      const path = pathOf(target)
      return path.includes('%') && !path.startsWith('/items/')
    },
  },
  {
    name: 'empty parameter',
    why: 'Fastify lets a parameter be empty, Express does not.',
    appliesTo: ({ target }) => pathOf(target) === '/items/',
  },
  {
    name: 'malformed content type',
    why: 'Behind the guard, Fastify reads the media type of a body and answers 415; Express has no body parser here.',
    appliesTo: ({ headers }) =>
      headers.some(line => /^content-type\s*:/i.test(line) && !/:\s*application\/json$/i.test(line)),
  },
]

/** Of a target in origin or absolute form. Node drops spaces behind it. */
function pathOf(target: string): string {
  return target
    .trimEnd()
    .replace(/^https?:\/\/[^/?#]*/i, '')
    .replace(/[?#].*$/s, '')
}
