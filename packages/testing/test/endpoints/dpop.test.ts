import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  createDpopKey,
  createTestIssuer,
  type DpopKey,
  honestProofNames,
  type ProofForgeryName,
  type ProofInput,
  proofForgeries,
  proofForgeryNames,
  type TestIssuer,
  testClock,
} from '../../src/index.ts'
import { claimsOf, verifyByJose } from '../support.ts'

const clock = testClock()
const CLIENT = { clientId: 'importer', clientSecret: 's', scopes: ['controls:read'] }
let issuer: TestIssuer
let key: DpopKey

beforeAll(async () => {
  issuer = await createTestIssuer({
    clock,
    algorithm: 'ES256',
    clients: [CLIENT, { ...CLIENT, clientId: 'opaque', opaque: true }],
  })
  key = await createDpopKey('ES256', { clock })
})
afterAll(() => issuer.stop())

interface Result {
  readonly status: number
  readonly nonce: string | null
  readonly body: Record<string, unknown>
}

async function ask(proof: string | undefined, { at = issuer, clientId = 'importer' } = {}): Promise<Result> {
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: 's' })
  const headers = proof === undefined ? {} : { dpop: proof }
  const response = await fetch(at.tokenEndpoint, { method: 'POST', body, headers })
  return {
    status: response.status,
    nonce: response.headers.get('dpop-nonce'),
    body: (await response.json()) as Result['body'],
  }
}

/** Two headers, which fetch would join. */
function statusOfTwo(...proofs: readonly [string, string]): Promise<number | undefined> {
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'importer', client_secret: 's' })
  const headers = { dpop: [...proofs], 'content-type': 'application/x-www-form-urlencoded' }
  return new Promise((resolve, reject) => {
    httpRequest(issuer.tokenEndpoint, { method: 'POST', headers }, response => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end(String(body))
  })
}

const request = (changes: Partial<ProofInput> = {}, at: TestIssuer = issuer): ProofInput => ({
  method: 'POST',
  url: at.tokenEndpoint,
  ...changes,
})

const REFUSED = {
  status: 400,
  nonce: null,
  body: { error: 'invalid_dpop_proof', error_description: expect.stringMatching(/^the DPoP proof is not valid: /) },
}

describe('a token request with a DPoP proof (RFC 9449 section 5)', () => {
  test('is answered with a token that is bound to the key, for use with the scheme DPoP', async () => {
    const { status, nonce, body } = await ask(await key.proof(request()))
    expect(status).toBe(200)
    expect(nonce).toBeNull()
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: 'DPoP',
      expires_in: 300,
      scope: 'controls:read',
    })
    const { payload } = await verifyByJose(issuer, String(body.access_token))
    expect(payload.cnf).toEqual({ jkt: key.thumbprint })
  })

  test('gets opaque tokens bound too, and introspection says so (section 6.2)', async () => {
    const { body } = await ask(await key.proof(request()), { clientId: 'opaque' })
    expect(body.token_type).toBe('DPoP')
    const asked = new URLSearchParams({ token: String(body.access_token), client_id: 'importer', client_secret: 's' })
    const answer = await fetch(issuer.introspectionEndpoint, { method: 'POST', body: asked })
    expect(await answer.json()).toMatchObject({ active: true, token_type: 'DPoP', cnf: { jkt: key.thumbprint } })
  })

  test('without a proof it is answered with a bearer token', async () => {
    const { status, body } = await ask(undefined)
    expect(status).toBe(200)
    expect(body.token_type).toBe('Bearer')
    expect(claimsOf(String(body.access_token))).not.toHaveProperty('cnf')
  })

  test('with an honest proof in any spelling is answered with a token', async () => {
    for (const name of honestProofNames(issuer.tokenEndpoint)) {
      expect([name, (await ask(await key.honest(name, request()))).body.token_type]).toEqual([name, 'DPoP'])
    }
  })

  /** It reads JSON and base64url as jose does, which is enough for a test double. */
  const ACCEPTED: readonly ProofForgeryName[] = [
    'b64-false',
    'crit-b64',
    'header-duplicate-alg',
    'lone-surrogate',
    'payload-bom',
    'payload-deep',
    'payload-duplicate-escaped',
    'payload-duplicate-htu',
    'signature-noncanonical',
    'signature-padding',
    'whitespace',
  ]

  test('with a forged proof is refused with invalid_dpop_proof', async () => {
    const names = proofForgeryNames().filter(name => !proofForgeries[name].needsAccessToken)
    const accepted: string[] = []
    for (const name of names) {
      const result = await ask(await key.forge(name, request()))
      if (result.status === 200) accepted.push(name)
      else expect([name, result]).toEqual([name, REFUSED])
    }
    expect(accepted.sort()).toEqual(ACCEPTED)
  })

  test('is refused with two proofs, and with one that was used before', async () => {
    const proof = await key.proof(request())
    expect(await statusOfTwo(proof, await key.proof(request()))).toBe(400)
    expect((await ask(proof)).status).toBe(200)
    expect(await ask(proof)).toEqual({
      ...REFUSED,
      body: { error: 'invalid_dpop_proof', error_description: 'the DPoP proof is not valid: jti was used before' },
    })
    const other = await createDpopKey('Ed25519', { clock })
    expect((await ask(await other.proof(request({ jti: String(claimsOf(proof).jti) })))).status).toBe(200)
  })

  test('takes proofs up to 60 s old and 10 s ahead', async () => {
    const now = clock() / 1000
    const statusAt = async (iat: number) => (await ask(await key.proof(request({ iat })))).status
    expect(await statusAt(now - 60)).toBe(200)
    expect(await statusAt(now - 61)).toBe(400)
    expect(await statusAt(now + 10)).toBe(200)
    expect(await statusAt(now + 11)).toBe(400)
  })
})

describe('with requireDpopNonce (RFC 9449 section 8)', () => {
  test('a proof without the nonce is refused, and the answer has it', async () => {
    await using strict = await createTestIssuer({ clock, requireDpopNonce: true, clients: [CLIENT] })
    const first = await ask(await key.proof(request({}, strict)), { at: strict })
    expect(first).toEqual({
      status: 400,
      nonce: expect.stringMatching(/^[\w-]{22}$/),
      body: {
        error: 'use_dpop_nonce',
        error_description: 'the proof must carry the nonce of the header DPoP-Nonce',
      },
    })
    const nonce = String(first.nonce)
    const second = await ask(await key.proof(request({ nonce }, strict)), { at: strict })
    expect(second).toMatchObject({ status: 200, nonce, body: { token_type: 'DPoP' } })
    expect(await ask(await key.proof(request({ nonce: `${nonce}x` }, strict)), { at: strict })).toEqual(first)
    expect(await ask(undefined, { at: strict })).toMatchObject({ status: 200, nonce, body: { token_type: 'Bearer' } })
  })
})
