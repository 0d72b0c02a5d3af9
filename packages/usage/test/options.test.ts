import { ConfigurationError, type MisuseCode } from '@scopeward/core'
import { createClient, createCluster, createSentinel } from 'redis'
import { expect, test } from 'vitest'
import { createUsageRecorder, fileSink, readUsage, redisSink } from '../src/index.ts'
import { memorySink } from './support/memory-sink.ts'

const sink = memorySink()

function misuseOf(use: () => unknown): MisuseCode | undefined {
  try {
    use()
    return undefined
  } catch (error) {
    return error instanceof ConfigurationError ? error.code : undefined
  }
}

test('honest options are taken', async () => {
  const scopes = { read: 'Read' }
  await createUsageRecorder({ sink, scopes, flushSeconds: 1, maxClients: 1, maxRoutes: 1, clock: Date.now }).close()
  fileSink({ path: 'usage.ndjson', maxBytes: 1000, keep: 1 })
  redisSink(createCluster({ rootNodes: [] }))
  redisSink(createSentinel({ name: 'main', sentinelRootNodes: [{ host: '127.0.0.1', port: 26_379 }] }))
  redisSink(createClient(), { prefix: 'ours', retainSeconds: 86_400, maxCounters: 1, timeoutSeconds: 1 })
})

test.each<[MisuseCode, unknown]>([
  ['option_missing', undefined],
  ['option_missing', {}],
  ['option_unknown', { sink, flushMilliseconds: 1000 }],
  ['option_invalid', { sink: null }],
  ['option_invalid', { sink: { write: 'no' } }],
  ['option_invalid', { sink, flushSeconds: 0 }],
  ['option_invalid', { sink, flushSeconds: '60' }],
  ['option_invalid', { sink, flushSeconds: Number.NaN }],
  ['option_invalid', { sink, maxClients: 1.5 }],
  ['option_invalid', { sink, maxRoutes: 0 }],
  ['option_invalid', { sink, clock: 0 }],
  ['option_invalid', { sink, scopes: 'read' }],
  ['option_invalid', { sink, scopes: null }],
  ['option_invalid', { sink, scopes: { read: { description: 'Read', implies: 'write' } } }],
])('%s: createUsageRecorder refuses %o', (code, options) => {
  expect(misuseOf(() => createUsageRecorder(options as never))).toBe(code)
})

test.each<[MisuseCode, unknown]>([
  ['option_missing', undefined],
  ['option_unknown', { path: 'a', rotate: true }],
  ['option_invalid', {}],
  ['option_invalid', { path: '' }],
  ['option_invalid', { path: 'a', maxBytes: 10 }],
  ['option_invalid', { path: 'a', keep: 0 }],
])('%s: fileSink refuses %o', (code, options) => {
  expect(misuseOf(() => fileSink(options as never))).toBe(code)
})

test.each<[MisuseCode, unknown, unknown]>([
  ['option_invalid', undefined, {}],
  ['option_invalid', { eval: () => 1 }, {}],
  ['option_unknown', createClient(), { keyPrefix: 'a' }],
  ['option_invalid', createClient(), { prefix: '' }],
  ['option_invalid', createClient(), { retainSeconds: 60 }],
  ['option_invalid', createClient(), { timeoutSeconds: 0 }],
  ['option_invalid', createClient(), { maxCounters: 0 }],
])('%s: redisSink refuses a client or options', (code, client, options) => {
  expect(misuseOf(() => redisSink(client as never, options as never))).toBe(code)
})

test('readUsage refuses what it does not know', async () => {
  await expect(readUsage(createClient(), { since: 1 } as never)).rejects.toMatchObject({ code: 'option_unknown' })
  await expect(readUsage({} as never)).rejects.toMatchObject({ code: 'option_invalid' })
})
