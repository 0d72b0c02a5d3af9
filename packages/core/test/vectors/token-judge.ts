import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { DenialCode } from '../../src/errors/denials.ts'
import { Rejection } from '../../src/errors/rejection.ts'
import type { KeySet } from '../../src/issuer/key-set.ts'
import type { KeySetEvent } from '../../src/observe/channels.ts'
import type { IssuerRules } from '../../src/options/issuer-rules.ts'
import { presentToken, requireToken68 } from '../../src/request/present-token.ts'
import type { AlgorithmName } from '../../src/shared/algorithms.ts'
import type { JsonObject } from '../../src/shared/json.ts'
import { verifySignature } from '../../src/signature/verify-signature.ts'
import { decodeToken } from '../../src/token/decode-token.ts'
import { engineOf } from '../support/signatures.ts'
import { keySetOf, rulesOf } from '../support/verified.ts'
import type { DocumentServer } from './document-server.ts'

export const ENGINES = ['node', 'jose'] as const
export type EngineName = (typeof ENGINES)[number]

/**
 * Every algorithm that can be configured at all, not the default four: so a vector is refused for what is wrong with it
 * and never because its algorithm is merely not on the list, and what is refused here is refused under every list.
 */
export const EVERY_ALGORITHM: readonly AlgorithmName[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'Ed25519',
  'EdDSA',
]

export type Jwk = Readonly<Record<string, unknown>>

/** `verified`: the signature held. Else the code of the first stage that refused. */
export type Verdict = 'verified' | DenialCode

/** All codes that a token can be refused with up to and including its signature. */
export const UP_TO_THE_SIGNATURE: ReadonlySet<Verdict> = new Set<Verdict>([
  'authorization_malformed',
  'token_malformed',
  'token_json_invalid',
  'header_not_accepted',
  'algorithm_not_allowed',
  'key_unknown',
  'key_ambiguous',
  'signature_invalid',
])

/** Keys that a set was left with, and why others were left aside. */
export type KeySetReport = Pick<Extract<KeySetEvent, { outcome: 'refreshed' }>, 'keys' | 'ignored'>

/**
 * The stages of `resource-server.ts` in their order, from the header to the signature, over a key set fetched by HTTP.
 * Left out is only what judges claims, because the payloads of these vectors are no claims sets.
 */
export class TokenJudge {
  readonly #rules: IssuerRules
  readonly #keySet: KeySet

  constructor(jwksUri: string, engine: EngineName) {
    this.#rules = rulesOf({
      issuer: jwksUri,
      audience: 'https://api.example.com',
      scopes: { read: 'Read' },
      jwksUri,
      allowHttpOnLoopback: true,
      algorithms: EVERY_ALGORITHM,
      refreshCooldownSeconds: 300,
    })
    this.#keySet = keySetOf(this.#rules, engineOf(engine))
  }

  async judge(jws: string): Promise<Verdict> {
    try {
      await this.verify(jws)
      return 'verified'
    } catch (error) {
      if (!(error instanceof Rejection)) throw error
      return isRaisedAfterTheSignature(error) ? 'verified' : error.code
    }
  }

  /** The claims of a token whose signature held. @throws Rejection */
  async verify(jws: string): Promise<JsonObject> {
    const credential = presentToken({ method: 'GET', url: '/', headers: ['Authorization', `Bearer ${jws}`] }, [
      'Bearer',
    ])
    if (credential === undefined) throw new Error('the Authorization header was not seen')
    requireToken68(credential)
    const decoded = decodeToken(credential, this.#rules.algorithms)
    const selected = await this.#keySet.select(decoded)
    const { claims } = await verifySignature(decoded, selected, this.#keySet)
    return claims
  }

  /** Fetches the key set. */
  async fetchKeys(): Promise<KeySetReport> {
    const events: KeySetEvent[] = []
    const collect = (event: unknown): void => {
      events.push(event as KeySetEvent)
    }
    subscribe('scopeward:key-set', collect)
    await this.#keySet.warm()
    unsubscribe('scopeward:key-set', collect)
    const [event] = events
    if (event?.outcome !== 'refreshed') throw new Error('the key set was not fetched')
    return { keys: event.keys, ignored: event.ignored }
  }
}

/** Genuine bytes that are no claims set: `verifySignature` says so once the signature has held. */
function isRaisedAfterTheSignature({ code, detail }: Rejection): boolean {
  return code === 'token_json_invalid' && detail?.part === 'payload'
}

/** The stages over a key set at a real `jwks_uri`. */
export function judgeOver(server: DocumentServer, engine: EngineName, path: string, keys: readonly Jwk[]): TokenJudge {
  return new TokenJudge(server.publish(path, JSON.stringify({ keys })), engine)
}
