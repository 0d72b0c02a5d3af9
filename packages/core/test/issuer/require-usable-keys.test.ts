import { expect, test } from 'vitest'
import { requireUsableKeys } from '../../src/issuer/require-usable-keys.ts'
import { introspection } from '../../src/options/introspection.ts'
import { sharedSecret } from '../../src/options/shared-secret.ts'
import { createResourceServer } from '../../src/resource-server.ts'
import { BASIC } from '../support/introspection-endpoint.ts'
import { P256 } from '../support/key-material.ts'
import { misuseOf } from '../support/refusals.ts'
import { ISSUER, keys, type Members, optionsFor } from '../support/tokens.ts'
import { rulesOf } from '../support/verified.ts'

const KEY = await keys()
const withKeys = (...jwks: Members[]) => optionsFor(KEY, { jwks: { keys: jwks } })

test.each<[string, Members, string]>([
  ['a private key', { ...P256, d: 'AQAB' }, 'it has private members, which must never be published'],
  ['a shared secret', { kty: 'oct', k: 'AQAB' }, 'it is a shared secret, which must never be published'],
  ['a key of an algorithm that is not allowed', { ...P256, alg: 'ES384' }, 'no allowed algorithm fits it'],
  ['a point off its curve', { ...P256, x: P256.y, y: P256.x }, 'its key material is invalid'],
])('%s in the option jwks is a mistake of the developer, found at construction', (_name, jwk, reason) => {
  expect(() => createResourceServer(withKeys(P256))).not.toThrow()
  const refusal = { code: 'option_invalid', message: `Option "jwks": keys[1] cannot be used: ${reason}.` }
  expect(misuseOf(() => createResourceServer(withKeys(P256, jwk)))).toEqual(refusal)
  expect(misuseOf(() => requireUsableKeys(rulesOf(withKeys(P256, jwk))))).toEqual(refusal)
})

test('keys of signed answers are judged at construction too; without them, or with secrets, there is nothing to judge', () => {
  const introspecting = (changes: object) =>
    optionsFor(KEY, {
      issuer: introspection({ issuer: ISSUER, clientId: 'api', clientAuthentication: BASIC, ...changes }),
      jwks: undefined as never,
      algorithms: undefined as never,
    })
  const signedBy = (jwk: Members) => introspecting({ signedResponses: true, jwks: { keys: [jwk] } })
  const secret = sharedSecret({ issuer: ISSUER, secrets: ['a-secret-of-thirty-two-bytes-0123456789'] })
  for (const options of [introspecting({}), signedBy(P256), { ...introspecting({}), issuer: secret }]) {
    expect(() => requireUsableKeys(rulesOf(options))).not.toThrow()
  }
  const message = 'Option "jwks": keys[0] cannot be used: it has private members, which must never be published.'
  expect(misuseOf(() => requireUsableKeys(rulesOf(signedBy({ ...P256, d: 'AQAB' }))))).toMatchObject({ message })
})

test('keys that are published elsewhere are not judged at construction', () => {
  const { jwks: _, ...published } = optionsFor(KEY)
  expect(() => requireUsableKeys(rulesOf(published))).not.toThrow()
})
