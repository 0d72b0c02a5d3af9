import type { TrustedProxy } from '../../options/parse-trusted-proxy.ts'
import { singleHeaderValue } from '../../request/header-values.ts'
import { comesFromProxy } from '../../request/peer.ts'
import type { ResourceRequest } from '../../request/resource-request.ts'
import { isLoopback } from '../../shared/loopback.ts'
import { parameterPairs } from '../../shared/parameter-pairs.ts'
import {
  authorityEnd,
  hasBrokenEscape,
  hasDotSegments,
  normalizedPath,
  regularOriginOf,
  withoutQuery,
} from '../../shared/uri.ts'
import { invalidProof } from './read-proof.ts'

/** Where a resource server learns by what origin clients know it. */
export interface OriginRules {
  /** `undefined` only where `trustedProxy` says the origin. */
  readonly publicOrigin: string | undefined
  readonly trustedProxy: TrustedProxy | undefined
  /** Else nobody is called by `http:` (RFC 9449 section 2). */
  readonly allowHttpOnLoopback: boolean
}

/** A URI as far as it is compared: normalised origin and path, without query and fragment. */
export interface TargetUri {
  readonly origin: string
  readonly path: string
}

/**
 * What the client called, as it wrote it. The origin comes from the configuration, or from the declared proxy; never from
 * `Host`, which is the client's own word. An absolute request target counts for its path alone.
 *
 * Frameworks route a target as it is, while proofs are compared in normal form: under dot segments, which no client sends,
 * the proof for one route would open another. So it would where a percent sign begins no escape, and frameworks differ on
 * what that is.
 * @throws Rejection `dpop_proof_invalid` for such targets, and where the declared proxy did not say the origin
 * @see RFC 9110 section 7.1, RFC 9449 section 4.3
 */
export function targetUriOf(request: ResourceRequest, rules: OriginRules): TargetUri {
  const path = pathIn(request.url)
  if (path === undefined || hasDotSegments(path) || hasBrokenEscape(path)) {
    throw invalidProof('DP9', 'the request target is not in normal form')
  }
  return { origin: publicOriginOf(request, rules), path: normalizedPath(path) }
}

function pathIn(target: string): string | undefined {
  const end = authorityEnd(target)
  const isAbsolute = !target.startsWith('/') && end > 0
  if (isAbsolute && regularOriginOf(target.slice(0, end)) === undefined) return undefined
  return withoutQuery(isAbsolute ? target.slice(end) : target)
}

function publicOriginOf(request: ResourceRequest, rules: OriginRules): string {
  const { publicOrigin, trustedProxy } = rules
  if (trustedProxy?.origin === undefined || !comesFromProxy(request, trustedProxy)) {
    if (publicOrigin !== undefined) return publicOrigin
    throw invalidProof('DP9', 'the request did not come from a trusted proxy')
  }
  const named = trustedProxy.origin === 'forwarded' ? fromForwarded(request) : fromXForwarded(request)
  const origin = named === undefined ? undefined : regularOriginOf(named)
  if (origin === undefined) throw invalidProof('DP9', 'the trusted proxy did not name one scheme and one host')
  if (isSecure(origin, rules)) return origin
  throw invalidProof('DP9', 'the trusted proxy was called by http')
}

function isSecure(origin: string, { allowHttpOnLoopback }: OriginRules): boolean {
  return origin.startsWith('https:') || (allowHttpOnLoopback && isLoopback(new URL(origin).hostname))
}

function fromXForwarded({ headers }: ResourceRequest): string | undefined {
  const scheme = singleHeaderValue(headers, 'x-forwarded-proto')
  const host = singleHeaderValue(headers, 'x-forwarded-host')
  if (typeof scheme !== 'string' || typeof host !== 'string') return undefined
  return `${scheme.trim()}://${host.trim()}`
}

/** One element with `proto` and `host`, each once: with several, somebody before the proxy added one (RFC 7239 section 4). */
function fromForwarded({ headers }: ResourceRequest): string | undefined {
  const value = singleHeaderValue(headers, 'forwarded')
  const pairs = typeof value === 'string' ? parameterPairs(value) : undefined
  const [proto, secondProto] = pairs?.filter(([name]) => name === 'proto') ?? []
  const [host, secondHost] = pairs?.filter(([name]) => name === 'host') ?? []
  if (proto === undefined || host === undefined || secondProto !== undefined || secondHost !== undefined)
    return undefined
  return `${proto[1]}://${host[1]}`
}
