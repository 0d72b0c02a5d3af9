import { readdir, readFile } from 'node:fs/promises'
import { DENIALS, type DenialCode } from '@scopeward/core'
import { describe, expect, test } from 'vitest'
import { type Answered, allEmitted } from './support/emitted.ts'
import { BYTES_OR_KEYS, Secrets } from './support/secrets.ts'
import { addQuestions, CANARY, UNKNOWN_ISSUER, VERIFIED } from './support/world.ts'

const TIMEOUT = { timeout: 60_000 }

/** Every refusal can be had over HTTP. One that cannot would stand here with the reason. */
const NOT_OVER_HTTP: readonly DenialCode[] = []

describe('what the APIs emit', TIMEOUT, () => {
  test('every refusal is given, by Express and Fastify, under both engines', async () => {
    const { answered, flooded, printed } = await allEmitted()
    for (const { row, answer } of answered) expect([row, answer.status]).toEqual([row, statusOf(row)])
    const expected = answered.map(({ row }) => row.code).filter(isRefusal)
    const codes = deniedIn(printed)
    expect(codes.slice(0, expected.length)).toEqual(expected)
    expect(new Set(codes.slice(expected.length))).toEqual(new Set(['signature_queue_full']))
    for (const answers of flooded) expect(answers).toContain('503 Service Unavailable')
    expect([...new Set(codes), ...NOT_OVER_HTTP].sort()).toEqual(Object.keys(DENIALS).sort())
  })

  test('no token, proof, secret, key or claim that nobody verified is in an answer, an event, an error or a log (RFC 9700 section 4.9.3)', async () => {
    const { world, answered, flooded, printed } = await allEmitted()
    expect(addQuestions(world)).toBeGreaterThan(20)
    const answers = [...answered.map(({ answer }) => answer.raw), ...flooded].join('\n')
    expect(world.secrets.namesIn(answers)).toEqual([])
    expect(world.secrets.namesIn(printed)).toEqual([])
    expect(answers + printed).not.toMatch(BYTES_OR_KEYS)
  })

  test('the search finds what a careless handler writes to standard output, and to the log of Fastify', async () => {
    const { printed, planted } = await allEmitted()
    const secrets = new Secrets()
    secrets.addText('planted', planted)
    const lines = printed.split('\n').filter(line => secrets.namesIn(line).length > 0)
    expect(lines.map(line => line.includes('"msg":"careless"'))).toEqual([false, true])
  })

  test('every channel of the library is listened to', async () => {
    const listener = await readFile(new URL('support/tell.mjs', import.meta.url), 'utf8')
    const texts = await Promise.all(['core', 'express', 'fastify', 'redis'].map(textOfPackage))
    const channels = [...texts.join().matchAll(/\bchannel\(('[^']+')\)/g)].map(([, name = '']) => name)
    expect(channels.length).toBeGreaterThan(3)
    for (const name of channels) expect(listener).toContain(name)
  })
})

describe('what stays in memory, by a snapshot of the heap', TIMEOUT, () => {
  test('nothing of a token but its digest, its header, and its claims where they were verified', async () => {
    const { strings, unkept } = await allEmitted()
    expect(unkept.namesIn(strings)).toEqual([])
    expect(strings).not.toContain(CANARY)
  })

  test('the snapshot shows claims that were verified, and a token of which a handler kept only a part', async () => {
    const { strings, planted } = await allEmitted()
    expect(strings).toContain(VERIFIED)
    expect(strings).toContain(planted)
  })

  // Where the option `issuer` is a function, names that it refused are remembered, by their digest.
  test('no issuer that only a forged token has named', async () => {
    const { strings } = await allEmitted()
    expect(strings).not.toContain(UNKNOWN_ISSUER)
  })
})

function isRefusal(code: Answered['row']['code']): code is DenialCode {
  return code !== 'granted' && code !== 'error'
}

function statusOf({ code }: Answered['row']): number {
  if (isRefusal(code)) return DENIALS[code].status
  return code === 'granted' ? 200 : 500
}

/** Codes in the order of the requests. */
function deniedIn(printed: string): readonly DenialCode[] {
  const events = [...printed.matchAll(/^EVENT scopeward:denied (.*)$/gm)]
  return events.map(([, json = '']) => (JSON.parse(json) as { code: DenialCode }).code)
}

async function textOfPackage(name: string): Promise<string> {
  const folder = new URL(`../../packages/${name}/src/`, import.meta.url)
  const files = (await readdir(folder, { recursive: true })).filter(file => file.endsWith('.ts'))
  return (await Promise.all(files.map(file => readFile(new URL(file, folder), 'utf8')))).join()
}
