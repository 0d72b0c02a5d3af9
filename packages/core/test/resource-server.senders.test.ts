import { channel } from 'node:diagnostics_channel'
import { createClientCertificate } from '@scopeward/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { allOf, dpop, mutualTls } from '../src/access/expression.ts'
import type { Outcome } from '../src/guard.ts'
import type { RevocationVerdict } from '../src/options/revocation-list.ts'
import type { ResourceRequest } from '../src/request/resource-request.ts'
import { createResourceServer } from '../src/resource-server.ts'
import { createRevocationList } from '../src/revocation/create-revocation-list.ts'
import { statusOf, summaryOf, tampered } from './support/requests.ts'
import { clientKey, ORIGIN, PATH, peer, proofFor, type Sent, sent } from './support/senders.ts'
import { ISSUER, keys, mint, NOW, optionsFor, settableClock } from './support/tokens.ts'

const KEY = await keys()
const CLIENT = await clientKey()
const CERTIFICATE = createClientCertificate()
const BEARER = await mint(KEY)
const TO_KEY = await mint(KEY, { cnf: { jkt: CLIENT.thumbprint } })
const TO_CERTIFICATE = await mint(KEY, { cnf: { 'x5t#S256': CERTIFICATE.thumbprint } })
const TO_BOTH = await mint(KEY, { cnf: { jkt: CLIENT.thumbprint, 'x5t#S256': CERTIFICATE.thumbprint } })
const ACCEPTED = optionsFor(KEY, { dpop: 'accepted', publicOrigin: ORIGIN })
const TLS = peer('192.0.2.1', CERTIFICATE.der)

const proof = (token: string, changes = {}) => CLIENT.proof(proofFor(token, changes))
/** A request with the token and a fresh proof for it. */
async function proven(token: string, more: Partial<ResourceRequest> = {}): Promise<ResourceRequest> {
  return sent({ token, proofs: [await proof(token)] }, more)
}
const asBearer = (token: string, more: Sent = {}) => sent({ token, scheme: 'Bearer', ...more })

const BOTH = (bearer: string, proofs: string) =>
  `Bearer realm="https://api.example.com"${bearer}, DPoP realm="https://api.example.com"${proofs}, algs="ES256 Ed25519 PS256"`
const INVALID_TOKEN = (text: string) => `, error="invalid_token", error_description="${text}"`
const INVALID_PROOF = ', error="invalid_dpop_proof", error_description="The DPoP proof is not valid"'
const NOT_VALID = INVALID_TOKEN('The access token is not valid')

