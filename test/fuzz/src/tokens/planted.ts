import type { PlantedBug } from '../planted/planted-bug.ts'

const target = 'tokens'

export const planted: readonly PlantedBug[] = [
  {
    name: 'expired-in-this-second',
    target,
    file: 'packages/core/dist/claims/token-times.js',
    find: 'return !(now / 1000 < expiresAt + toleranceSeconds)',
    replace: 'return !(now / 1000 <= expiresAt + toleranceSeconds)',
    why: 'A token is accepted at the very moment of its exp (RFC 7519 section 4.1.4 has it expired by then).',
  },
  {
    name: 'audience-by-prefix',
    target,
    file: 'packages/core/dist/claims/token-target.js',
    find: 'audiences.some(audience => accepted.has(audience))',
    replace: 'audiences.some(audience => [...accepted].some(ours => audience.startsWith(ours)))',
    why: 'A token for https://api.example.com/v1, another API, is accepted.',
  },
  {
    name: 'forgiving-base64url',
    target,
    file: 'packages/core/dist/shared/base64url.js',
    find: "return bytes.toString('base64url') === text ? bytes : undefined",
    replace: 'return bytes',
    why: "Node's decoder skips what it does not know: one token has endless spellings.",
  },
  {
    name: 'last-of-two-names-wins',
    target,
    file: 'packages/core/dist/shared/json.js',
    find: 'return members === countMembersIn(bytes) ? value : undefined',
    replace: 'return value',
    why: 'Two parsers read two tokens out of one that has a claim twice. Both references let it pass, our own rule does not.',
  },
  {
    name: 'audience-list-refused',
    target,
    file: 'packages/core/dist/claims/token-target.js',
    find: 'Array.isArray(aud) ? aud : undefined',
    replace: 'Array.isArray(aud) && aud.length === 1 ? aud : undefined',
    why: 'A good token that is also for another API is refused, by no rule that anybody wrote down.',
  },
]
