import { createDpopKey } from '@scopeward/testing'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { expect, test } from 'vitest'
import type { PublicJwk } from '../../../src/issuer/public-jwk.ts'
import { readPublicJwk } from '../../../src/issuer/public-jwk.ts'
import { thumbprintOf } from '../../../src/sender/dpop/thumbprint.ts'
import { ALGORITHMS } from '../../../src/shared/algorithms.ts'
import { ED25519, P256, P384, P521, RSA } from '../../support/key-material.ts'
import { SENDER_EXAMPLES } from '../../vectors/rfc-sender-examples.ts'

test.each(SENDER_EXAMPLES.jwk_thumbprints)('$id has the thumbprint that the RFC says', ({ jwk, sha256 }) => {
  expect(thumbprintOf(jwk as PublicJwk)).toBe(sha256)
})

test.each([
  ['RSA', RSA],
  ['P-256', P256],
  ['P-384', P384],
  ['P-521', P521],
  ['Ed25519', ED25519],
])('jose finds the same for %s', async (_name, jwk) => {
  expect(thumbprintOf(jwk)).toBe(await calculateJwkThumbprint(jwk as JWK))
})

test('order, spelling and further members make no difference (RFC 7638 section 3.2)', async () => {
  const { jwk, thumbprint } = await createDpopKey()
  const reversed = Object.fromEntries(Object.entries(jwk).reverse())
  for (const spelled of [jwk, reversed, { ...jwk, kid: 'k', alg: 'ES256', use: 'sig', e: 'AQAB', n: 'x' }]) {
    const read = readPublicJwk(spelled, ALGORITHMS)
    expect('jwk' in read && thumbprintOf(read.jwk)).toBe(thumbprint)
  }
})

test('another key has another one', async () => {
  const thumbprints = await Promise.all(
    [1, 2].map(async () => thumbprintOf((await createDpopKey()).jwk as unknown as PublicJwk)),
  )
  expect(new Set(thumbprints).size).toBe(2)
})