describe('dpop: accepted', () => {
  const api = createResourceServer(ACCEPTED)
  const check = async (request: ResourceRequest) => summaryOf(await api.check(request, 'controls:read'))

  test('a bound token with its proof, and a bearer token as ever', async () => {
    for (let i = 0; i < 3; i++) {
      expect(await check(await proven(TO_KEY))).toBe('granted')
      expect(await check(asBearer(BEARER))).toBe('granted')
    }
    expect(await api.check(await proven(TO_KEY), 'controls:read')).toMatchObject({
      granted: true,
      access: { clientId: 'nightly-import', senderConstraints: ['dpop'] },
    })
  })

  test('without credentials both schemes are offered, without an error (RFC 9449 section 7.2)', async () => {
    expect(await check(sent({}))).toEqual([
      'credentials_missing',
      401,
      'Bearer realm="https://api.example.com", scope="controls:read", DPoP realm="https://api.example.com", scope="controls:read", algs="ES256 Ed25519 PS256"',
    ])
  })

  test('downgrade: a bound token as a bearer token is refused, remembered or not, with its proof or without', async () => {
    const bearer = INVALID_TOKEN('The access token is bound to a key and needs a DPoP proof')
    const refused = ['bound_token_as_bearer', 401, BOTH(bearer, '')]
    for (const server of [api, createResourceServer(ACCEPTED)]) {
      const outcome = async (request: ResourceRequest) => summaryOf(await server.check(request, 'controls:read'))
      expect(await outcome(asBearer(TO_KEY))).toEqual(refused)
      expect(await outcome(asBearer(TO_KEY, { proofs: [await proof(TO_KEY)] }))).toEqual(refused)
      expect(await outcome(await proven(TO_KEY))).toBe('granted')
      expect(await outcome(asBearer(TO_KEY))).toEqual(refused)
    }
  })

  test.each<[string, () => Promise<ResourceRequest> | ResourceRequest, string, string]>([
    ['no proof', () => sent({ token: TO_KEY }), 'dpop_proof_missing', INVALID_PROOF],
    [
      'two proofs',
      async () => sent({ token: TO_KEY, proofs: [await proof(TO_KEY), await proof(TO_KEY)] }),
      'dpop_proof_duplicated',
      INVALID_PROOF,
    ],
    ['a proof that is none', () => sent({ token: TO_KEY, proofs: ['x'] }), 'dpop_proof_malformed', INVALID_PROOF],
    [
      'a proof for another method',
      async () => sent({ token: TO_KEY, proofs: [await proof(TO_KEY, { method: 'POST' })] }),
      'dpop_proof_invalid',
      INVALID_PROOF,
    ],
    [
      'a proof for another token',
      async () => sent({ token: TO_KEY, proofs: [await proof(BEARER)] }),
      'dpop_proof_invalid',
      INVALID_PROOF,
    ],
    [
      'a proof of another key',
      async () => sent({ token: TO_KEY, proofs: [await (await clientKey()).proof(proofFor(TO_KEY))] }),
      'dpop_binding_mismatch',
      INVALID_TOKEN('The access token is bound to another DPoP key'),
    ],
    [
      'a token that is bound to nothing',
      () => proven(BEARER),
      'dpop_token_unbound',
      INVALID_TOKEN('The access token is not bound to a DPoP key'),
    ],
    ['a token that is not genuine', () => proven(tampered(TO_KEY)), 'signature_invalid', NOT_VALID],
  ])('under DPoP, %s: 401, and the error stands with DPoP', async (_name, request, code, error) => {
    expect(await check(await proven(TO_KEY))).toBe('granted')
    expect(await check(await request())).toEqual([code, 401, BOTH('', error)])
  })

  test('a proof is good once, whether the token is remembered or not', async () => {
    for (const tokenCacheMaxEntries of [0, 100]) {
      const server = createResourceServer({ ...ACCEPTED, tokenCacheMaxEntries })
      const request = await proven(TO_KEY)
      expect(statusOf(await server.check(request, 'controls:read'))).toEqual(['granted', 200])
      expect(summaryOf(await server.check(request, 'controls:read'))).toEqual([
        'dpop_proof_replayed',
        401,
        BOTH('', INVALID_PROOF),
      ])
    }
  })

  test('a proof that let a request through is used up, also where the privilege was missing', async () => {
    const request = await proven(TO_KEY)
    expect(statusOf(await api.check(request, 'imports:write'))).toEqual(['insufficient_scope', 403])
    expect(statusOf(await api.check(request, 'controls:read'))).toEqual(['dpop_proof_replayed', 401])
  })

  test('two Authorization headers, one of each scheme: 400 in both challenges (RFC 9449 section 7.2)', async () => {
    const request = asBearer(BEARER, { headers: ['Authorization', `DPoP ${TO_KEY}`, 'DPoP', await proof(TO_KEY)] })
    const error = ', error="invalid_request", error_description="The request has more than one Authorization header"'
    expect(await check(request)).toEqual(['authorization_duplicated', 400, BOTH(error, error)])
  })

  test.each<[string, string, readonly unknown[]]>([
    ['Bearer without a token', 'Bearer', ['authorization_malformed', 400, 'Bearer']],
    ['Bearer and two words', 'Bearer a b', ['authorization_malformed', 400, 'Bearer']],
    ['DPoP without a token', 'DPoP', ['authorization_malformed', 400, 'DPoP']],
    ['DPoP and two words', 'DPoP a b', ['authorization_malformed', 400, 'DPoP']],
    ['a bearer token too large', `Bearer ${'a'.repeat(16_385)}`, ['token_too_large', 401, 'Bearer']],
    ['a DPoP token too large', `DPoP ${'a'.repeat(16_385)}`, ['token_too_large', 401, 'DPoP']],
  ])('%s: the error stands with the scheme that was used (RFC 9449 section 7.2)', async (_name, value, expected) => {
    const [code, status, challenge] = (await check(sent({ headers: ['Authorization', value] }))) as [
      string,
      number,
      string,
    ]
    const erring = challenge.split(', DPoP realm')[0]?.includes('error=') ? 'Bearer' : 'DPoP'
    expect([code, status, erring]).toEqual(expected)
    expect(challenge.match(/error=/g)).toHaveLength(1)
  })

  test('a warm bound request is answered without a promise', async () => {
    await check(await proven(TO_KEY))
    const request = await proven(TO_KEY)
    await new Promise(resolve => setImmediate(resolve))
    expect(api.check(request, 'controls:read')).toMatchObject({ granted: true })
  })
})

