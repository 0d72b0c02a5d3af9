import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import {
  type Access,
  authenticated,
  createResourceServer,
  type DenialCode,
  type DeniedEvent,
  type KeySetEvent,
  type Outcome,
  type Requirement,
  type ResourceRequest,
  type ResourceServerOptions,
} from '@scopeward/core'
import { recordingFetch, type SeenAnswer } from '../shared/recording-fetch.ts'
import { OFFLINE_JWKS_URI, type VerifierSettings } from './settings.ts'

/** One request to check. */
export interface Presented {
  readonly token: string
  readonly method: string
  /** Absolute; `undefined` where only the token is of interest. */
  readonly url: string | undefined
  readonly proof: string | undefined
  readonly certificate: { readonly raw: Uint8Array } | undefined
}

export interface Verdict {
  /** `undefined`: accepted. */
  readonly code: DenialCode | undefined
  /** Whether the token itself was accepted, and only the requirement refused it. */
  readonly access: Access | undefined
  /** Canonical text. */
  readonly requirement: string
  readonly detail: DeniedEvent['detail']
  readonly keySet: readonly KeySetEvent[]
  readonly answers: readonly SeenAnswer[]
}

/**
 * Asks the real verifier, twice: whether the token is valid at all, then whether it suffices. So what a valid token carries
 * can be told where it does not suffice. A proof counts as used once, because both are checks of one request.
 * @throws ConfigurationError for what the settings contradict
 */
export async function verify(
  settings: VerifierSettings,
  presented: Presented,
  requirement: Requirement,
  scopes: readonly string[],
): Promise<Verdict> {
  const recording = recordingFetch(settings.offlineKeys && offlineFetch(settings.offlineKeys))
  const server = createResourceServer(optionsOf(settings, presented, scopes, recording.fetch))
  const guards = { valid: server.guard(authenticated), required: server.guard(requirement) }
  const events = listen()
  try {
    const request = requestOf(presented)
    const valid = await guards.valid.check(request)
    const outcome = valid.granted ? await guards.required.check(request) : valid
    return {
      code: codeOf(outcome),
      access: valid.granted ? valid.access : undefined,
      requirement: guards.required.requirement,
      detail: events.denied.at(-1)?.detail,
      keySet: events.keySet,
      answers: recording.answers,
    }
  } finally {
    events.stop()
  }
}

function codeOf(outcome: Outcome): DenialCode | undefined {
  return outcome.granted ? undefined : outcome.denial.code
}

function optionsOf(
  settings: VerifierSettings,
  { url }: Presented,
  scopes: readonly string[],
  fetch: typeof globalThis.fetch,
): ResourceServerOptions<string> {
  const { definition, audiences, clock, clockToleranceSeconds, allowHttpOnLoopback } = settings
  return {
    issuer: definition,
    audience: audiences,
    scopes: Object.fromEntries(scopes.map(scope => [scope, scope])),
    clock,
    clockToleranceSeconds,
    allowHttpOnLoopback: allowHttpOnLoopback || url?.startsWith('http:') === true,
    fetch,
    ...(url !== undefined && { dpop: 'accepted' as const, publicOrigin: new URL(url).origin }),
  }
}

function requestOf({ token, method, url, proof, certificate }: Presented): ResourceRequest {
  const headers = [
    'authorization',
    `${proof === undefined ? 'Bearer' : 'DPoP'} ${token}`,
    ...(proof === undefined ? [] : ['dpop', proof]),
  ]
  const socket = certificate && { getPeerX509Certificate: () => certificate }
  return { method, url: url ?? '/', headers, identity: {}, ...(socket && { socket }) }
}

/** Serves the file and nothing else, so that a key set from a file is judged exactly as a published one. */
function offlineFetch(keys: object): typeof globalThis.fetch {
  const body = JSON.stringify(keys)
  return async input => {
    if (String(input) === OFFLINE_JWKS_URI) return new Response(body)
    throw new TypeError('nothing is fetched with a key set from a file')
  }
}

function listen(): { denied: DeniedEvent[]; keySet: KeySetEvent[]; stop: () => void } {
  const denied: DeniedEvent[] = []
  const keySet: KeySetEvent[] = []
  const onDenied = (event: unknown): void => void denied.push(event as DeniedEvent)
  const onKeySet = (event: unknown): void => void keySet.push(event as KeySetEvent)
  subscribe('scopeward:denied', onDenied)
  subscribe('scopeward:key-set', onKeySet)
  return {
    denied,
    keySet,
    stop() {
      unsubscribe('scopeward:denied', onDenied)
      unsubscribe('scopeward:key-set', onKeySet)
    },
  }
}
