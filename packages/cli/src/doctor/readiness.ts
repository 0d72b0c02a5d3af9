import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createResourceServer, type IssuerReadiness, type KeySetEvent, type KeySetIssuer } from '@scopeward/core'
import { recordingFetch, type SeenAnswer } from '../shared/recording-fetch.ts'

export interface Readied {
  readonly readiness: IssuerReadiness
  /** How the fetch of the keys ended; `undefined` where it is still under way. */
  readonly keySet: KeySetEvent | undefined
  /** Everything that the verifier was told. */
  readonly answers: readonly SeenAnswer[]
}

/** Starts the real verifier, as an API would. */
export async function readyFor(definition: KeySetIssuer, allowHttpOnLoopback: boolean): Promise<Readied> {
  const { fetch, answers } = recordingFetch()
  let keySet: KeySetEvent | undefined
  const onKeySet = (event: unknown): void => {
    keySet = event as KeySetEvent
  }
  subscribe('scopeward:key-set', onKeySet)
  try {
    const server = createResourceServer({
      issuer: definition,
      audience: 'unknown',
      scopes: {},
      allowHttpOnLoopback,
      fetch,
    })
    const { issuers } = await server.ready()
    return { readiness: issuers[0] as IssuerReadiness, keySet, answers }
  } finally {
    unsubscribe('scopeward:key-set', onKeySet)
  }
}
