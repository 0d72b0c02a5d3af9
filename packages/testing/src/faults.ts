import type { IncomingMessage, ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { type Answer, send } from './answer.ts'
import { requireNameIn } from './options.ts'

/** Where a fault strikes. `metadata` is both metadata documents. */
export type FaultTarget = 'metadata' | 'jwks' | 'token' | 'introspection'

/** What goes wrong with an answer; `faults` describes each. */
export type Fault =
  | 'down'
  | 'error'
  | 'unavailable'
  | 'not-found'
  | 'slow'
  | 'slow-body'
  | 'reset'
  | 'html'
  | 'invalid-json'
  | 'wrong-json'
  | 'huge'
  | 'gzip-bomb'
  | 'redirect'
  | 'empty'
  | 'many-keys'
  | 'wrong-issuer'

/** Every fault, with what the client sees. Exported for documentation and for tests that go through all of them. */
export const faults: Readonly<Record<Fault, string>> = Object.freeze({
  down: 'The connection is closed as soon as the request has arrived, with no answer.',
  error: '500 with a JSON error.',
  unavailable: '503 with `Retry-After: 1`.',
  'not-found': '404.',
  slow: 'No answer, not even headers, until the fault is lifted; then the true answer.',
  'slow-body': 'Headers and half of the body, then nothing until the fault is lifted; then the rest.',
  reset: 'Headers and half of the body, then the connection is reset.',
  html: '200 with a web page, as a captive portal or a maintenance page would.',
  'invalid-json': '200 with JSON that breaks off.',
  'wrong-json': '200 with JSON of the wrong shape: `keys` is no array, or the document is no object.',
  huge: 'A body of spaces that never ends: it flows as fast as the client reads, until the client hangs up.',
  'gzip-bomb': 'About 50 KB of gzip that unfold to 50 MiB.',
  redirect: '302 to another URL of the same server that gives the true answer (see `requests.redirected`).',
  empty: 'A key set without keys. Key set only.',
  'many-keys': 'The true keys behind 10,000 small ones of an unknown type. Key set only.',
  'wrong-issuer': 'Metadata with the `issuer` of somebody else. Metadata only.',
})

/** Faults that mean something at one endpoint only. */
const ONLY_AT: Partial<Record<Fault, FaultTarget>> = { empty: 'jwks', 'many-keys': 'jwks', 'wrong-issuer': 'metadata' }

const TARGETS: Readonly<Record<FaultTarget | 'everything', readonly FaultTarget[]>> = {
  everything: ['metadata', 'jwks', 'token', 'introspection'],
  metadata: ['metadata'],
  jwks: ['jwks'],
  token: ['token'],
  introspection: ['introspection'],
}

/**
 * What each endpoint that `on` names has from now on; `undefined` is the truth.
 * @throws TypeError for an unknown fault or endpoint, and for a fault that would do nothing there
 */
export function faultsFor(
  fault: Fault | undefined,
  on: FaultTarget | 'everything',
): readonly (readonly [FaultTarget, Fault | undefined])[] {
  requireNameIn(TARGETS, on, 'setFault')
  if (fault !== undefined) requireNameIn(faults, fault, 'setFault')
  const only = fault === undefined ? undefined : ONLY_AT[fault]
  if (only !== undefined && on !== only && on !== 'everything') {
    throw new TypeError(`setFault: "${fault}" does nothing on "${on}"; set it on "${only}"`)
  }
  return TARGETS[on].map(target => [target, only === undefined || only === target ? fault : undefined])
}

/** One request that a fault shall spoil. */
export interface Exchange {
  readonly target: FaultTarget
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** The answer that it would have got. */
  readonly truth: () => Promise<Answer>
  /** Runs `release` when the fault is lifted or another takes its place, unless the client has gone by then. */
  readonly untilLifted: (release: () => void) => void
}

/** URL prefix under which every endpoint stays honest. */
export const REDIRECT_PREFIX = '/redirected'

const FIFTY_MEBIBYTES = 50 * 1024 * 1024
const STREAM_CHUNK = Buffer.alloc(64 * 1024, ' ')

export async function applyFault(fault: Fault, exchange: Exchange): Promise<void> {
  const { request, response, truth, untilLifted } = exchange
  switch (fault) {
    case 'down':
      request.socket.destroy()
      return
    case 'slow':
      return untilLifted(() => void answerLate(exchange))
    case 'slow-body':
      return breakOff(response, await truth(), rest => untilLifted(() => response.end(rest)))
    case 'reset':
      return breakOff(response, await truth(), () => request.socket.resetAndDestroy())
    case 'huge':
      return streamWithoutEnd(exchange)
    default:
      return send(response, await spoil(fault, exchange))
  }
}

async function answerLate({ response, truth }: Exchange): Promise<void> {
  try {
    send(response, await truth())
  } catch {
    response.destroy() // the client has gone
  }
}

type SimpleFault = Exclude<Fault, 'down' | 'slow' | 'slow-body' | 'reset' | 'huge'>

async function spoil(fault: SimpleFault, { target, request, truth }: Exchange): Promise<Answer> {
  const json = (body: unknown): Answer => ({ ...OK_JSON, body: JSON.stringify(body) })
  switch (fault) {
    case 'error':
      return { ...OK_JSON, status: 500, body: '{"error":"server_error"}' }
    case 'unavailable':
      return { ...OK_JSON, status: 503, headers: { ...OK_JSON.headers, 'retry-after': '1' }, body: '{}' }
    case 'not-found':
      return { ...OK_JSON, status: 404, body: '{"error":"not_found"}' }
    case 'html':
      return {
        status: 200,
        headers: { 'content-type': 'text/html' },
        body: '<!doctype html><title>Please sign in</title>',
      }
    case 'invalid-json':
      return { ...OK_JSON, body: '{"keys":[{"kty":"RSA","n":"' }
    case 'wrong-json':
      return target === 'jwks' ? json({ keys: { kty: 'RSA' } }) : json([])
    case 'gzip-bomb':
      return { status: 200, headers: { ...OK_JSON.headers, 'content-encoding': 'gzip' }, body: await gzipBomb() }
    case 'redirect':
      return { status: 302, headers: { location: `${REDIRECT_PREFIX}${request.url}` }, body: '' }
    case 'empty':
      return { ...(await truth()), body: '{"keys":[]}' }
    case 'many-keys':
      return behindManyKeys(await truth())
    case 'wrong-issuer':
      return ofSomebodyElse(await truth())
  }
}

const OK_JSON: { status: number; headers: Readonly<Record<string, string>> } = {
  status: 200,
  headers: { 'content-type': 'application/json' },
}

function behindManyKeys(truth: Answer): Answer {
  const small = Array.from({ length: 10_000 }, (_, index) => `{"kty":"-","kid":"${index}"}`).join()
  const keys = /^\{"keys":\[(.*)\]\}$/s.exec(truth.body.toString())?.[1]
  return { ...truth, body: `{"keys":[${keys ? `${small},${keys}` : small}]}` }
}

function ofSomebodyElse(truth: Answer): Answer {
  const metadata = JSON.parse(truth.body.toString()) as Record<string, unknown>
  return { ...truth, body: JSON.stringify({ ...metadata, issuer: 'https://somebody-else.example' }) }
}

let bomb: Promise<Buffer> | undefined

function gzipBomb(): Promise<Buffer> {
  bomb ??= promisify(gzip)(Buffer.alloc(FIFTY_MEBIBYTES, ' '))
  return bomb
}

function breakOff(response: ServerResponse, { status, headers, body }: Answer, then: (rest: Buffer) => void): void {
  const bytes = Buffer.from(body)
  const half = Math.floor(bytes.length / 2)
  response.writeHead(status, { ...headers, 'content-length': bytes.length })
  response.write(bytes.subarray(0, half), () => then(bytes.subarray(half)))
}

function streamWithoutEnd({ response, untilLifted }: Exchange): void {
  const pump = (): void => {
    while (!response.destroyed && response.write(STREAM_CHUNK));
  }
  response.writeHead(200, OK_JSON.headers)
  response.on('drain', pump)
  untilLifted(() => response.destroy())
  pump()
}
