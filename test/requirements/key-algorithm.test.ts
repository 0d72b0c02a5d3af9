import { expect, test } from 'vitest'
import { compact, signBytes } from '../attacks/mint.ts'
import { useRig } from './rig.ts'

const rig = useRig('RS256')

test('an RSA key without alg is used with the first listed algorithm that fits it, and with no other (RFC 8725 section 3.1)', async () => {
  const honest = await rig.honest()
  const { alg: _, ...jwk } = honest.key.publicJwk
  rig.issuer.publish({ keys: [jwk] })
  const signedBy = (alg: 'RS256' | 'PS256') =>
    compact(honest, {
      header: { ...honest.header, alg },
      sign: input => signBytes(input, honest.key.privateKey, alg),
    })
  expect(await rig.verdict(signedBy('RS256'))).toBe('accepted')
  expect(await rig.verdict(signedBy('PS256'))).toBe('key_unknown')
  const listed = { algorithms: ['PS256', 'RS256'] } as const
  expect(await rig.verdict(signedBy('PS256'), listed)).toBe('accepted')
  expect(await rig.verdict(signedBy('RS256'), listed)).toBe('key_unknown')
})
