import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import {
  createUsageRecorder,
  fileSink,
  mergeUsage,
  mergeUsageStream,
  readUsageFile,
  streamUsageFile,
  type UsageRecord,
} from '../src/index.ts'
import { linesOf } from '../src/summary/lines.ts'
import { at, callerOf, requires } from './support/requests.ts'
import { recordWarnings } from './support/warnings.ts'

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'scopeward-usage-'))
  onTestFinished(() => {
    chmodSync(folder, 0o700)
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

function recordOf(clientId: string): UsageRecord {
  const route = { method: 'GET', route: '/orders', requirement: 'orders:read' }
  return {
    v: 1,
    from: '2026-01-01T00:00:00.000Z',
    to: '2026-01-01T00:01:00.000Z',
    issuer: 'https://login.example.com',
    clientId,
    granted: ['orders:read'],
    routes: [{ ...route, alternatives: [['orders:read']], count: 1, used: ['orders:read'] }],
    denied: [],
  }
}

const LINE_BYTES = JSON.stringify(recordOf('client-0')).length + 1

test('a record is a line of JSON, for the owner alone, and comes back as it was', async () => {
  const path = join(newFolder(), 'deeper', 'usage.ndjson')
  const sink = fileSink({ path })
  await sink.write([recordOf('one'), recordOf('line\nbreak \u2028 "quote"')])
  await sink.write([recordOf('three')])
  expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(4)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(await readUsageFile(path)).toEqual([
    recordOf('one'),
    recordOf('line\nbreak \u2028 "quote"'),
    recordOf('three'),
  ])
})

test('a recorder’s counts survive the way through files', async () => {
  const path = join(newFolder(), 'usage.ndjson')
  const recorder = createUsageRecorder({ sink: fileSink({ path }) })
  for (let flush = 0; flush < 3; flush++) {
    for (let n = 0; n < 10; n++)
      recorder.granted(callerOf('shop', 'orders:read a b'), at('/orders'), requires('orders:read'))
    await recorder.flush()
  }
  await recorder.close()
  const summary = mergeUsage(await readUsageFile([path]))
  expect(await mergeUsageStream(streamUsageFile(path))).toEqual(summary)
  expect(summary.clients).toMatchObject([{ clientId: 'shop', requests: 30, couldGiveUp: ['a', 'b'] }])
})

test('a full file becomes .1, the older ones move on, and the oldest goes', async () => {
  const folder = newFolder()
  const path = join(folder, 'usage.ndjson')
  const perFile = Math.floor(1000 / LINE_BYTES)
  const sink = fileSink({ path, maxBytes: 1000, keep: 2 })
  const written = Array.from({ length: perFile * 4 }, (_, n) => `client-${n}`)
  for (const clientId of written) await sink.write([recordOf(clientId)])
  expect(readdirSync(folder).sort()).toEqual(['usage.ndjson', 'usage.ndjson.1', 'usage.ndjson.2'])
  const left = await readUsageFile([`${path}.2`, `${path}.1`, path])
  expect(left.map(({ clientId }) => clientId)).toEqual(written.slice(-left.length))
  expect(left.length).toBeGreaterThan(perFile * 2)
  for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(1000)
})

test('records that are larger than a file are written all the same, into one of their own', async () => {
  const path = join(newFolder(), 'usage.ndjson')
  const sink = fileSink({ path, maxBytes: 1000 })
  const many = Array.from({ length: 50 }, (_, n) => recordOf(`client-${n}`))
  await sink.write([recordOf('small')])
  await sink.write(many)
  expect(await readUsageFile(path)).toHaveLength(50)
  expect(await readUsageFile(`${path}.1`)).toHaveLength(1)
})

test('a file, or its folder, that somebody has deleted is begun again', async () => {
  const folder = join(newFolder(), 'logs')
  const path = join(folder, 'usage.ndjson')
  const sink = fileSink({ path })
  await sink.write([recordOf('one')])
  rmSync(path)
  await sink.write([recordOf('two')])
  expect(await readUsageFile(path)).toEqual([recordOf('two')])
  rmSync(folder, { recursive: true })
  await sink.write([recordOf('three')])
  expect(await readUsageFile(path)).toEqual([recordOf('three')])
})

test('half a line, which a killed process leaves, spoils no other, and is warned of', async () => {
  const warnings = recordWarnings()
  const path = join(newFolder(), 'usage.ndjson')
  const sink = fileSink({ path })
  await sink.write([recordOf('one')])
  appendFileSync(path, JSON.stringify(recordOf('cut')).slice(0, 100))
  await sink.write([recordOf('two')])
  expect(await readUsageFile(path)).toEqual([recordOf('one'), recordOf('two')])
  await new Promise(setImmediate)
  expect(warnings.map(({ code }) => code)).toEqual(['SCOPEWARD_USAGE_UNREADABLE'])
})

test('a path that cannot be written is no harm to requests, and the counts come when it can', async () => {
  const warnings = recordWarnings()
  const folder = newFolder()
  const path = join(folder, 'occupied', 'usage.ndjson')
  appendFileSync(join(folder, 'occupied'), 'a file where the folder should be')
  const recorder = createUsageRecorder({ sink: fileSink({ path }) })
  recorder.granted(callerOf('shop', 'orders:read'), at('/orders'), requires('orders:read'))
  await recorder.flush()
  await new Promise(setImmediate)
  expect(warnings.map(({ message }) => message)).toEqual([expect.stringMatching(/\((ENOTDIR|EEXIST)\)/)])
  rmSync(join(folder, 'occupied'))
  await recorder.close()
  expect(await readUsageFile(path)).toMatchObject([{ clientId: 'shop', routes: [{ count: 1 }] }])
})

test.each([
  ['text', 'no JSON at all'],
  ['another version', JSON.stringify({ ...recordOf('one'), v: 2 })],
  ['a negative count', JSON.stringify({ ...recordOf('one'), routes: [{ ...recordOf('one').routes[0], count: -1 }] })],
  ['a client of nobody', JSON.stringify({ ...recordOf('one'), issuer: null })],
  ['scopes that are no texts', JSON.stringify({ ...recordOf('one'), granted: [1] })],
  ['a time that is none', JSON.stringify({ ...recordOf('one'), from: 'yesterday' })],
  ['a time with more', JSON.stringify({ ...recordOf('one'), to: '2026-01-01 (| <img> \u001b[2J)' })],
])('a file that holds %s instead of records is refused', async (_what, content) => {
  const path = join(newFolder(), 'other.ndjson')
  appendFileSync(path, `${content}\n`)
  await expect(readUsageFile(path)).rejects.toThrow('holds no usage record')
})

test('a line without end is not held, and those before and after it are read', async () => {
  const path = join(newFolder(), 'usage.ndjson')
  const endless = 'x'.repeat(200_000)
  appendFileSync(path, `first\n${endless}\n\nlast € ${'y'.repeat(90_000)}\n${endless}`)
  const found: (number | undefined)[] = []
  for await (const line of linesOf(path, 100_000)) found.push(line?.length)
  expect(found).toEqual([5, undefined, 0, 90_007, undefined])
})

test('a file that is not there is an error, and one that is empty has no records', async () => {
  const path = join(newFolder(), 'usage.ndjson')
  expect(existsSync(path)).toBe(false)
  await expect(readUsageFile(path)).rejects.toThrow('ENOENT')
  appendFileSync(path, '')
  expect(await readUsageFile(path)).toEqual([])
})
