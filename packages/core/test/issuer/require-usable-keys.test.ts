import { expect, test } from 'vitest'
import { requireUsableKeys } from '../../src/issuer/require-usable-keys.ts'
import { createResourceServer } from '../../src/resource-server.ts'
import { P256 } from '../support/key-material.ts'
import { misuseOf } from '../support/refusals.ts'
import { keys, type Members, optionsFor } from '../support/tokens.ts'
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

test('keys that are published elsewhere are not judged at construction', () => {
  const { jwks: _, ...published } = optionsFor(KEY)
  expect(() => requireUsableKeys(rulesOf(published))).not.toThrow()
})
