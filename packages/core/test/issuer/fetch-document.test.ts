import type { RequestListener } from 'node:http'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { type FetchedDocument, FetchFailure, fetchDocument } from '../../src/issuer/fetch-document.ts'
import { serve } from '../support/http.ts'

const CANARY = 'canary-sent-by-the-server'
const load = (url: string, timeoutSeconds = 60): Promise<FetchedDocument> =>
  fetchDocument(url, { fetch: globalThis.fetch, timeoutSeconds })

async function failureOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error('nothing failed'),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(FetchFailure)
  expect(error).toMatchObject({ name: 'FetchFailure' })
  return (error as FetchFailure).message
}

/** JSON of exactly this many bytes. */
const documentOf = (bytes: number) => `{"a":"${'x'.repeat(bytes - 8)}"}`

test('a JSON object is fetched, whatever its media type says', async () => {
  const { origin } = await serve((request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain' }).end(JSON.stringify({ accept: request.headers.accept }))
  })
  const document = { accept: 'application/json, application/jwk-set+json' }
  expect(await load(origin)).toEqual({ document, maxAgeSeconds: undefined })
})

describe('an answer that is no strict JSON object fails, and the reason holds nothing that the server sent', () => {
  const json =
    (text: string | Buffer): RequestListener =>
    (_request, response) =>
      response.writeHead(200).end(text)
  const redirect =
    (status: number): RequestListener =>
    (_request, response) =>
      response.writeHead(status, CANARY, { location: `/${CANARY}`, 'x-text': CANARY }).end(`{"text":"${CANARY}"}`)
  const status =
    (code: number): RequestListener =>
    (_request, response) =>
      response.writeHead(code, CANARY, { 'x-text': CANARY }).end(`{"text":"${CANARY}"}`)
  const NOT_JSON = 'the answer was not a strict JSON object'

  test.each<[string, RequestListener, string | RegExp]>([
    ['a redirect', redirect(302), 'the request failed (network error)'],
    ['a permanent redirect', redirect(308), 'the request failed (network error)'],
    ['304', (_request, response) => response.writeHead(304).end(), 'the answer had status 304'],
    ['201', status(201), 'the answer had status 201'],
    ['204', (_request, response) => response.writeHead(204).end(), 'the answer had status 204'],
    ['404', status(404), 'the answer had status 404'],
    ['500', status(500), 'the answer had status 500'],
    ['HTML', json(`<html>${CANARY}</html>`), NOT_JSON],
    ['nothing', json(''), NOT_JSON],
    ['a list', json(`["${CANARY}"]`), NOT_JSON],
    ['a duplicate name', json(`{"a":"${CANARY}","a":1}`), NOT_JSON],
    ['a byte order mark', json(`\ufeff{"a":"${CANARY}"}`), NOT_JSON],
    ['invalid UTF-8', json(Buffer.from(`{"a":"${CANARY}\xff"}`, 'latin1')), NOT_JSON],
    ['cut off JSON', json(`{"a":"${CANARY}"`), NOT_JSON],
    ['600 KB', json(documentOf(600 * 1024)), 'the answer was larger than 524288 bytes'],
    ['one byte too many', json(documentOf(512 * 1024 + 1)), 'the answer was larger than 524288 bytes'],
    [
      'a small body that unfolds',
      (_request, response) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(documentOf(50 * 1024 * 1024))),
      'the answer was larger than 524288 bytes',
    ],
    [
      'a body that is not what its encoding says',
      (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(CANARY),
      /^the request failed \([A-Za-z_ ]+\)$/,
    ],
    [
      'an answer that is no HTTP',
      (_request, response) => response.socket?.end(`${CANARY}\r\n\r\n`),
      /^the request failed \([A-Za-z_ ]+\)$/,
    ],
  ])('%s', async (_name, handler, reason) => {
    const { origin, paths } = await serve(handler)
    const message = await failureOf(load(origin))
    expect(message).toEqual(typeof reason === 'string' ? reason : expect.stringMatching(reason))
    expect(message).not.toContain(CANARY)
    expect(paths.length).toBeLessThanOrEqual(1)
  })

  test('a connection that is reset in the middle of the body', async () => {
    const { origin } = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '1000' })
      response.write(`{"a":"${CANARY}`, () => response.socket?.destroy())
    })
    expect(await failureOf(load(origin))).toMatch(/^the request failed \((UND_ERR_SOCKET|ECONNRESET)\)$/)
  })

  test('nobody listens', async () => {
    expect(await failureOf(load('http://127.0.0.1:1/'))).toMatch(/^the request failed \(/)
  })

  test('a document of exactly the largest size is taken', async () => {
    const { origin } = await serve(json(documentOf(512 * 1024)))
    expect((await load(origin)).document.a).toHaveLength(512 * 1024 - 8)
  })

  test('a small compressed document is taken', async () => {
    const { origin } = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"keys":[]}'))
    })
    expect((await load(origin)).document).toEqual({ keys: [] })
  })
})

