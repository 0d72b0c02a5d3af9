import type { ParsedRevocation } from '@scopeward/core'
import { expect, test } from 'vitest'
import { UntoldRevocations } from '../src/revocation/untold-revocations.ts'

function revocationOf(value: string, issuedBefore: number, expiresAt: number): ParsedRevocation {
  return { issuer: undefined, kind: 'client', value, issuedBefore, expiresAt }
}

test('of what is revoked again and again while Redis is away, what reaches furthest is told once', () => {
  const untold = new UntoldRevocations({ maxEntries: 10, clock: () => 0 })
  for (let n = 0; n < 100; n++) untold.add(revocationOf('ci', 1000 - n, n))
  untold.add(revocationOf('other', 5, 6))
  expect(untold.all()).toEqual([revocationOf('ci', 1000, 99), revocationOf('other', 5, 6)])
})

test('what comes to reach further while it is being told is told again', () => {
  const untold = new UntoldRevocations({ maxEntries: 10, clock: () => 0 })
  untold.add(revocationOf('ci', 1, 1))
  untold.add(revocationOf('other', 1, 1))
  const told = untold.all()
  untold.add(revocationOf('ci', 2, 2))
  untold.remove(told)
  expect(untold.all()).toEqual([revocationOf('ci', 2, 2)])
})

test('what expires before Redis is back makes room', () => {
  let now = 0
  const untold = new UntoldRevocations({ maxEntries: 2, clock: () => now })
  for (const value of ['a', 'b']) untold.add(revocationOf(value, 1, 1000))
  now = 1000
  untold.add(revocationOf('c', 1, 2000))
  expect(untold.all().map(({ value }) => value)).toEqual(['c'])
})
