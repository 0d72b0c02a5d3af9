import type { Access, DenialCode } from '@scopeward/core'
import type { TestIssuer } from '@scopeward/testing'
import { expect } from 'vitest'
import { type WireOptions, wireFor } from '../sender/wire.ts'
import type { EventLog } from '../support/events.ts'
import { type RawRequest, type RawResponse, send, valuesOf } from '../support/raw-http.ts'
import { answerTo, findRoute } from './routes.ts'
import type { Row } from './rows/row.ts'
import { checkThroughCore, type Servers } from './servers.ts'

/** What must be equal between the frameworks. Granted answers have content types of their framework. */
const COMPARED = ['www-authenticate', 'cache-control', 'retry-after', 'content-type', 'dpop-nonce'] as const

export interface Seen {
  readonly status: number
  readonly headers: Readonly<Record<string, readonly string[]>>
  readonly body: string
}

/** The row's request, byte for byte as it goes out. */
export async function requestOf(
  { request, token, proof, headers, body, version }: Row,
  issuer: TestIssuer,
): Promise<RawRequest> {
  const [method = '', target = ''] = request.split(' ')
  const compact = typeof token === 'function' ? await token(issuer) : token && (await issuer.token(token))
  const proven = proof && (await proof(compact ?? ''))
  const fill = (text: string): string => text.replaceAll('{token}', compact ?? '').replaceAll('{proof}', proven ?? '')
  const lines = headers ?? (compact === undefined ? [] : ['Authorization: Bearer {token}'])
  return {
    method,
    path: fill(target),
    headers: lines.map(fill),
    ...(body !== undefined && { body: fill(body) }),
    ...(version && { version }),
  }
}

export function seenIn(response: RawResponse): Seen {
  const { status, body } = response
  if (status < 300) return { status, headers: {}, body }
  return { status, headers: Object.fromEntries(COMPARED.map(name => [name, valuesOf(response, name)])), body }
}

/**
 * Sends the row to both apps and through `check()`, and asserts that all say what the row says.
 * @param schemes that the servers offer
 */
export async function expectParity(
  row: Row,
  servers: Servers,
  issuer: TestIssuer,
  events: EventLog,
  schemes: NonNullable<WireOptions['schemes']> = ['Bearer'],
): Promise<void> {
  const request = await requestOf(row, issuer)
  const [status, code] = row.expected
  events.clear()
  const express = seenIn(await send(servers.express, request))
  const fastify = seenIn(await send(servers.fastify, request))
  const outcome = await checkThroughCore(servers.core, request)
  expect(express).toEqual(fastify)
  expect(express.status).toBe(status)
  expect(outcome.granted).toBe(code === undefined)
  expect(events.denied.map(event => event.code)).toEqual(code === undefined ? [] : [code, code, code])
  if (code === undefined || outcome.granted) {
    const access = outcome.granted ? (outcome.access as Access | undefined) : undefined
    const answer = JSON.stringify(answerTo(access, findRoute(request.path ?? '/').params))
    expect(express.body).toBe(request.method === 'HEAD' ? '' : answer)
    return
  }
  expectRefusal(express, request, code, { schemes, presented: row.presented })
  const { headers, body } = outcome.denial
  expect(outcome.denial.code).toBe(code)
  expect(seenIn({ status: outcome.denial.status, headers: lowerCase(headers), body, raw: '' })).toEqual({
    ...express,
    body,
  })
  expect(express.body).toBe(request.method === 'HEAD' ? '' : body)
}

function expectRefusal(seen: Seen, request: RawRequest, code: DenialCode, { schemes, presented }: WireOptions): void {
  const { challenge, signIn, demandsDpop } = findRoute(request.path ?? '/').route
  const offered = demandsDpop ? (['DPoP'] as const) : schemes
  const expected = wireFor(code, { schemes: offered ?? [], presented, scope: challenge })
  const asksForSignIn = code === 'insufficient_user_authentication'
  expect(seen).toEqual({
    status: expected.status,
    headers: {
      'www-authenticate': expected.challenge.map(text => (asksForSignIn ? `${text}, ${signIn}` : text)),
      'cache-control': ['no-store'],
      'retry-after': retryAfter(code, expected.status),
      'content-type': ['application/problem+json'],
      'dpop-nonce': code === 'dpop_nonce_required' ? [expect.stringMatching(/^[\w-]{43}$/)] : [],
    },
    body: request.method === 'HEAD' ? '' : expected.body,
  })
}

/** The key set may be fetched again after 5 seconds; stores and lists may be back at once. */
function retryAfter(code: DenialCode, status: number): readonly string[] {
  if (status !== 503) return []
  return code === 'keys_unavailable' ? ['5'] : ['1']
}

function lowerCase(headers: Readonly<Record<string, string>>): RawResponse['headers'] {
  return Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const)
}
