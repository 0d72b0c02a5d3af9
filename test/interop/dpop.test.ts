import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AUDIENCE } from './support/audiences.ts'
import { APIS, type BoundApi } from './support/bound-apis.ts'
import { type BoundCaller, CALLERS } from './support/bound-callers.ts'
import { SERVICES } from './support/bound-clients.ts'
import { type BoundProvider, startBoundProvider } from './support/bound-provider.ts'
import * as challenges from './support/dpop-challenges.ts'
import { challengesIn, resend, witness } from './support/witness.ts'

const CALLER = { clientId: SERVICES.modern, kind: 'service' }
const GRANTED = {
  status: 200,
  codes: [],
  challenge: null,
  nonce: null,
  body: { ...CALLER, senderConstraints: ['dpop'] },
}
const GRANTED_UNBOUND = { ...GRANTED, body: { ...CALLER, senderConstraints: [] } }

let provider: BoundProvider

beforeAll(async () => {
  provider = await startBoundProvider()
})
afterAll(() => provider.stop())

describe.each(CALLERS)('tokens of oidc-provider that %s bound to its key', (_library, createCaller) => {
  let caller: BoundCaller
  let stranger: BoundCaller
  let bound: string
  let unbound: string

  beforeAll(async () => {
    const options = { issuer: provider.issuer, clientId: SERVICES.modern }
    ;[caller, stranger] = await Promise.all([createCaller(options), createCaller(options)])
    ;[bound, unbound] = [await caller.token(), await caller.token('reports:read', false)]
  })

  test('are JWT access tokens that name the key (RFC 9068 section 2.1, RFC 9449 section 6.1)', async () => {
    const [header, claims] = bound.split('.', 2).map(part => JSON.parse(Buffer.from(part, 'base64url').toString()))
    expect(header).toMatchObject({ typ: 'at+jwt' })
    expect(claims).toMatchObject({ aud: AUDIENCE, cnf: { jkt: await caller.thumbprint() } })
  })

  describe.each(APIS)('for an API in %s that takes proofs and bearer tokens', (_framework, startApi) => {
    let api: BoundApi
    let reports: URL
    let proven: URL

    beforeAll(async () => {
      api = await startApi({ issuer: provider.issuer, dpop: 'accepted' })
      reports = new URL('/reports', api.origin)
      proven = new URL('/proven', api.origin)
    })
    afterAll(() => api.stop())

    const expectGranted = async () => {
      expect(await witness(() => caller.call(reports, bound))).toMatchObject(GRANTED)
    }

    test('let the caller in, which is told to be the one that holds the key (RFC 9449 section 7.1)', async () => {
      await expectGranted()
      await expectGranted()
      expect(await witness(() => caller.call(proven, bound))).toMatchObject(GRANTED)
    })

    test('let it in with a query, which is no part of the proof (RFC 9449 section 4.2)', async () => {
      const url = new URL('/reports?year=2024&q=%C3%BC%2F#top', api.origin)
      const answer = await witness(() => caller.call(url, bound))
      expect(answer).toMatchObject({ ...GRANTED, body: { query: { year: '2024', q: 'ü/' } } })
    })

    test('let it in by POST, with a body', async () => {
      const writing = await caller.token('reports:write')
      const request = { method: 'POST', body: '{"year":2024}' }
      const answer = await witness(() => caller.call(reports, writing, request))
      expect(answer).toMatchObject({ ...GRANTED, body: { body: { year: 2024 } } })
    })

    test.each([
      ['a%20b', 'a b'],
      ['a%2Fb', 'a/b'],
      // `URL`, of which the libraries make request target and proof, leaves it as it is; RFC 3986 has it escaped.
      ['a|b', 'a|b'],
      ['a%2fb', 'a/b'],
      ['%C3%BC', 'ü'],
      ['%c3%bc', 'ü'],
      ['ü', 'ü'],
      ['%7Ejane', '~jane'],
      ['~jane', '~jane'],
      ['%41%2d%5F', 'A-_'],
      ['100%25', '100%'],
      ['%2E%2Ereports', '..reports'],
      ['x/../y', 'y'],
      ['x/%2e%2E/y', 'y'],
      [`it's!*();v=1,2&$@:+`, `it's!*();v=1,2&$@:+`],
      ['%5B1%5D', '[1]'],
      ['[1]', '[1]'],
      ['{a}`b"<c>', '{a}`b"<c>'],
      ['%3F%23', '?#'],
    ])('let it in at a path with %s (RFC 3986 section 6.2.2)', async (segment, id) => {
      const answer = await witness(() => caller.call(new URL(`/reports/${segment}`, api.origin), bound))
      expect(answer).toMatchObject({ ...GRANTED, body: { id } })
    })

    test('use a proof up for every spelling of its URI (RFC 3986 section 6.2.2)', async () => {
      const answer = await witness(() => caller.call(new URL('/reports/%7Ejane%2f', api.origin), bound))
      expect(answer).toMatchObject({ ...GRANTED, body: { id: '~jane/' } })
      const caught = api.arrived.at(-1)
      for (const url of ['/reports/~jane%2F', '/reports/%7ej%61ne%2f?again']) {
        expect(await resend(api, caught, { url })).toEqual(challenges.REPLAYED)
      }
      const another = await resend(api, caught, { url: '/reports/~jane' })
      expect(another).toEqual(challenges.proofRefused('DP9', 'htu is not the URI of the request'))
    })

    test('are refused as bearer tokens (RFC 9449 section 7.2)', async () => {
      await expectGranted()
      expect(await witness(() => caller.callAsBearer(reports, bound))).toEqual(challenges.DOWNGRADED)
    })

    test('are refused with a proof by another key (RFC 9449 section 4.3)', async () => {
      await expectGranted()
      expect(await witness(() => stranger.call(reports, bound))).toEqual(challenges.STOLEN)
      const own = await stranger.token()
      expect(await witness(() => stranger.call(reports, own))).toMatchObject(GRANTED)
    })

    test('are refused along with a proof that was read off the wire (RFC 9449 sections 4.3 and 11.1)', async () => {
      await expectGranted()
      const caught = api.arrived.at(-1)
      expect(await resend(api, caught)).toEqual(challenges.REPLAYED)
      expect(await resend(api, caught, { url: '/reports?again' })).toEqual(challenges.REPLAYED)
      expect(await resend(api, caught, { method: 'POST' })).toEqual(
        challenges.proofRefused('DP8', 'htm is not the method of the request'),
      )
      expect(await resend(api, caught, { url: '/reports/1' })).toEqual(
        challenges.proofRefused('DP9', 'htu is not the URI of the request'),
      )
      const another = { authorization: `DPoP ${await caller.token()}` }
      expect(await resend(api, caught, another)).toEqual(challenges.proofRefused('DP12', 'ath is not of this token'))
      await expectGranted()
    })

    test('are refused with a proof for another name of the API (RFC 9449 section 4.3)', async () => {
      await expectGranted()
      const alias = new URL(reports)
      alias.hostname = 'localhost'
      expect(await witness(() => caller.call(alias, bound))).toEqual(
        challenges.proofRefused('DP9', 'htu is not the URI of the request'),
      )
    })

    test('are refused without a proof, and with two in one header (RFC 9449 sections 4.3 and 7.1)', async () => {
      await expectGranted()
      const caught = api.arrived.at(-1)
      expect(await resend(api, caught, { dpop: undefined })).toEqual(challenges.PROOF_MISSING)
      await caller.call(reports, bound)
      const two = `${api.arrived.at(-1)?.headers.dpop}, ${caught?.headers.dpop}`
      expect(await resend(api, caught, { dpop: two })).toEqual(challenges.NOT_ONE_PROOF)
    })

    test('stand beside bearer tokens, which get in without a proof and not with one (RFC 9449 section 7.1)', async () => {
      await expectGranted()
      expect(await witness(() => caller.callAsBearer(reports, unbound))).toMatchObject(GRANTED_UNBOUND)
      expect(await witness(() => caller.call(reports, unbound))).toEqual(challenges.UNBOUND)
    })

    test('are what a route for bound tokens demands (RFC 9449 section 7.1)', async () => {
      expect(await witness(() => caller.call(proven, bound))).toMatchObject(GRANTED)
      expect(await witness(() => caller.callAsBearer(proven, unbound))).toEqual(challenges.BOUND_DEMANDED)
    })

    test('with too little scope get 403 in the scheme that they came by (RFC 6750 section 3.1)', async () => {
      await expectGranted()
      const answer = await witness(() => caller.call(reports, bound, { method: 'POST' }))
      expect(answer).toEqual(challenges.TOO_LITTLE)
    })

    test('are asked for in a challenge that the library reads, after the one for bearer tokens', async () => {
      await expectGranted()
      expect(await witness(() => fetch(reports))).toEqual(challenges.BOTH_OFFERED)
      const parameters = { realm: AUDIENCE, error: 'invalid_token' }
      const read = await challengesIn(() => caller.callAsBearer(reports, bound))
      expect(read).toMatchObject([
        { scheme: 'bearer', parameters },
        { scheme: 'dpop', parameters: { realm: AUDIENCE, algs: 'ES256 Ed25519 PS256' } },
      ])
      expect(read[1]?.parameters.error).toBeUndefined()
    })
  })
})
