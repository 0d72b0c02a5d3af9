import type { PlantedBug } from '../planted/planted-bug.ts'

export const planted: readonly PlantedBug[] = [
  {
    name: 'stale-without-failure',
    target: 'key-set',
    file: 'packages/core/dist/issuer/refresh-schedule.js',
    find: 'if (!this.#failsNow(now))\n            return false;',
    replace: '',
    why: 'Keys that are stale serve although nobody has tried to fetch them, so that a withdrawn one is believed for an hour more.',
  },
  {
    name: 'unknown-key-in-an-outage',
    target: 'key-set',
    file: 'packages/core/dist/issuer/key-set.js',
    find: '!this.#schedule.isUsable(now) || this.#schedule.failures > 0',
    replace: '!this.#schedule.isUsable(now)',
    why: 'While the issuer is down, a token under a key that it has just published gets 401 and not 503: the client throws it away.',
  },
]
