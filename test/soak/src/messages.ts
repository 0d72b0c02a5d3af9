import type { Framework } from './rules.ts'

/** An issuer as the server is told of it. */
export interface TrustedIssuer {
  readonly issuer: string
  /** Absent: found through the metadata. */
  readonly jwksUri?: string
}

/** What is planted into the server, so that one can see the soak catch it. */
export type Mistake = 'expired' | 'identity' | 'revocation' | 'replay' | 'timer'
export const MISTAKES: readonly Mistake[] = ['expired', 'identity', 'revocation', 'replay', 'timer']

export interface ServerSettings {
  readonly issuers: readonly TrustedIssuer[]
  readonly mistakes: readonly Mistake[]
}

export type Ports = Readonly<Record<Framework, number>>

export type RevocationOrder =
  | { readonly tokenId: string }
  | { readonly clientId: string /** Milliseconds since the epoch. */; readonly issuedBefore: number }

export type Question =
  | { readonly kind: 'start'; readonly settings: ServerSettings }
  | { readonly kind: 'revoke'; readonly order: RevocationOrder }
  /** `collect`: after a forced garbage collection. */
  | { readonly kind: 'measure'; readonly collect: boolean }
  | { readonly kind: 'close' }

/** What a process holds. Counts of active resources are those that keep it alive. */
export interface Resources {
  readonly heapUsed: number
  readonly external: number
  readonly rss: number
  readonly active: Readonly<Record<string, number>>
  /** Listeners on `process`, by event. */
  readonly listeners: Readonly<Record<string, number>>
  /** Channels of Scopeward that somebody listens to. */
  readonly channels: readonly string[]
}

/** What the server saw by itself, beside its answers. */
export interface Observed {
  /** Events by code, `granted` among them. */
  readonly events: Readonly<Record<string, number>>
  /** Warnings of Node, and what nobody caught. */
  readonly complaints: readonly string[]
}

export interface Measured {
  readonly resources: Resources
  readonly observed: Observed
}

export interface Answers {
  readonly start: Ports
  readonly revoke: true
  readonly measure: Measured
  /** What is held when everything is closed. */
  readonly close: Resources
}

export interface NumberedQuestion {
  readonly id: number
  readonly question: Question
}

export interface NumberedAnswer {
  readonly id: number
  readonly answer: unknown
  readonly error?: string
}
