import { expect, test } from 'vitest'
import { CLOCK_STEPS, runClockStep } from './support/clock-experiment.ts'
import { FRESHNESS, runFreshness } from './support/freshness-experiment.ts'
import { runIssuerFault } from './support/issuer-experiment.ts'
import { ISSUER_FAULTS } from './support/issuer-faults.ts'
import { MAX_HEAP_GROWTH_BYTES, type Results, renderPage } from './support/page.ts'
import { runRedisFault } from './support/redis-experiment.ts'
import { REDIS_FAULTS } from './support/redis-faults.ts'
import { runStall, STALLS } from './support/stall-experiment.ts'

const results: Results = { issuer: [], freshness: [], clock: [], stalls: [], redis: [] }

test.each(ISSUER_FAULTS)('the key server: $name', async fault => {
  const row = await runIssuerFault(fault)
  expect(row.heapGrowthBytes).toBeLessThan(MAX_HEAP_GROWTH_BYTES)
  expect(row.rememberedGrantedLater).toBe(0)
  results.issuer.push([fault, row])
})

test.each(FRESHNESS)('the freshness of keys with Cache-Control: $cacheControl', async freshness => {
  results.freshness.push([freshness, await runFreshness(freshness)])
})

test.each(CLOCK_STEPS)('the clock steps $name', async step => {
  results.clock.push([step, await runClockStep(step)])
})

test.each(STALLS)('the event loop stands still for $name', async stall => {
  results.stalls.push([stall, await runStall(stall)])
})

test.each(REDIS_FAULTS)('Redis: $name', async fault => {
  const row = await runRedisFault(fault)
  expect(row.heapGrowthBytes).toBeLessThan(MAX_HEAP_GROWTH_BYTES)
  results.redis.push([fault, row])
})

test('docs/reliability.md is what was measured above (refresh with `npx vitest run test/reliability -u`)', async () => {
  await expect(renderPage(results)).toMatchFileSnapshot('../../docs/reliability.md')
})
