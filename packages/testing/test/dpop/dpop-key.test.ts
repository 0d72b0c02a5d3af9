import { calculateJwkThumbprint } from 'jose'
import { expect, test } from 'vitest'
import { jwkThumbprint } from '../../src/dpop/thumbprint.ts'
import { createDpopKey, forgedKeys, proofUnder, type TestAlgorithm, testClock } from '../../src/index.ts'
import { claimsOf, headerOf } from '../support.ts'
import { verifyProof } from './support.ts'

const clock = testClock('2026-03-01T12:00:00.900Z')
const NOW = Date.UTC(2026, 2, 1, 12) / 1000
const REQUEST = { method: 'GET', url: 'https://api.example.com/v1/controls' }
const ALGORITHMS: readonly TestAlgorithm[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'Ed25519',
  'EdDSA',
]

test('makes a proof for one request, with the claims of RFC 9449 section 4.2', async () => {
  const key = await createDpopKey('ES256', { clock })
  const proof = await key.proof(REQUEST)
  expect(headerOf(proof)).toEqual({ typ: 'dpop+jwt', alg: 'ES256', jwk: key.jwk })
  expect(Object.keys(key.jwk).sort()).toEqual(['crv', 'kty', 'x', 'y'])
  expect(claimsOf(proof)).toEqual({
    jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
    htm: 'GET',
    htu: REQUEST.url,
    iat: NOW,
  })
})

test.each(ALGORITHMS)('jose accepts proofs signed with %s', async algorithm => {
  const key = await createDpopKey(algorithm, { clock })
  const input = { ...REQUEST, accessToken: 'token' }
  const { protectedHeader } = await verifyProof(await key.proof(input), { key, input, clock })
  expect(protectedHeader.alg).toBe(algorithm)
  expect(key.thumbprint).toBe(await calculateJwkThumbprint(key.jwk as { kty: string }))
})

test('the hash of the token is that of the example of RFC 9449 section 7.1', async () => {
  const accessToken = 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU'
  const key = await createDpopKey()
  expect(claimsOf(await key.proof({ ...REQUEST, accessToken }))).toMatchObject({
    ath: 'fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo',
  })
})

test('the thumbprint is that of the examples of RFC 9449 section 6.1 and RFC 8037 appendix A.3', () => {
  const ec = {
    kty: 'EC',
    x: 'l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs',
    y: '9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA',
    crv: 'P-256',
  }
  expect(jwkThumbprint(ec)).toBe('0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I')
  const okp = { crv: 'Ed25519', kty: 'OKP', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }
  expect(jwkThumbprint(okp)).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k')
})

test('makes every proof for one use', async () => {
  const key = await createDpopKey()
  const proofs = await Promise.all(Array.from({ length: 20 }, () => key.proof(REQUEST)))
  expect(new Set(proofs.map(proof => claimsOf(proof).jti)).size).toBe(20)
})

test('leaves query and fragment out of htu, and the rest as it is spelled', async () => {
  const key = await createDpopKey()
  const htu = async (url: string | URL) => claimsOf(await key.proof({ ...REQUEST, url })).htu
  expect(await htu('HTTPS://API.example.com:443/a/../b?c=1#d?e')).toBe('HTTPS://API.example.com:443/a/../b')
  expect(await htu('https://api.example.com/b#d?e')).toBe('https://api.example.com/b')
  expect(await htu(new URL('https://api.example.com/a?b'))).toBe('https://api.example.com/a')
})

test('puts every input where it belongs; claims and header have the last word', async () => {
  const key = await createDpopKey()
  const proof = await key.proof({
    ...REQUEST,
    nonce: 'n',
    iat: 1,
    jti: 'replaced',
    claims: { jti: 'j', htm: undefined, custom: true },
    header: { kid: 'k', typ: undefined },
  })
  expect(claimsOf(proof)).toEqual({ jti: 'j', htu: REQUEST.url, iat: 1, nonce: 'n', custom: true })
  expect(headerOf(proof)).toEqual({ alg: 'ES256', jwk: key.jwk, kid: 'k' })
})

test('refuses what would be a test of something else', async () => {
  const key = await createDpopKey()
  const proof = (input: object) => key.proof(input as never)
  await expect(proof({ ...REQUEST, token: 't' })).rejects.toThrow(
    'proof: unknown option "token"; known are method, url',
  )
  await expect(proof({ url: REQUEST.url })).rejects.toThrow('proof: method is missing')
  await expect(proof({ method: 'GET', url: '/v1/controls' })).rejects.toThrow('proof: url must be absolute')
  await expect(createDpopKey('HS256' as never)).rejects.toThrow('createDpopKey: algorithm: "HS256" is none of RS256')
  await expect(createDpopKey('ES256', { time: clock } as never)).rejects.toThrow('unknown option "time"')
})

test('makes proofs under keys with which anybody can sign, which jose accepts', async () => {
  const input = { ...REQUEST, accessToken: 'token' }
  for (const name of ['rsaExponentOne', 'ed25519LowOrder'] as const) {
    const key = forgedKeys[name]
    await verifyProof(proofUnder(key, input, { clock }), { key, input, clock })
  }
  const key = forgedKeys.p256OffCurve
  await expect(verifyProof(proofUnder(key, input, { clock }), { key, input, clock })).rejects.toThrow()
})
