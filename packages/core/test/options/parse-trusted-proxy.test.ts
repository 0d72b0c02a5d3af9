import { describe, expect, test } from 'vitest'
import { parseTrustedProxy } from '../../src/options/parse-trusted-proxy.ts'
import { comesFromProxy } from '../../src/request/peer.ts'
import { misuseOf } from '../support/refusals.ts'
import { peer } from '../support/senders.ts'

const ADDRESSES = ['10.0.0.0/8']
const parse = (option: unknown) => parseTrustedProxy(option)
const misuse = (option: unknown) => misuseOf(() => parse(option))
const invalid = (message: string) => ({ code: 'option_invalid', message: `Option "trustedProxy.${message}.` })

test('without the option no proxy is trusted', () => {
  expect(parse(undefined)).toBeUndefined()
})

test('what it is trusted for', () => {
  expect(parse({ addresses: ADDRESSES, origin: 'forwarded' })).toMatchObject({
    origin: 'forwarded',
    certificate: undefined,
  })
  expect(Object.isFrozen(parse({ addresses: ADDRESSES, origin: 'x-forwarded' }))).toBe(true)
})

test.each([
  ['client-cert', undefined, 'client-cert'],
  ['nginx', undefined, 'ssl-client-cert'],
  ['envoy', undefined, 'x-forwarded-client-cert'],
  ['aws-alb', undefined, 'x-amzn-mtls-clientcert-leaf'],
  ['nginx', 'X-SSL-Client-Cert', 'x-ssl-client-cert'],
  ['aws-alb', 'x_client_certificate', 'x_client_certificate'],
])('the header of %s, named %s, is %s', (clientCertificate, clientCertificateHeader, header) => {
  expect(parse({ addresses: ADDRESSES, clientCertificate, clientCertificateHeader })).toMatchObject({
    origin: undefined,
    certificate: { form: clientCertificate, header },
  })
})

