import { createTestIssuer, type ForgedKeyName, forgedKeys } from '@scopeward/testing'
import { expect, onTestFinished, test } from 'vitest'
import { createRig, refused } from './support.ts'

test('a thousand bad signatures under a known kid cause one refresh for each cool-down and never hurt the honest', async () => {
  const { clock, issuer, api, token, ask, keySetFetches } = await createRig()
  await api.ready()
  const remembered = await token()
  expect(await ask(remembered)).toBe('granted')
  const attacker = await createTestIssuer({ algorithm: 'ES256' })
  onTestFinished(() => attacker.stop())
  expect(attacker.signingKey.kid).toBe(issuer.signingKey.kid)
  const forged = await Promise.all(Array.from({ length: 1000 }, () => token({ key: attacker.signingKey })))
  for (let sent = 0; sent < forged.length; sent += 100) {
    clock.advance({ seconds: 1.25 })
    const verdicts = await Promise.all(forged.slice(sent, sent + 100).map(ask))
    for (const verdict of verdicts) expect(verdict).toEqual(refused('signature_invalid'))
    expect(ask(remembered)).toBe('granted')
    expect(await ask(await token())).toBe('granted')
  }
  expect(keySetFetches()).toEqual([0, 5, 10])
})

const REASONS: Readonly<Record<ForgedKeyName, string>> = {
  rsa1024: 'its modulus is shorter than 2048 bits',
  rsaExponentOne: 'its exponent is even or below 65537',
  rsaExponentThree: 'its exponent is even or below 65537',
  rsaExponentEven: 'its exponent is even or below 65537',
  rsaExponentHuge: 'its exponent is longer than 32 bits',
  rsaModulusHuge: 'its modulus is longer than 8192 bits',
  rsaRoca: 'its modulus can be factored (ROCA, CVE-2017-15361)',
  ed25519LowOrder: 'x is a low-order or non-canonical point',
  ed25519NonCanonical: 'x is a low-order or non-canonical point',
  p256OffCurve: 'its key material is invalid',
  p256LongCoordinate: 'x or y has the wrong length',
  privateMembers: 'it has private members, which must never be published',
  symmetric: 'it is a shared secret, which must never be published',
  useEnc: 'its use is not sig',
  keyOpsWithoutVerify: 'its key_ops do not include verify',
}

test.each(Object.entries(REASONS) as [ForgedKeyName, string][])(
  'the published key "%s" is left aside (%s), and the honest key beside it works',
  async (name, reason) => {
    const { issuer, token, ask, events } = await createRig()
    const forged = forgedKeys[name]
    issuer.publish({ keys: [forged.jwk, issuer.signingKey.publicJwk] })
    const underForgedKey = await issuer.tokenUnder(forged, { scope: 'controls:read' })
    expect(await ask(await token())).toBe('granted')
    expect(events).toMatchObject([
      { outcome: 'refreshed', keys: 1, ignored: [{ kid: 'forged', ignored: reason }], freshSeconds: 600 },
    ])
    const code = forged.algorithm === 'HS256' ? 'algorithm_not_allowed' : 'key_unknown'
    expect(await ask(underForgedKey)).toEqual(refused(code))
  },
)

test('a key that turns bad takes its tokens with it at the next refresh', async () => {
  const { clock, issuer, token, ask, settled } = await createRig()
  const remembered = await token()
  expect(await ask(remembered)).toBe('granted')
  issuer.publish({ keys: [{ ...issuer.signingKey.publicJwk, use: 'enc' }] })
  clock.advance({ seconds: 480 })
  expect(ask(remembered)).toBe('granted')
  await settled()
  expect(await ask(remembered)).toEqual(refused('key_unknown'))
})

test('members of the key set that are no keys are passed over', async () => {
  const { issuer, token, ask, events } = await createRig()
  issuer.publish({ keys: [null, 1, 'key', [], {}, { kty: 'RSA' }, issuer.signingKey.publicJwk], extra: true })
  expect(await ask(await token())).toBe('granted')
  expect(events).toMatchObject([{ outcome: 'refreshed', keys: 1, ignored: [{ kid: undefined }, { kid: undefined }] }])
})
