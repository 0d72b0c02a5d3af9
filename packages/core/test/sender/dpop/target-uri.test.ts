import { describe, expect, test } from 'vitest'
import { parseTrustedProxy } from '../../../src/options/parse-trusted-proxy.ts'
import type { ResourceRequest } from '../../../src/request/resource-request.ts'
import { type OriginRules, type TargetUri, targetUriOf } from '../../../src/sender/dpop/target-uri.ts'
import { refusalOf } from '../../support/refusals.ts'
import { ORIGIN, peer } from '../../support/senders.ts'

const PROXY = '10.0.0.7'
const behind = (origin: 'x-forwarded' | 'forwarded', publicOrigin?: string): OriginRules => ({
  publicOrigin,
  trustedProxy: parseTrustedProxy({ addresses: ['10.0.0.0/8'], origin }),
  allowHttpOnLoopback: false,
})
const CONFIGURED: OriginRules = { publicOrigin: ORIGIN, trustedProxy: undefined, allowHttpOnLoopback: false }

function request(more: Partial<ResourceRequest>): ResourceRequest {
  return { method: 'GET', url: '/v1/a', headers: ['Host', 'attacker.example'], ...more }
}

/** Refused for the origin: the proxy did not name one. */
const NO_ORIGIN = { code: 'dpop_proof_invalid', detail: expect.objectContaining({ check: 'DP9' }) }

describe('the origin is the configured one, whatever the client writes (RFC 9700 section 4.13)', () => {
  test.each<[string, Partial<ResourceRequest>]>([
    ['Host', { headers: ['Host', 'attacker.example'] }],
    ['X-Forwarded-Host', { headers: ['X-Forwarded-Host', 'attacker.example', 'X-Forwarded-Proto', 'http'] }],
    ['Forwarded', { headers: ['Forwarded', 'proto=http;host=attacker.example'] }],
    ['an absolute request target (RFC 9112 section 3.2.2)', { url: 'http://attacker.example/v1/a' }],
    ['an absolute request target with an upper-case scheme', { url: 'HTTPS://ATTACKER.example:8443/v1/a' }],
    ['an absolute request target whose query has slashes', { url: 'http://attacker.example/v1/a?next=http://b/c' }],
  ])('%s', (_name, more) => {
    const target: TargetUri = { origin: ORIGIN, path: '/v1/a' }
    expect(targetUriOf(request(more), CONFIGURED)).toEqual(target)
    // A proxy that is trusted for its own connections makes no difference to others.
    const stranger = { ...more, socket: peer('192.0.2.1') }
    expect(targetUriOf(request(stranger), behind('x-forwarded', ORIGIN))).toEqual(target)
    expect(targetUriOf(request(stranger), behind('forwarded', ORIGIN))).toEqual(target)
  })
})

describe('the path is that of the request target, in normal form, without query and fragment', () => {
  test.each<[string, string]>([
    ['/v1/a', '/v1/a'],
    ['/v1/a?b=c', '/v1/a'],
    ['/v1/a?b=/../c', '/v1/a'],
    ['/v1/a#b', '/v1/a'],
    ['/%761/%61', '/v1/a'],
    ['/v1%2fa', '/v1%2Fa'],
    ['//attacker.example/v1/a', '//attacker.example/v1/a'],
    ['/', '/'],
    ['?a', '/'],
    ['http://attacker.example', '/'],
    ['http://attacker.example?b=/v1/a', '/'],
    ['http://attacker.example#/v1/a', '/'],
    ['/v1/a?u=http://attacker.example/b', '/v1/a'],
    ['*', '*'],
  ])('%s is %s', (url, path) => {
    expect(targetUriOf(request({ url }), CONFIGURED)).toEqual({ origin: ORIGIN, path })
  })
})