describe('which connections are the proxy', () => {
  const isProxy = (addresses: readonly string[], address: string | undefined) => {
    const proxy = parse({ addresses, origin: 'forwarded' })
    if (proxy === undefined) throw new Error('no proxy')
    return comesFromProxy({ method: 'GET', url: '/', headers: [], socket: peer(address) }, proxy)
  }

  test.each<[string, string, boolean]>([
    ['10.0.0.1', '10.0.0.1', true],
    ['10.0.0.1', '10.0.0.2', false],
    ['10.0.0.1', '::ffff:10.0.0.1', true],
    ['::ffff:10.0.0.1', '10.0.0.1', true],
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.1.2.3/8', '10.9.9.9', true],
    ['192.0.2.128/25', '192.0.2.127', false],
    ['192.0.2.128/25', '192.0.2.128', true],
    ['192.0.2.1/32', '192.0.2.1', true],
    ['2001:db8::/32', '2001:db8:1::1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['2001:DB8::1', '2001:db8:0:0:0:0:0:1', true],
    ['::1', '::1', true],
    ['127.0.0.1', '::1', false],
    ['fe80::/10', 'fe80::1%eth0', true],
    ['10.0.0.0/8', '010.0.0.1', false],
    ['10.0.0.0/8', '10.0.0.1:4711', false],
    ['10.0.0.0/8', '', false],
    ['10.0.0.0/8', 'localhost', false],
  ])('of %s, %s: %s', (addresses, address, expected) => {
    expect(isProxy([addresses], address)).toBe(expected)
  })

  test('each of several', () => {
    const several = ['192.0.2.1', '2001:db8::/32', '10.0.0.0/8']
    const known = ['192.0.2.1', '192.0.2.2', '2001:db8::1', '10.1.1.1'].map(address => isProxy(several, address))
    expect(known).toEqual([true, false, true, true])
  })

  test('a connection without an address is nobody', () => {
    expect(isProxy(['0.0.0.0/1', '128.0.0.0/1', '::/1'], undefined)).toBe(false)
  })
})

describe('what cannot be meant', () => {
  const ADDRESSES_MISSING =
    'Option "trustedProxy" must say where the proxy connects from: { addresses: [\'10.0.0.0/8\'], … }.'
  test.each<[unknown]>([
    [null],
    [true],
    ['10.0.0.1'],
    [['10.0.0.1']],
    [{}],
    [{ origin: 'forwarded' }],
    [{ addresses: undefined, origin: 'forwarded' }],
  ])('%j does not say where it connects from', option => {
    expect(misuse(option)).toEqual({ code: 'option_missing', message: ADDRESSES_MISSING })
  })

  test('a proxy that is trusted for nothing', () => {
    expect(misuse({ addresses: ADDRESSES })).toEqual({
      code: 'option_missing',
      message: 'Option "trustedProxy" trusts in nothing. Name "origin", "clientCertificate" or both.',
    })
  })

  test.each<[object, string]>([
    [
      { addresses: ADDRESSES, hosts: [] },
      'Option "trustedProxy" has no option "hosts". Known: addresses, origin, clientCertificate, clientCertificateHeader.',
    ],
    [
      { addresses: ADDRESSES, clientCert: 'nginx' },
      'Option "trustedProxy" has no option "clientCert". Did you mean "clientCertificate"?',
    ],
  ])('%j', (option, message) => {
    expect(misuse(option)).toEqual({ code: 'option_unknown', message })
  })

  const NO_ADDRESSES = 'addresses" must be a non-empty array of IP addresses and CIDR blocks'
  const noAddress = (shown: string) =>
    `addresses" must hold IP addresses and CIDR blocks such as 10.0.0.0/8, not ${shown}`
  test.each<[unknown, string]>([
    ['10.0.0.1', NO_ADDRESSES],
    [[], NO_ADDRESSES],
    [null, NO_ADDRESSES],
    [true, NO_ADDRESSES],
    [['proxy.internal'], noAddress('"proxy.internal"')],
    [['10.0.0.1', ''], noAddress('""')],
    [['*'], noAddress('"*"')],
    [['10.0.0'], noAddress('"10.0.0"')],
    [['10.0.0.0/33'], noAddress('"10.0.0.0/33"')],
    [['2001:db8::/129'], noAddress('"2001:db8::/129"')],
    [['10.0.0.0/'], noAddress('"10.0.0.0/"')],
    [['10.0.0.0/-1'], noAddress('"10.0.0.0/-1"')],
    [['10.0.0.0/8.5'], noAddress('"10.0.0.0/8.5"')],
    [['10.0.0.0/08'], noAddress('"10.0.0.0/08"')],
    [['0.0.0.0/0'], 'addresses" holds "0.0.0.0/0", which is everybody'],
    [['10.0.0.1', '::/0'], 'addresses" holds "::/0", which is everybody'],
    [['10.0.0.0/255.0.0.0'], noAddress('"10.0.0.0/255.0.0.0"')],
    [['10.0.0.0/8/8'], noAddress('"10.0.0.0/8/8"')],
    [[' 10.0.0.1'], noAddress('" 10.0.0.1"')],
    [[1], noAddress('1')],
    [[undefined], noAddress('undefined')],
    [new Array(1), noAddress('undefined')],
  ])('addresses %j', (addresses, message) => {
    expect(misuse({ addresses, origin: 'forwarded' })).toEqual(invalid(message))
  })

  test.each<[unknown, string]>([
    ['X-Forwarded', '"X-Forwarded"'],
    [true, 'true'],
    [null, 'null'],
    ['host', '"host"'],
  ])('origin %j', (origin, shown) => {
    expect(misuse({ addresses: ADDRESSES, origin })).toEqual(
      invalid(`origin" must be 'x-forwarded' or 'forwarded', not ${shown}`),
    )
  })

  test.each<[unknown, string]>([
    ['Client-Cert', '"Client-Cert"'],
    ['apache', '"apache"'],
    ['constructor', '"constructor"'],
    [true, 'true'],
    [null, 'null'],
  ])('clientCertificate %j', (clientCertificate, shown) => {
    expect(misuse({ addresses: ADDRESSES, clientCertificate })).toEqual(
      invalid(`clientCertificate" must be one of client-cert, nginx, envoy, aws-alb, not ${shown}`),
    )
  })

  test.each<[unknown, string]>([
    ['', '""'],
    ['X Client', '"X Client"'],
    ['x:client', '"x:client"'],
    ['\u212aey', '"\u212aey"'],
    [1, '1'],
    [null, 'null'],
  ])('clientCertificateHeader %j', (clientCertificateHeader, shown) => {
    const option = { addresses: ADDRESSES, clientCertificate: 'nginx', clientCertificateHeader }
    expect(misuse(option)).toEqual(invalid(`clientCertificateHeader" must be the name of a header, not ${shown}`))
  })

  test('a header name without a form, and for a form that has one name', () => {
    const option = { addresses: ADDRESSES, origin: 'forwarded', clientCertificateHeader: 'x' }
    expect(misuse(option)).toEqual(
      invalid('clientCertificate" must be one of client-cert, nginx, envoy, aws-alb, not undefined'),
    )
    for (const form of ['client-cert', 'envoy']) {
      expect(misuse({ ...option, clientCertificate: form })).toEqual({
        code: 'option_conflict',
        message: `Option "trustedProxy.clientCertificateHeader" is for nginx and aws-alb; the header of ${form} has one name.`,
      })
    }
  })
})