describe('dpop: required', () => {
  const api = createResourceServer({ ...ACCEPTED, dpop: 'required' })
  const check = async (request: ResourceRequest) => summaryOf(await api.check(request, 'controls:read'))
  const DPOP = 'DPoP realm="https://api.example.com", scope="controls:read", algs="ES256 Ed25519 PS256"'

  test('a bound token with its proof alone; Bearer is no scheme here', async () => {
    expect(await check(await proven(TO_KEY))).toBe('granted')
    expect(await check(sent({}))).toEqual(['credentials_missing', 401, DPOP])
    for (const token of [BEARER, TO_KEY, TO_CERTIFICATE]) {
      expect(await check(asBearer(token, {}))).toEqual(['scheme_unsupported', 401, DPOP])
    }
  })

  test('verify(), which sees no request, gives no token out', async () => {
    await expect(api.verify(BEARER)).rejects.toMatchObject({ code: 'sender_constraint_required', status: 401 })
    await expect(api.verify(TO_KEY)).rejects.toMatchObject({ code: 'sender_constraint_unsupported', status: 401 })
  })
})

describe('dpop: off', () => {
  const api = createResourceServer(optionsFor(KEY))

  test('DPoP is no scheme here, and a bound token no bearer token', async () => {
    const invalid = `Bearer realm="https://api.example.com"${NOT_VALID}`
    expect(statusOf(await api.check(asBearer(BEARER), 'controls:read'))).toEqual(['granted', 200])
    expect(summaryOf(await api.check(await proven(TO_KEY), 'controls:read'))).toEqual([
      'scheme_unsupported',
      401,
      'Bearer realm="https://api.example.com", scope="controls:read"',
    ])
    for (const token of [TO_KEY, TO_BOTH]) {
      const request = asBearer(token, { proofs: [await proof(token)] })
      expect(summaryOf(await api.check(request, 'controls:read'))).toEqual([
        'sender_constraint_unsupported',
        401,
        invalid,
      ])
    }
  })
})

describe('client certificates', () => {
  test.each([
    ['dpop: accepted', ACCEPTED],
    ['dpop: off', optionsFor(KEY)],
  ])('%s: a token that is bound to one goes by Bearer, over a connection that proved it', async (_name, options) => {
    const api = createResourceServer(options)
    const request = asBearer(TO_CERTIFICATE)
    for (let i = 0; i < 2; i++) {
      expect(await api.check({ ...request, socket: TLS }, 'controls:read')).toMatchObject({
        access: { senderConstraints: ['mutual-tls'] },
      })
      expect(statusOf(await api.check(request, 'controls:read'))).toEqual(['client_certificate_missing', 401])
      const other = peer('192.0.2.1', createClientCertificate().der)
      expect(statusOf(await api.check({ ...request, socket: other }, 'controls:read'))).toEqual([
        'client_certificate_mismatch',
        401,
      ])
    }
  })

  test('both: the proof and the certificate', async () => {
    const api = createResourceServer(ACCEPTED)
    expect(await api.check(await proven(TO_BOTH, { socket: TLS }), 'controls:read')).toMatchObject({
      access: { senderConstraints: ['dpop', 'mutual-tls'] },
    })
    expect(statusOf(await api.check(await proven(TO_BOTH), 'controls:read'))).toEqual([
      'client_certificate_missing',
      401,
    ])
    expect(statusOf(await api.check(sent({ token: TO_BOTH }, { socket: TLS }), 'controls:read'))).toEqual([
      'dpop_proof_missing',
      401,
    ])
  })

  test('a malformed header of the declared proxy is 400 for a bound token, and nothing to others', async () => {
    const api = createResourceServer({
      ...ACCEPTED,
      trustedProxy: { addresses: ['10.0.0.7'], clientCertificate: 'client-cert' },
    })
    const from = (token: string): ResourceRequest => ({
      ...asBearer(token, { headers: ['Client-Cert', 'x'] }),
      socket: peer('10.0.0.7'),
    })
    const error = ', error="invalid_request", error_description="The client certificate header is malformed"'
    expect(summaryOf(await api.check(from(TO_CERTIFICATE), 'controls:read'))).toEqual([
      'client_certificate_invalid',
      400,
      BOTH(error, ''),
    ])
    expect(statusOf(await api.check(from(BEARER), 'controls:read'))).toEqual(['granted', 200])
  })
})

