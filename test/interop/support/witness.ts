import type { DeniedEvent } from '@scopeward/core'
import * as oauth from 'oauth4webapi'
import * as client from 'openid-client'
import { recordEvents } from '../../support/events.ts'
import type { Arrived, BoundApi } from './bound-apis.ts'

/** What a client got in the end, and what operators saw on the way. */
export interface Testimony {
  readonly status: number
  readonly challenge: string | null
  /** `DPoP-Nonce`. */
  readonly nonce: string | null
  readonly body: unknown
  /** A code for each refusal, so that a client that tried again shows. */
  readonly codes: readonly string[]
  /** Of the last refusal. */
  readonly detail: DeniedEvent['detail']
}

/** Both libraries throw challenges; the response is the same as if they had returned it. Not for requests at the same time. */
export async function witness(request: () => Promise<Response>): Promise<Testimony> {
  const events = recordEvents()
  try {
    const response = await request().catch(challenged)
    const { status, headers } = response
    return {
      status,
      challenge: headers.get('WWW-Authenticate'),
      nonce: headers.get('DPoP-Nonce'),
      body: await response.json(),
      codes: events.denied.map(({ code }) => code),
      detail: events.denied.at(-1)?.detail,
    }
  } finally {
    events.stop()
  }
}

function challenged(error: unknown): Response {
  if (isChallenge(error)) return error.response
  throw error
}

/** Each library has a class of its own. */
function isChallenge(error: unknown): error is oauth.WWWAuthenticateChallengeError {
  return error instanceof client.WWWAuthenticateChallengeError || error instanceof oauth.WWWAuthenticateChallengeError
}

/** The challenges of a refusal as the library reads them. */
export async function challengesIn(request: () => Promise<Response>): Promise<oauth.WWWAuthenticateChallenge[]> {
  const error = await request().then(
    () => undefined,
    error => error,
  )
  if (isChallenge(error)) return error.cause
  throw new Error('there was no challenge')
}

export interface Changes {
  readonly method?: string
  readonly url?: string
  readonly authorization?: string
  /** `undefined` leaves the header out. */
  readonly dpop?: string | undefined
  readonly [header: string]: string | undefined
}

/** What somebody does who saw a request on the wire. */
export function resend(api: BoundApi, caught: Arrived | undefined, changes: Changes = {}): Promise<Testimony> {
  if (caught === undefined) throw new Error('no request has arrived')
  const { authorization, dpop } = caught.headers as Readonly<Record<string, string>>
  const { url, method, ...headers } = { url: caught.url, method: caught.method, authorization, dpop, ...changes }
  const sent = Object.entries(headers).filter((header): header is [string, string] => header[1] !== undefined)
  return witness(() => fetch(new URL(url, api.origin), { method, headers: sent }))
}
