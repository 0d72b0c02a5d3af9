import assert from 'node:assert/strict'
import { BlockList } from 'node:net'
import fc from 'fast-check'
import { targets, uris } from './core.ts'
import { type Case, outcomeOf, parse, parser } from './parser.ts'
import { anyText, changed } from './texts.ts'
import {
  anyAuthority,
  anyOrigin,
  anyPath,
  anyPort,
  anyScheme,
  hasDotSegments,
  isWellFormed,
  normalPath,
} from './uris.ts'

interface Target {
  readonly target: string
  readonly proxy: 'none' | 'x-forwarded' | 'forwarded'
  readonly headers: readonly string[]
}

const PROXY = '10.0.0.1'
const addresses = new BlockList()
addresses.addAddress(PROXY)

const rest = fc.constantFrom('', '', '?a=/../b', '#c', '?', '#/..')
const forwardedValue = fc.oneof(
  fc
    .tuple(fc.constantFrom('https', 'http', 'HTTPS', 'ftp', ''), anyAuthority, anyPort)
    .map(([proto, host, at]) => `proto=${proto};host="${host}${at}"`),
  fc.constantFrom(
    'proto=https;host=a;proto=http',
    'for=1.2.3.4;host=a;proto=https',
    'host=a',
    'proto=https;host=a,proto=https;host=b',
  ),
  anyText,
)
const proxyHeaders = fc.oneof(
  fc
    .tuple(anyScheme, anyAuthority, anyPort)
    .map(([proto, host, at]) => ['X-Forwarded-Proto', proto.replace('://', ''), 'X-Forwarded-Host', `${host}${at}`]),
  forwardedValue.map(value => ['Forwarded', value]),
  fc.constant(['X-Forwarded-Proto', 'https', 'x-forwarded-host', 'a', 'X-Forwarded-Host', 'a']),
)
const anyTarget: fc.Arbitrary<Target> = fc.record({
  target: fc.oneof(
    fc.tuple(anyPath, rest).map(parts => parts.join('')),
    fc.tuple(anyOrigin, anyPath, rest).map(parts => parts.join('')),
    changed(anyPath),
    fc.constant('*'),
  ),
  proxy: fc.constantFrom('none', 'x-forwarded', 'forwarded'),
  headers: fc.oneof(proxyHeaders, fc.constant([])),
})

const PUBLIC_ORIGIN = 'https://api.example.com'

function checkTarget({ target, proxy, headers }: Target): string {
  const trustedProxy = proxy === 'none' ? undefined : { addresses, origin: proxy, certificate: undefined }
  const request = { method: 'GET', url: target, headers, socket: { remoteAddress: PROXY } }
  const rules = { publicOrigin: PUBLIC_ORIGIN, trustedProxy, allowHttpOnLoopback: true }
  const parsed = parse(() => targets.targetUriOf(request, rules))
  const ownPath = /^(?:(?!\/).*?:\/\/[^/?#]*)?([^?#]*)/s.exec(target)?.[1] ?? ''
  if ('refused' in parsed) {
    assert.equal(parsed.refused, 'dpop_proof_invalid')
    const isPlain = proxy === 'none' && target.startsWith('/') && !hasDotSegments(ownPath) && isWellFormed(ownPath)
    assert(!isPlain, 'a plain target is refused')
    return outcomeOf(parsed)
  }
  const { origin, path } = parsed.value
  if (proxy === 'none') assert.equal(origin, PUBLIC_ORIGIN)
  assert.equal(uris.regularOriginOf(origin), origin, 'the normal form of the origin')
  const isSafe = origin.startsWith('https://') || /^http:\/\/(127\.|\[::1\]|localhost)/.test(origin)
  assert(isSafe, 'clear text over the network')
  assert(!hasDotSegments(ownPath), 'dot segments in a request target')
  assert(isWellFormed(ownPath), 'a broken escape in a request target')
  if (ownPath.startsWith('/')) assert.equal(path, normalPath(ownPath))
  return 'accepted'
}

export const requestTargets: fc.Arbitrary<Case> = parser('request target', anyTarget, checkTarget)
