import { expect, test } from 'vitest'
import { frameworkDifferences } from '../src/adapters/differences.ts'
import { adapters } from '../src/adapters/target.ts'

test('for a second: Express and Fastify decide and answer alike, whatever the request is made of', async () => {
  const { inputs, seen } = await adapters.run({ seed: 1, milliseconds: 1000 })
  expect(inputs).toBeGreaterThan(0)
  expect(Object.keys(seen)).not.toEqual([])
})

test('no difference between the frameworks is one for a request that a client makes', () => {
  const usual = {
    method: 'GET',
    version: '1.1',
    headers: ['Host: a', 'Content-Type: application/json'],
    body: '{}',
  } as const
  for (const target of ['/read', '/items/a%2Fb', '/read?a=%20', '/.well-known/oauth-protected-resource']) {
    expect(frameworkDifferences.filter(({ appliesTo }) => appliesTo({ ...usual, target }))).toEqual([])
  }
})