describe('a request target that frameworks route as it is, and proofs would be compared with in another form', () => {
  test.each([
    '/v1/../admin',
    '/v1/%2e%2e/admin',
    '/v1/.%2E/admin',
    '/./v1/a',
    '/v1/a/.',
    '/v1/a/..',
    '/v1/a/..?b',
    'http://attacker.example/v1/../admin',
    'ftp://attacker.example/v1/a',
    'http://user@attacker.example/v1/a',
    'http:/x://attacker.example/v1/a',
    '/v1/%%32F',
    '/v1/100%',
  ])('%s is refused', url => {
    expect(targetUriOf(request({ url: '/v1/a' }), CONFIGURED).path).toBe('/v1/a')
    expect(refusalOf(() => targetUriOf(request({ url }), CONFIGURED))).toEqual({
      code: 'dpop_proof_invalid',
      detail: { check: 'DP9', reason: 'the request target is not in normal form' },
    })
  })

  test.each(['/.well-known/a', '/v1/...', '/v1/a..', '/v1/a?b=/../c', '/v1/..%2Fa'])('%s is not', url => {
    expect(targetUriOf(request({ url }), CONFIGURED).path).toBe(url.split('?')[0])
  })
})

describe('X-Forwarded-Proto and X-Forwarded-Host, of the declared proxy alone', () => {
  const rules = behind('x-forwarded')
  const from = (headers: readonly string[], remoteAddress: string | undefined = PROXY) =>
    targetUriOf(request({ headers, socket: peer(remoteAddress) }), rules)
  const GOOD = ['X-Forwarded-Proto', 'https', 'X-Forwarded-Host', 'shop.example.com']

  test.each<[string, readonly string[], string]>([
    ['both', GOOD, 'https://shop.example.com'],
    [
      'in other case',
      ['x-forwarded-PROTO', 'HTTPS', 'x-forwarded-host', 'Shop.Example.com'],
      'https://shop.example.com',
    ],
    ['with the default port', ['X-Forwarded-Proto', 'https', 'X-Forwarded-Host', 'a.example:443'], 'https://a.example'],
    [
      'with another port',
      ['X-Forwarded-Proto', 'https', 'X-Forwarded-Host', 'a.example:8443'],
      'https://a.example:8443',
    ],
    [
      'with white space around',
      ['X-Forwarded-Proto', ' https ', 'X-Forwarded-Host', ' a.example '],
      'https://a.example',
    ],
  ])('%s', (_name, headers, origin) => {
    expect(from(headers)).toEqual({ origin, path: '/v1/a' })
  })

  test.each<[string, readonly string[]]>([
    ['no header', []],
    ['no host', ['X-Forwarded-Proto', 'https']],
    ['no scheme', ['X-Forwarded-Host', 'a.example']],
    ['an empty host', ['X-Forwarded-Proto', 'https', 'X-Forwarded-Host', '']],
    ['two hosts in two headers', [...GOOD, 'X-Forwarded-Host', 'attacker.example']],
    ['two schemes in two headers', [...GOOD, 'X-Forwarded-Proto', 'https']],
    ['two hosts in one', ['X-Forwarded-Proto', 'https', 'X-Forwarded-Host', 'attacker.example, shop.example.com']],
    ['two hosts in one, close together', ['X-Forwarded-Proto', 'https', 'X-Forwarded-Host', 'a.example,b.example']],
    ['two schemes in one', ['X-Forwarded-Proto', 'https, http', 'X-Forwarded-Host', 'a.example']],
    ['http (RFC 9449 section 2)', ['X-Forwarded-Proto', 'http', 'X-Forwarded-Host', 'shop.example.com']],
    ['http on this machine', ['X-Forwarded-Proto', 'http', 'X-Forwarded-Host', '127.0.0.1:3000']],
    ['another scheme', ['X-Forwarded-Proto', 'ftp', 'X-Forwarded-Host', 'a.example']],
    ['a scheme that swallows the host', ['X-Forwarded-Proto', 'https:/api.example.com', 'X-Forwarded-Host', 'x']],
    ['a host with a path', ['X-Forwarded-Proto', 'https', 'X-Forwarded-Host', 'a.example/b']],
    ['a host with a user', ['X-Forwarded-Proto', 'https', 'X-Forwarded-Host', 'a.example@b.example']],
    ['a host with a query', ['X-Forwarded-Proto', 'https', 'X-Forwarded-Host', 'a.example?']],
    ['a host with a backslash', ['X-Forwarded-Proto', 'https', 'X-Forwarded-Host', 'a.example\\b']],
    ['a host that is none', ['X-Forwarded-Proto', 'https', 'X-Forwarded-Host', 'a b']],
  ])('%s is refused, and nothing else stands in, not even the configured origin', (_name, headers) => {
    expect(from(GOOD).origin).toBe('https://shop.example.com')
    expect(refusalOf(() => from(headers))).toEqual(NO_ORIGIN)
    const both = behind('x-forwarded', ORIGIN)
    expect(refusalOf(() => targetUriOf(request({ headers, socket: peer(PROXY) }), both))).toEqual(NO_ORIGIN)
  })

  test.each([
    ['another address', '192.0.2.1'],
    ['another address in the other notation', '::ffff:192.0.2.1'],
    ['no address: a Unix socket, or a connection that is closed', undefined],
    ['an empty address', ''],
    ['no IP address', 'proxy.internal'],
  ])('a connection from %s is not the proxy', (_name, address) => {
    expect(from(GOOD).origin).toBe('https://shop.example.com')
    expect(refusalOf(() => targetUriOf(request({ headers: GOOD, socket: peer(address) }), rules))).toEqual(NO_ORIGIN)
    expect(refusalOf(() => targetUriOf(request({ headers: GOOD }), rules))).toEqual(NO_ORIGIN)
  })

  test('a connection that throws when it is asked is not the proxy either', () => {
    const ended = Object.defineProperty({}, 'remoteAddress', {
      get: () => {
        throw new Error('the session has been destroyed')
      },
    })
    expect(refusalOf(() => targetUriOf(request({ headers: GOOD, socket: ended }), rules))).toEqual(NO_ORIGIN)
  })

  test('IPv4 in the notation of IPv6 is the same address', () => {
    expect(from(GOOD, '::ffff:10.0.0.7').origin).toBe('https://shop.example.com')
  })
})