describe('the deadline covers headers and body', () => {
  test.each<[string, RequestListener]>([
    ['headers that do not come', () => undefined],
    ['a body that does not come', (_request, response) => response.writeHead(200).flushHeaders()],
    ['a body that does not end', (_request, response) => response.writeHead(200).write(`{"a":"${CANARY}`)],
    [
      'a body in small drops',
      (_request, response) => {
        response.writeHead(200)
        const drip = setInterval(() => response.write(' '), 5)
        response.on('close', () => clearInterval(drip))
      },
    ],
  ])('%s', async (_name, handler) => {
    const { origin } = await serve(handler)
    const startedAt = performance.now()
    expect(await failureOf(load(origin, 0.15))).toBe('no complete answer within 0.15 s')
    expect(performance.now() - startedAt).toBeLessThan(3000)
  })
})

describe('max-age of Cache-Control (RFC 9111 section 5.2.2.1)', () => {
  test.each<[string | undefined, number | undefined]>([
    [undefined, undefined],
    ['max-age=300', 300],
    ['public, max-age=300', 300],
    ['public,max-age=300,must-revalidate', 300],
    ['MAX-AGE=300', 300],
    ['max-age="300"', 300],
    ['max-age=0', 0],
    ['max-age=300, max-age=5', 300],
    ['s-maxage=300', undefined],
    ['no-store', undefined],
    ['max-age', undefined],
    ['max-age=', undefined],
    ['max-age= , public', undefined],
    ['public, max-age = 300', 300],
    ['', undefined],
    ['max-age=-1', undefined],
    ['max-age=abc', undefined],
    ['x-max-age=300', undefined],
  ])('%s', async (header, seconds) => {
    const { origin } = await serve((_request, response) => {
      response.writeHead(200, header === undefined ? {} : { 'cache-control': header }).end('{}')
    })
    expect((await load(origin)).maxAgeSeconds).toBe(seconds)
  })
})

describe('whatever the option fetch does, the result is a document or a FetchFailure', () => {
  const failWith = (reason: unknown) => (() => Promise.reject(reason)) as typeof globalThis.fetch
  const synchronously = (() => {
    throw new TypeError(CANARY)
  }) as unknown as typeof globalThis.fetch
  test.each<[string, typeof globalThis.fetch]>([
    ['rejects with an error', failWith(new Error(CANARY))],
    ['rejects with a text', failWith(CANARY)],
    ['rejects with undefined', failWith(undefined)],
    ['rejects with null', failWith(null)],
    ['rejects with an object whose cause is null', failWith({ cause: null })],
    ['throws', synchronously],
    ['answers with nothing', (async () => undefined) as unknown as typeof globalThis.fetch],
  ])('%s', async (_name, fetch) => {
    const loading = fetchDocument('https://login.example.com', { fetch, timeoutSeconds: 5 })
    expect(await failureOf(loading)).toBe('the request failed (network error)')
  })
})

test('a 200 without any body is no document', async () => {
  const loading = fetchDocument('https://login.example.com', {
    fetch: async () => new Response(null),
    timeoutSeconds: 5,
  })
  expect(await failureOf(loading)).toBe('the answer was not a strict JSON object')
})

test('no timer is left behind, so that a process can end', async () => {
  const timers = () => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length
  const before = timers()
  await fetchDocument('https://login.example.com', { fetch: async () => Response.json({}), timeoutSeconds: 60 })
  expect(timers()).toBeLessThanOrEqual(before)
})

test.each([
  ['never answers', () => new Promise<Response>(() => undefined)],
  ['answers with a body that never ends', async () => new Response(new ReadableStream({ start: () => undefined }))],
])('a fetch of the application that %s and does not heed the signal ends with the deadline', async (_name, fetch) => {
  const loading = fetchDocument('https://login.example.com', { fetch, timeoutSeconds: 0.05 })
  await expect(loading).rejects.toThrow(new FetchFailure('no complete answer within 0.05 s'))
})
