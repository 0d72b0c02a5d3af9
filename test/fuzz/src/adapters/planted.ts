import type { PlantedBug } from '../planted/planted-bug.ts'

export const planted: readonly PlantedBug[] = [
  {
    name: 'merged-headers',
    target: 'adapters',
    file: 'packages/express/dist/request-view.js',
    find: 'request.rawHeaders.length > 0 ? request.rawHeaders : request.headers',
    replace: 'request.headers',
    why: 'Express keeps the first of two Authorization headers, and the guard no longer sees that there were two.',
  },
  {
    name: 'nonce-not-handed-out',
    target: 'adapters',
    file: 'packages/fastify/dist/plugin.js',
    find: 'reply.headers(outcome.headers);',
    replace: ';',
    why: 'Fastify hands out no newer nonce with granted requests, so that every client has to come twice once the old one ends.',
  },
]
