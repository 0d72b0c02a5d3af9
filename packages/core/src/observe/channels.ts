import { type Channel, channel } from 'node:diagnostics_channel'
import type { CallerKind } from '../claims/caller-kind.ts'
import type { DenialCode } from '../errors/denials.ts'
import type { RejectionDetail } from '../errors/rejection.ts'

/** A request was let through. No token, no claims beyond who called. */
export interface GrantedEvent {
  readonly issuer: string
  readonly clientId: string
  readonly kind: CallerKind
  /** Canonical text of what the route requires. */
  readonly requirement: string
  /** Pattern of the route, where the adapter knows it. */
  readonly route: string | undefined
  /** Whether the token was known as verified already. */
  readonly cached: boolean
  readonly durationMilliseconds: number
}

/** A request was refused. `clientId` only where the token was proven genuine: the client it was issued to, which may not be the sender. */
export interface DeniedEvent {
  /** The trusted issuer whose rules refused it; `undefined` where no issuer was found and several are trusted. */
  readonly issuer: string | undefined
  readonly code: DenialCode
  readonly status: number
  /** What exactly was wrong, by names and counts: `claim`, `parameter`, `reason`, and `fittingProfile` where a profile would fit. */
  readonly detail: RejectionDetail | undefined
  readonly clientId: string | undefined
  readonly requirement: string
  readonly route: string | undefined
  readonly durationMilliseconds: number
}

/** A fetch of the key set ended. */
export type KeySetEvent = { readonly issuer: string } & (
  | {
      readonly outcome: 'refreshed'
      readonly keys: number
      /** Members left aside, with the reason: weak, private, symmetric, malformed, not for verification. */
      readonly ignored: readonly { readonly kid: string | undefined; readonly ignored: string }[]
      readonly freshSeconds: number
    }
  | {
      readonly outcome: 'failed'
      readonly reason: string
      readonly failures: number
      readonly retryAfterSeconds: number
    }
)

/** Publishing costs nothing while nobody listens; build the event only where `hasSubscribers`. */
export const grantedChannel: Channel = channel('scopeward:granted')
export const deniedChannel: Channel = channel('scopeward:denied')
const keySetChannel: Channel = channel('scopeward:key-set')

/** Whether refusals are listened to, so that explaining one is worth its time. */
export function isObserved(): boolean {
  return deniedChannel.hasSubscribers
}

export function publishKeySet(event: KeySetEvent): void {
  if (keySetChannel.hasSubscribers) keySetChannel.publish(event)
}
