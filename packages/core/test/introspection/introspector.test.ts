import { expect, test } from 'vitest'
import { asking, codeOf, createRig } from '../support/introspecting.ts'
import { json, startEndpoint } from '../support/introspection-endpoint.ts'

const SIGNED = { signedResponses: true, algorithms: ['ES256'] } as const

test('a signed answer is asked for and believed, and a plain one then is none (RFC 9701 sections 4 and 5)', async () => {
  const { ask, issuer, token } = await createRig(SIGNED)
  expect(await ask(token())).toBe('granted')
  expect(issuer.lastIntrospection?.accept).toBe('application/token-introspection+jwt')
  expect(await ask('never-issued')).toBe('token_inactive')
  const endpoint = await startEndpoint()
  const api = asking(endpoint, { ...SIGNED, jwksUri: issuer.jwksUri })
  await expect(api.verify('opaque')).rejects.toMatchObject({
    code: 'introspection_unavailable',
    detail: { reason: 'the signed answer was refused (token_malformed)' },
  })
})

test('signed answers whose keys cannot be had are 503 with the reason that it is the keys', async () => {
  const { ask, issuer, token } = await createRig(SIGNED)
  issuer.setFault('down', 'jwks')
  expect(await ask(token())).toBe('keys_unavailable')
})

test('ready() finds the endpoint, and the keys of signed answers', async () => {
  const plain = await createRig()
  expect(await plain.api.ready()).toEqual({ issuers: [{ issuer: plain.issuer.issuer, keySet: 'none' }] })
  expect(plain.issuer.requests).toMatchObject({ metadata: 1, jwks: 0, introspection: 0 })
  const signed = await createRig(SIGNED)
  expect(await signed.api.ready()).toEqual({ issuers: [{ issuer: signed.issuer.issuer, keySet: 'available' }] })
  expect(signed.issuer.requests).toMatchObject({ jwks: 1, introspection: 0 })
})

test('ready() says why an issuer cannot be asked', async () => {
  const { api, issuer } = await createRig()
  issuer.setFault('not-found', 'metadata')
  const { issuers } = await api.ready()
  expect(issuers).toMatchObject([{ issuer: issuer.issuer, keySet: 'unavailable' }])
  expect(JSON.stringify(issuers)).toContain('no usable metadata')
})

test.each([
  [
    'an answer that does not say whether the token is active',
    { body: '{"active":"true"}' },
    'the answer does not say whether the token is active',
  ],
  ['400 that is no error of OAuth', { status: 400, body: '{"active":true}' }, 'the answer had status 400'],
  ['a list', json([{ active: true }]), 'the answer was not a strict JSON object'],
])('%s is 503, never access (RFC 7662 section 2.2)', async (_name, reply, reason) => {
  const endpoint = await startEndpoint()
  const api = asking(endpoint, { cacheSeconds: 0 })
  expect(await codeOf(api, 'opaque')).toBe('granted')
  endpoint.reply = () => reply
  await expect(api.verify('opaque')).rejects.toMatchObject({ code: 'introspection_unavailable', detail: { reason } })
})

test('400 with unsupported_token_type is a verdict about the token (RFC 7009 section 2.2.1)', async () => {
  const endpoint = await startEndpoint()
  const api = asking(endpoint, { cacheSeconds: 0 })
  expect(await codeOf(api, 'opaque')).toBe('granted')
  endpoint.reply = () => ({ status: 400, body: '{"error":"unsupported_token_type"}' })
  expect(await codeOf(api, 'opaque')).toBe('token_inactive')
})

test('fifty requests at once with one token ask once, and all of them learn of a failure', async () => {
  const endpoint = await startEndpoint()
  const api = asking(endpoint, { cacheSeconds: 0 })
  const fifty = () => Promise.all(Array.from({ length: 50 }, () => codeOf(api, 'same')))
  expect(new Set(await fifty())).toEqual(new Set(['granted']))
  expect(endpoint.asked.length).toBe(1)
  endpoint.reply = () => ({ status: 500, body: '' })
  expect(new Set(await fifty())).toEqual(new Set(['introspection_unavailable']))
  expect(endpoint.asked.length).toBe(2)
})
