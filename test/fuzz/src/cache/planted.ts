import type { PlantedBug } from '../planted/planted-bug.ts'

const target = 'cache'

export const planted: readonly PlantedBug[] = [
  {
    name: 'remembered-is-not-expired',
    target,
    file: 'packages/core/dist/resource-server.js',
    find: 'if (isExpired(entry.expiresAt, clockToleranceSeconds, now)) {',
    replace: 'if (false) {',
    why: 'A token that is remembered is accepted after it has expired.',
  },
  {
    name: 'withdrawn-key-vouches-on',
    target,
    file: 'packages/core/dist/issuer/key-set.js',
    find: 'evidence.validUntil = 0;',
    replace: '',
    why: 'A token that is remembered is accepted after a refresh has shown that its key was withdrawn.',
  },
  {
    name: 'remembered-is-not-revoked',
    target,
    file: 'packages/core/dist/resource-server.js',
    find: 'refuseRevoked(access, this.#options.revocation);\n            const proven',
    replace: 'if (!remembered) refuseRevoked(access, this.#options.revocation);\n            const proven',
    why: 'A token that is remembered is accepted after it was revoked.',
  },
  {
    name: 'signature-not-in-cache-key',
    target,
    file: 'packages/core/dist/token-cache.js',
    find: "return hash('sha256', token, 'binary')",
    replace: "return hash('sha256', token.split('.', 2).join('.'), 'binary')",
    why: 'A token with any signature is accepted after the honest one with the same claims.',
  },
  {
    name: 'proof-only-at-first',
    target,
    file: 'packages/core/dist/resource-server.js',
    find: 'const proven = this.#senders.require(binding, credential, request)',
    replace: 'const proven = remembered ? undefined : this.#senders.require(binding, credential, request)',
    why: 'A bound token that is remembered is accepted without a proof.',
  },
  {
    name: 'answers-believed-for-longer',
    target,
    file: 'packages/core/dist/introspection/introspector.js',
    find: 'askedAt + this.#proof.cacheSeconds * 1000',
    replace: 'askedAt + this.#proof.cacheSeconds * 1100',
    why: 'What the issuer said about an opaque token is believed for a tenth longer than configured.',
  },
]