describe('routes that demand more than the server', () => {
  const api = createResourceServer(ACCEPTED)
  const TEXT = INVALID_TOKEN('This resource needs an access token that is bound to its sender')

  test('dpop: a bearer token is answered 401, and only DPoP is offered', async () => {
    const requirement = allOf('controls:read', dpop)
    const challenge = `DPoP realm="https://api.example.com"${TEXT}, scope="controls:read", algs="ES256 Ed25519 PS256"`
    expect(statusOf(await api.check(await proven(TO_KEY), requirement))).toEqual(['granted', 200])
    expect(summaryOf(await api.check(asBearer(BEARER), requirement))).toEqual([
      'sender_constraint_required',
      401,
      challenge,
    ])
    const mutual = { ...asBearer(TO_CERTIFICATE), socket: TLS }
    expect(statusOf(await api.check(mutual, requirement))).toEqual(['sender_constraint_required', 401])
  })

  test('mutualTls: a token that is bound to a key alone is answered 401', async () => {
    const requirement = allOf('controls:read', mutualTls)
    const mutual = { ...asBearer(TO_CERTIFICATE), socket: TLS }
    expect(statusOf(await api.check(mutual, requirement))).toEqual(['granted', 200])
    expect(statusOf(await api.check(await proven(TO_BOTH, { socket: TLS }), requirement))).toEqual(['granted', 200])
    expect(statusOf(await api.check(await proven(TO_KEY, { socket: TLS }), requirement))).toEqual([
      'sender_constraint_required',
      401,
    ])
    expect(statusOf(await api.check({ ...asBearer(BEARER), socket: TLS }, requirement))).toEqual([
      'sender_constraint_required',
      401,
    ])
  })

  test('who lacks the scope as well is answered 403', async () => {
    expect(statusOf(await api.check(asBearer(BEARER), allOf('imports:write', dpop)))).toEqual([
      'insufficient_scope',
      403,
    ])
  })
})

describe('nonces (RFC 9449 sections 8 and 9)', () => {
  const span = NOW - (NOW % 300)
  const nonces = { secrets: ['a secret of at least thirty-two bytes'] }

  function serverAt(clock = settableClock(span)) {
    const options = { ...ACCEPTED, clock: clock.read, dpop: { mode: 'accepted', nonces } } as const
    return { clock, api: createResourceServer(options) }
  }
  const token = mint(KEY, { cnf: { jkt: CLIENT.thumbprint }, iat: span, exp: span + 3600 })
  const withNonce = async (nonce: string | undefined, iat: number) => {
    const bound = await token
    return sent({ token: bound, proofs: [await proof(bound, { iat, ...(nonce !== undefined && { nonce }) })] })
  }
  const headersOf = (outcome: Outcome) => (outcome.granted ? outcome.headers : outcome.denial.headers)

  test('the first request is sent for one, the next one uses it, and a later one is handed the next', async () => {
    const { clock, api } = serverAt()
    const first = await api.check(await withNonce(undefined, span), 'controls:read')
    expect(summaryOf(first)).toEqual([
      'dpop_nonce_required',
      401,
      'DPoP realm="https://api.example.com", error="use_dpop_nonce", error_description="The DPoP proof needs the nonce of the header DPoP-Nonce", algs="ES256 Ed25519 PS256"',
    ])
    const nonce = headersOf(first)?.['DPoP-Nonce'] as string
    const second = await api.check(await withNonce(nonce, span), 'controls:read')
    expect([statusOf(second), headersOf(second)]).toEqual([['granted', 200], undefined])
    clock.seconds = span + 300
    const third = await api.check(await withNonce(nonce, span + 300), 'controls:read')
    expect(statusOf(third)).toEqual(['granted', 200])
    const next = headersOf(third)?.['DPoP-Nonce'] as string
    expect(headersOf(third)).toEqual({
      'DPoP-Nonce': expect.stringMatching(/^[\w-]{43}$/),
      'Cache-Control': 'no-store',
    })
    expect(next).not.toBe(nonce)
    expect(headersOf(await api.check(await withNonce(next, span + 300), 'controls:read'))).toBeUndefined()
  })

  test('a bearer token is not concerned', async () => {
    const { api } = serverAt(settableClock(NOW))
    const outcome = await api.check(asBearer(BEARER), 'controls:read')
    expect([statusOf(outcome), headersOf(outcome)]).toEqual([['granted', 200], undefined])
  })

  test('another process with the same secret takes the nonce', async () => {
    const [one, other] = [serverAt().api, serverAt(settableClock(span + 20)).api]
    const nonce = headersOf(await one.check(await withNonce(undefined, span), 'controls:read'))?.['DPoP-Nonce']
    expect(statusOf(await other.check(await withNonce(nonce, span), 'controls:read'))).toEqual(['granted', 200])
  })
})