describe('Forwarded, of the declared proxy alone (RFC 7239)', () => {
  const from = (...values: readonly string[]) => {
    const headers = values.flatMap(value => ['Forwarded', value])
    return targetUriOf(request({ headers, socket: peer(PROXY) }), behind('forwarded')).origin
  }
  const GOOD = 'for=192.0.2.43;proto=https;host=shop.example.com'

  test.each([
    [GOOD, 'https://shop.example.com'],
    ['host=shop.example.com; proto=https', 'https://shop.example.com'],
    ['Proto=HTTPS;HOST="Shop.example.com:443"', 'https://shop.example.com'],
    ['proto=https;host="shop.example.com:8443";for="[2001:db8::1]:4711"', 'https://shop.example.com:8443'],
    ['proto=https;host=a.example;secret=x', 'https://a.example'],
  ])('%s', (value, origin) => {
    expect(from(value)).toBe(origin)
  })

  test.each<[string, ...string[]]>([
    ['nothing'],
    ['empty', ''],
    ['without host', 'proto=https'],
    ['without proto', 'host=a.example'],
    ['two elements: somebody before the proxy added one', `host=attacker.example;proto=https, ${GOOD}`],
    ['two elements in two headers', 'host=attacker.example;proto=https', GOOD],
    ['the same one twice', GOOD, GOOD],
    ['host twice', `${GOOD};host=attacker.example`],
    ['host twice, in other case', `${GOOD};Host=attacker.example`],
    ['proto twice', `${GOOD};proto=https`],
    ['a host with half a quote', 'proto=https;host="a.example'],
    ['a host with a path', 'proto=https;host="a.example/b"'],
    ['an obfuscated host', 'proto=https;host=_hidden@a.example'],
    ['http (RFC 9449 section 2)', 'proto=http;host=shop.example.com'],
  ])('%s is refused', (_name, ...values) => {
    expect(from(GOOD)).toBe('https://shop.example.com')
    expect(refusalOf(() => from(...values))).toEqual(NO_ORIGIN)
  })

  test('http on this machine is for tests (allowHttpOnLoopback), and nothing but this machine', () => {
    const local = { ...behind('forwarded'), allowHttpOnLoopback: true }
    const origin = (host: string) =>
      targetUriOf(request({ headers: ['Forwarded', `proto=http;host="${host}"`], socket: peer(PROXY) }), local).origin
    expect(origin('127.0.0.1:3000')).toBe('http://127.0.0.1:3000')
    expect(refusalOf(() => origin('shop.example.com'))).toEqual(NO_ORIGIN)
  })

  test('the other headers do not count', () => {
    const headers = ['Forwarded', GOOD, 'X-Forwarded-Host', 'attacker.example', 'X-Forwarded-Proto', 'http']
    const target = targetUriOf(request({ headers, socket: peer(PROXY) }), behind('forwarded'))
    expect(target.origin).toBe('https://shop.example.com')
  })
})
