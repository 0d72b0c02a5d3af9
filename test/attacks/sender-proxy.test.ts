import { describe, expect, test } from 'vitest'
import { claiming, HOSTS, withHeaders } from '../sender/spoofing.ts'
import {
  ACCEPTED,
  expectDenied,
  expectGranted,
  holder,
  honestRequest,
  ORIGIN,
  resourceRequestOf,
} from '../sender/support.ts'
import { holdRows } from './hold-rows.ts'
import { useBench } from './support.ts'

holdRows()

const FOREIGN = { code: 'dpop_proof_invalid', check: 'DP9' } as const

/** Sets of headers that do not name one scheme and one host. */
const UNCLEAR: Readonly<Record<string, readonly string[]>> = {
  none: [],
  'no host': ['X-Forwarded-Proto: https'],
  'no scheme': ['X-Forwarded-Host: tenant.example'],
  'an empty host': ['X-Forwarded-Proto: https', 'X-Forwarded-Host:'],
  'an empty scheme': ['X-Forwarded-Proto:', 'X-Forwarded-Host: tenant.example'],
  'two hosts': ['X-Forwarded-Proto: https', 'X-Forwarded-Host: tenant.example', 'X-Forwarded-Host: tenant.example'],
  'two hosts in different case': [
    'X-Forwarded-Proto: https',
    'x-forwarded-host: tenant.example',
    'X-FORWARDED-HOST: evil.example',
  ],
  'two schemes': ['X-Forwarded-Proto: https', 'X-Forwarded-Proto: https', 'X-Forwarded-Host: tenant.example'],
  'a list of hosts': ['X-Forwarded-Proto: https', 'X-Forwarded-Host: evil.example, tenant.example'],
  'a list of schemes': ['X-Forwarded-Proto: https, http', 'X-Forwarded-Host: tenant.example'],
  'another scheme': ['X-Forwarded-Proto: ftp', 'X-Forwarded-Host: tenant.example'],
  'a scheme with a host': ['X-Forwarded-Proto: https://evil.example', 'X-Forwarded-Host: tenant.example'],
  'a scheme with a host that URL() finds': [
    'X-Forwarded-Proto: https:evil.example',
    'X-Forwarded-Host: tenant.example',
  ],
  'a scheme with a path': ['X-Forwarded-Proto: https:/evil.example', 'X-Forwarded-Host: tenant.example'],
  'the other form': ['Forwarded: host=tenant.example;proto=https'],
  ...Object.fromEntries(
    HOSTS.filter(host => !/^(evil\.example|127\.0\.0\.1|%61pi.*|api\.example\.com[:.]?|.*8443)$/.test(host)).map(
      host => [host, ['X-Forwarded-Proto: https', `X-Forwarded-Host: ${host}`]],
    ),
  ),
}

const TENANT = 'https://tenant.example/guarded'
const POSSIBLE = [TENANT, 'https://evil.example/guarded', `${ORIGIN}/guarded`, 'https://api.example.com:99999/guarded']

describe('HTTP7: X-Forwarded-Proto and X-Forwarded-Host of a declared proxy', () => {
  const trustedProxy = { addresses: ['127.0.0.1'], origin: 'x-forwarded' } as const
  const bench = useBench(['ES256'], { ...ACCEPTED, trustedProxy })
  const HEADERS = ['X-Forwarded-Proto: https', 'X-Forwarded-Host: tenant.example'] as const

  test('name the origin, in place of the configured one', async () => {
    const from = await holder(bench)
    await expectGranted(bench, withHeaders(await honestRequest(from, { url: TENANT }), ...HEADERS))
    await expectDenied(bench, withHeaders(await honestRequest(from), ...HEADERS), FOREIGN)
    const shouted = ['X-FORWARDED-PROTO: HTTPS', 'x-forwarded-host: TENANT.example:443']
    await expectGranted(bench, withHeaders(await honestRequest(from, { url: TENANT }), ...shouted))
    const ported = ['X-Forwarded-Proto: http', 'X-Forwarded-Host: [::1]:8080']
    await expectGranted(bench, withHeaders(await honestRequest(from, { url: 'http://[::1]:8080/guarded' }), ...ported))
  })

  test.each(Object.entries(UNCLEAR))('that are not clear let no proof in: %s', async (_, headers) => {
    const from = await holder(bench)
    for (const htu of POSSIBLE) {
      await expectDenied(bench, withHeaders(await honestRequest(from, { claims: { htu } }), ...headers), FOREIGN)
    }
  })
})