describe('revocation', () => {
  test('is asked about on every request, remembered tokens included', async () => {
    const revocation = createRevocationList({ clock: () => NOW * 1000 })
    const api = createResourceServer({ ...ACCEPTED, revocation })
    const check = async (request: ResourceRequest) => summaryOf(await api.check(request, 'controls:read'))
    const revoked = INVALID_TOKEN('The access token was revoked')
    expect([await check(asBearer(BEARER)), await check(await proven(TO_KEY))]).toEqual(['granted', 'granted'])
    revocation.revoke({ clientId: 'nightly-import', issuer: ISSUER })
    expect(await check(asBearer(BEARER))).toEqual(['token_revoked', 401, BOTH(revoked, '')])
    expect(await check(await proven(TO_KEY))).toEqual(['token_revoked', 401, BOTH('', revoked)])
    await expect(api.verify(BEARER)).rejects.toMatchObject({ code: 'token_revoked', status: 401 })
  })

  test('a token that is not genuine is not asked about', async () => {
    const asked: unknown[] = []
    const revocation = {
      verdictOn: (token: unknown): RevocationVerdict => (asked.push(token) > 0 ? 'revoked' : 'unknown'),
    }
    const api = createResourceServer({ ...ACCEPTED, revocation })
    expect(statusOf(await api.check(asBearer(tampered(BEARER)), 'controls:read'))).toEqual(['signature_invalid', 401])
    expect(asked).toEqual([])
  })

  test('is asked about again when a proof had to be waited for: it may have come meanwhile', async () => {
    const revocation = createRevocationList({ clock: () => NOW * 1000 })
    const waiting: ((isNew: boolean) => void)[] = []
    const remember = () => new Promise<boolean>(resolve => waiting.push(resolve))
    const dpopOptions = { mode: 'accepted', replayStore: { remember } } as const
    const api = createResourceServer({ ...ACCEPTED, revocation, dpop: dpopOptions })
    const outcome = api.check(await proven(TO_KEY), 'controls:read')
    while (waiting.length === 0) await new Promise(resolve => setImmediate(resolve))
    revocation.revoke({ clientId: 'nightly-import' })
    waiting[0]?.(true)
    expect(statusOf(await outcome)).toEqual(['token_revoked', 401])
  })

  test('a list that cannot tell lets nobody in: 503, and no challenge', async () => {
    let verdict: RevocationVerdict = 'not_revoked'
    const api = createResourceServer({ ...ACCEPTED, revocation: { verdictOn: () => verdict } })
    expect(statusOf(await api.check(asBearer(BEARER), 'controls:read'))).toEqual(['granted', 200])
    verdict = 'unknown'
    expect(summaryOf(await api.check(asBearer(BEARER), 'controls:read'))).toEqual([
      'revocation_unavailable',
      503,
      undefined,
    ])
    await expect(api.verify(BEARER)).rejects.toMatchObject({ code: 'revocation_unavailable', status: 503 })
    verdict = 'not_revoked'
    expect(statusOf(await api.check(asBearer(BEARER), 'controls:read'))).toEqual(['granted', 200])
  })
})

test('verify() gives out no token that is bound: there is nobody to prove anything', async () => {
  const api = createResourceServer(ACCEPTED)
  expect(await api.verify(BEARER)).toMatchObject({ senderConstraints: [] })
  for (const token of [TO_KEY, TO_CERTIFICATE, TO_BOTH]) {
    const refusal = {
      code: 'sender_constraint_unsupported',
      status: 401,
      detail: { reason: 'there is no request' },
    }
    await expect(api.verify(token)).rejects.toMatchObject(refusal)
    expect(statusOf(await api.check(await proven(token, { socket: TLS }), 'controls:read'))[1]).not.toBe(500)
    await expect(api.verify(token)).rejects.toMatchObject(refusal)
  }
})

