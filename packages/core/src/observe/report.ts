import type { Access } from '../access/access.ts'
import type { Denial } from '../challenge/denial.ts'
import type { Rejection } from '../errors/rejection.ts'
import type { ResourceRequest } from '../request/resource-request.ts'
import { type DeniedEvent, deniedChannel, type GrantedEvent, grantedChannel } from './channels.ts'

/** One check under way. Made only while somebody listens. */
export interface Observation {
  /** Where there is but one. */
  readonly issuer: string | undefined
  readonly requirement: string
  readonly route: string | undefined
  readonly startedAt: number
}

/** `undefined` while nobody listens: then a request pays for two property reads. */
export function observe(
  issuer: string | undefined,
  requirement: string,
  request: ResourceRequest,
): Observation | undefined {
  if (!grantedChannel.hasSubscribers && !deniedChannel.hasSubscribers) return undefined
  return { issuer, requirement, route: request.route, startedAt: performance.now() }
}

export function reportGranted(observation: Observation | undefined, access: Access, cached: boolean): void {
  if (observation === undefined || !grantedChannel.hasSubscribers) return
  const { issuer, clientId, kind } = access
  // Names written out: rest and spread of an observation took 2 µs, this 0.1 µs.
  const { requirement, route, startedAt } = observation
  const event: GrantedEvent = {
    issuer,
    clientId,
    kind,
    requirement,
    route,
    cached,
    durationMilliseconds: performance.now() - startedAt,
  }
  grantedChannel.publish(event)
}

export function reportDenied(
  observation: Observation | undefined,
  { code, status }: Denial,
  { issuer, detail, clientId }: Rejection,
  access: Access | undefined,
): void {
  if (observation === undefined || !deniedChannel.hasSubscribers) return
  const { requirement, route, startedAt } = observation
  const event: DeniedEvent = {
    issuer: access?.issuer ?? issuer ?? observation.issuer,
    code,
    status,
    detail,
    clientId: access?.clientId ?? clientId,
    requirement,
    route,
    durationMilliseconds: performance.now() - startedAt,
  }
  deniedChannel.publish(event)
}