describe('HTTP7: the same headers of anybody else are not looked at', () => {
  const elsewhere = { addresses: ['10.0.0.0/8', '::2', '192.0.2.1'], origin: 'x-forwarded' } as const
  const bench = useBench(['ES256'], { ...ACCEPTED, trustedProxy: elsewhere })
  const HEADERS = ['X-Forwarded-Proto: https', 'X-Forwarded-Host: tenant.example', 'X-Forwarded-For: 10.0.0.1'] as const

  test('the configured origin holds', async () => {
    const from = await holder(bench)
    await expectGranted(bench, withHeaders(await honestRequest(from), ...HEADERS))
    await expectDenied(bench, withHeaders(await honestRequest(from, { url: TENANT }), ...HEADERS), FOREIGN)
  })

  const throwing = {
    get remoteAddress(): string {
      throw new Error('the connection has ended')
    },
  }
  const ADDRESSES = [undefined, '', '/run/app.sock', 'localhost', '10.0.0.1:80', '010.0.0.1', '::ffff:7f00:1', '::1%lo']
  const SOCKETS = [...ADDRESSES.map(remoteAddress => ({ remoteAddress })), throwing, undefined]
  test.each(SOCKETS.map((socket, index) => [index, socket] as const))('connection %i is nobody', async (_, socket) => {
    const from = await holder(bench)
    for (const { core } of bench.apis) {
      const verdict = async (url: string) => {
        const request = resourceRequestOf(withHeaders(await honestRequest(from, { url }), ...HEADERS))
        return (await core.check({ ...request, socket }, 'items:read')).granted
      }
      expect([await verdict(`${ORIGIN}/guarded`), await verdict(TENANT)]).toEqual([true, false])
    }
  })

  test('an address that IPv6 writes as IPv4 is the proxy all the same', async () => {
    const from = await holder(bench)
    for (const { core } of bench.apis) {
      const request = resourceRequestOf(withHeaders(await honestRequest(from, { url: TENANT }), ...HEADERS))
      const outcome = await core.check({ ...request, socket: { remoteAddress: '::ffff:10.1.2.3' } }, 'items:read')
      expect(outcome.granted).toBe(true)
    }
  })
})

describe('HTTP7: without a configured origin nobody but the proxy can bring a proof', () => {
  const { publicOrigin: _, ...others } = ACCEPTED
  const bench = useBench(['ES256'], { ...others, trustedProxy: { addresses: ['10.0.0.0/8'], origin: 'x-forwarded' } })

  test('whatever it says', async () => {
    const from = await holder(bench)
    for (const htu of POSSIBLE) {
      const request = await honestRequest(from, { claims: { htu } })
      await expectDenied(bench, withHeaders(request, ...claiming('tenant.example', 'https')), FOREIGN)
    }
  })
})

describe('HTTP7: Forwarded of a declared proxy (RFC 7239 section 4)', () => {
  const trustedProxy = { addresses: ['127.0.0.0/8'], origin: 'forwarded' } as const
  const bench = useBench(['ES256'], { ...ACCEPTED, trustedProxy })

  test.each([
    'for=192.0.2.60;proto=https;host=tenant.example;by=203.0.113.43',
    'Host="tenant.example:443"; PROTO="HTTPS"; For="[2001:db8::1]:4711"',
    ' host=tenant.example ; proto=https ',
  ])('names the origin: %s', async value => {
    const from = await holder(bench)
    await expectGranted(bench, withHeaders(await honestRequest(from, { url: TENANT }), `Forwarded: ${value}`))
    await expectDenied(bench, withHeaders(await honestRequest(from), `Forwarded: ${value}`), FOREIGN)
  })

  const BAD: readonly (readonly string[])[] = [
    [],
    [''],
    ['proto=https'],
    ['host=tenant.example'],
    ['host=tenant.example;proto=https', 'host=tenant.example;proto=https'],
    ['host=evil.example;proto=https, host=tenant.example;proto=https'],
    ['host=tenant.example;proto=https;for=192.0.2.1, for=192.0.2.2'],
    ['for=192.0.2.1;host=tenant.example;proto=https,'],
    ['host=evil.example;host=tenant.example;proto=https'],
    ['host=tenant.example;proto=https;proto=http'],
    ['host=tenant.example;Host=evil.example;proto=https'],
    ['host=tenant.example/x;proto=https'],
    ['host="evil.example@tenant.example";proto=https'],
    ['host=tenant.example=evil.example;proto=https'],
    ['host="tenant.example;proto=https'],
    ['host=tenant.example;proto="https:evil.example"'],
    ['for="x;host=evil.example;proto=https;y"'],
  ]
  test.each(BAD)('that is not clear lets no proof in: %s %s', async (...values) => {
    const from = await holder(bench)
    const headers = values.filter(value => typeof value === 'string').map(value => `Forwarded: ${value}`)
    for (const htu of POSSIBLE) {
      await expectDenied(bench, withHeaders(await honestRequest(from, { claims: { htu } }), ...headers), FOREIGN)
    }
    const others = ['X-Forwarded-Proto: https', 'X-Forwarded-Host: tenant.example']
    await expectDenied(bench, withHeaders(await honestRequest(from, { url: TENANT }), ...headers, ...others), FOREIGN)
  })
})
