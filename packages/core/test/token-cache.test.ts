import { createHash } from 'node:crypto'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { type CacheEntry, digestOf, TokenCache } from '../src/token-cache.ts'

const entry = (issuedAt: number) => ({ issuedAt, expiresAt: 9, notBefore: undefined }) as CacheEntry

test('the key is the SHA-256 of the exact token, all 256 bits of it', () => {
  const digest = digestOf('a.b.c')
  expect(Buffer.from(digest, 'latin1')).toEqual(createHash('sha256').update('a.b.c').digest())
  expect(digest).toHaveLength(32)
  expect(new Set(['a.b.c', 'a.b.C', 'a.b.c ', 'a.b.cc'].map(digestOf)).size).toBe(4)
})

test('an entry is found under its own key alone, and no more once it is deleted', () => {
  const cache = new TokenCache(10)
  cache.set('one', entry(1))
  cache.set('two', entry(2))
  expect(cache.get('one')).toEqual(entry(1))
  expect(cache.get('three')).toBeUndefined()
  cache.delete('one')
  expect(cache.get('one')).toBeUndefined()
  expect(cache.get('two')).toEqual(entry(2))
})

test('it holds no more than it may, and drops what was used longest ago', () => {
  const cache = new TokenCache(2)
  cache.set('one', entry(1))
  cache.set('two', entry(2))
  cache.get('one')
  cache.set('three', entry(3))
  expect(['one', 'two', 'three'].map(key => cache.get(key)?.issuedAt)).toEqual([1, undefined, 3])
})

test('without room it remembers nothing', () => {
  const cache = new TokenCache(0)
  cache.set('one', entry(1))
  expect(cache.get('one')).toBeUndefined()
  expect(() => cache.delete('one')).not.toThrow()
})

test('what it holds does not show', () => {
  const cache = new TokenCache(2)
  cache.set('canary', entry(1))
  expect(inspect(cache, { depth: null, showHidden: true })).not.toContain('canary')
})
