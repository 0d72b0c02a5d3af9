import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { sharedSecret } from '../../src/options/shared-secret.ts'
import { createResourceServer } from '../../src/resource-server.ts'
import type { HmacName } from '../../src/shared/algorithms.ts'
import { requestWith, statusOf } from '../support/requests.ts'
import { AUDIENCE, base64url, claims, ISSUER, NOW, SCOPES } from '../support/tokens.ts'

const secretOf = (name: string): string => `${name}-secret-of-the-legacy-issuer-0123456789-abcdefghijklmnopqrstuvw`
const [CURRENT, PREVIOUS, THIRD] = ['current', 'previous', 'third'].map(secretOf) as [string, string, string]
const GRANTED = ['granted', 200]

function signedWith(secret: string, algorithm: HmacName, header: object = {}): string {
  const signingInput = `${base64url(JSON.stringify({ alg: algorithm, typ: 'at+jwt', ...header }))}.${base64url(JSON.stringify(claims()))}`
  return `${signingInput}.${createHmac(`sha${algorithm.slice(2)}`, secret)
    .update(signingInput)
    .digest('base64url')}`
}

describe.each(['node', 'jose'] as const)('secrets under the engine %s', signatureEngine => {
  const apiFor = (algorithm: HmacName) =>
    createResourceServer({
      issuer: sharedSecret({ issuer: ISSUER, secrets: [CURRENT, PREVIOUS], algorithm }),
      audience: AUDIENCE,
      scopes: SCOPES,
      clock: () => NOW * 1000,
      signatureEngine,
    })

  test.each(['HS256', 'HS384', 'HS512'] as const)(
    '%s: each of them is tried whatever the kid, again for remembered tokens, and no other (RFC 7518 section 3.2)',
    async algorithm => {
      const api = apiFor(algorithm)
      const ask = async (token: string) => statusOf(await api.check(requestWith(token), 'controls:read'))
      for (const secret of [CURRENT, PREVIOUS]) {
        const tokens = [signedWith(secret, algorithm), signedWith(secret, algorithm, { kid: 'k' })]
        for (const token of [...tokens, ...tokens]) expect(await ask(token)).toEqual(GRANTED)
      }
      // A remembered token is answered at once, by either engine.
      const remembered = signedWith(CURRENT, algorithm)
      expect(await ask(remembered)).toEqual(GRANTED)
      expect(api.check(requestWith(remembered), 'controls:read')).toMatchObject({ granted: true })
      expect(await ask(signedWith(THIRD, algorithm))).toEqual(['signature_invalid', 401])
      expect(await ask(signedWith('', algorithm))).toEqual(['signature_invalid', 401])
    },
  )

  test('there is no key set to wait for', async () => {
    expect(await apiFor('HS256').ready()).toEqual({ issuers: [{ issuer: ISSUER, keySet: 'none' }] })
  })
})