describe('events', () => {
  function eventsOn(name: 'scopeward:granted' | 'scopeward:denied'): Record<string, unknown>[] {
    const events: Record<string, unknown>[] = []
    const listen = (event: unknown) => events.push(event as Record<string, unknown>)
    channel(name).subscribe(listen)
    onTestFinished(() => void channel(name).unsubscribe(listen))
    return events
  }

  test('cached says whether the token was known, also where a proof or a store has to be waited for', async () => {
    const granted = eventsOn('scopeward:granted')
    const stores = [undefined, { remember: async () => true }]
    for (const replayStore of stores) {
      const api = createResourceServer({ ...ACCEPTED, dpop: { mode: 'accepted', ...(replayStore && { replayStore }) } })
      for (const token of [TO_KEY, TO_KEY, TO_KEY]) await api.check(await proven(token), 'controls:read')
    }
    expect(granted.map(({ cached }) => cached)).toEqual([false, true, true, false, true, true])
  })

  test('a refusal names the issuer and the client that the token was issued to, and what was wrong', async () => {
    const denied = eventsOn('scopeward:denied')
    const api = createResourceServer({ ...ACCEPTED, revocation: { verdictOn: () => 'not_revoked' } })
    await api.check(sent({ token: TO_KEY, proofs: [await proof(TO_KEY, { method: 'POST' })] }), 'controls:read')
    await api.check(asBearer(TO_KEY), 'controls:read')
    await api.check(asBearer(BEARER), dpop)
    const common = { issuer: ISSUER, clientId: 'nightly-import', status: 401 }
    expect(denied).toEqual([
      expect.objectContaining({
        ...common,
        code: 'dpop_proof_invalid',
        detail: { check: 'DP8', reason: 'htm is not the method of the request' },
      }),
      expect.objectContaining({ ...common, code: 'bound_token_as_bearer', detail: undefined }),
      expect.objectContaining({ ...common, code: 'sender_constraint_required', requirement: 'dpop' }),
    ])
  })
})

test('the metadata says what proofs are signed with, and whether every token must be bound (RFC 9728 section 2)', () => {
  const documentOf = (dpopOption: 'off' | 'accepted' | 'required') => {
    const api = createResourceServer({ ...ACCEPTED, dpop: dpopOption, resourceMetadata: { resource: ORIGIN } })
    return JSON.parse(String(api.metadata?.respondTo('GET').body))
  }
  expect(documentOf('off')).not.toHaveProperty('dpop_signing_alg_values_supported')
  expect(documentOf('accepted')).toMatchObject({ dpop_signing_alg_values_supported: ['ES256', 'Ed25519', 'PS256'] })
  expect(documentOf('accepted')).not.toHaveProperty('dpop_bound_access_tokens_required')
  expect(documentOf('required')).toMatchObject({
    dpop_signing_alg_values_supported: ['ES256', 'Ed25519', 'PS256'],
    dpop_bound_access_tokens_required: true,
  })
})

test('the example of a whole exchange through a proxy: its word for the origin, and for the certificate', async () => {
  const api = createResourceServer({
    ...ACCEPTED,
    publicOrigin: undefined as never,
    trustedProxy: { addresses: ['10.0.0.0/8'], origin: 'x-forwarded', clientCertificate: 'client-cert' },
  })
  const forwarded = [
    ...['X-Forwarded-Proto', 'https', 'X-Forwarded-Host', 'api.example.com'],
    ...['Client-Cert', `:${CERTIFICATE.der.toString('base64')}:`],
  ]
  const from = async (address: string) =>
    sent(
      { token: TO_BOTH, proofs: [await proof(TO_BOTH)], headers: forwarded },
      { socket: peer(address), url: `${PATH}?a` },
    )
  expect(statusOf(await api.check(await from('10.0.0.7'), 'controls:read'))).toEqual(['granted', 200])
  expect(statusOf(await api.check(await from('192.0.2.1'), 'controls:read'))).toEqual([
    'client_certificate_missing',
    401,
  ])
})
