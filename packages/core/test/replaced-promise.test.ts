import { afterEach, beforeEach, expect, test } from 'vitest'
import { authenticated, satisfies } from '../src/access/expression.ts'
import { createResourceServer } from '../src/resource-server.ts'
import { requestWith, summaryOf, tampered } from './support/requests.ts'
import { keys, mint, optionsFor } from './support/tokens.ts'

const KEY = await keys()
const NativePromise = globalThis.Promise

// What zone.js and `global.Promise = require('bluebird')` do: async functions go on returning native promises, which are
// then no instances of the global one.
beforeEach(() => {
  globalThis.Promise = class Replaced extends NativePromise<unknown> {} as PromiseConstructor
})
afterEach(() => {
  globalThis.Promise = NativePromise
})

test.each(['node', 'jose'] as const)(
  'where the global Promise is replaced, nobody gets in with a forged token (%s)',
  async signatureEngine => {
    const api = createResourceServer(optionsFor(KEY, { signatureEngine }))
    const token = await mint(KEY)
    for (const requirement of [authenticated, satisfies('always', () => true), 'controls:read'] as const) {
      expect(summaryOf(await api.check(requestWith(token), requirement))).toBe('granted')
      const refused = api.check(requestWith(tampered(token)), requirement)
      expect(refused).not.toHaveProperty('granted')
      expect(summaryOf(await refused)).toMatchObject(['signature_invalid', 401, expect.anything()])
      expect(summaryOf(await api.check(requestWith('garbage'), requirement))).toMatchObject([
        'token_malformed',
        401,
        expect.anything(),
      ])
    }
  },
)

test('where the global Promise is replaced, an async predicate is still found out', async () => {
  const api = createResourceServer(optionsFor(KEY))
  const asynchronous = satisfies('async', (async () => true) as never)
  await expect(api.check(requestWith(await mint(KEY)), asynchronous)).rejects.toThrow('returned a promise')
})
