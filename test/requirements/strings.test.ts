import { createResourceServer } from '@scopeward/core'
import { expect, test } from 'vitest'
import { withClaims, withHeader, withRawClaim } from '../attacks/mint.ts'
import { useRig } from './rig.ts'

const rig = useRig()

/** The same text for readers, in two sequences of code points: NFC and NFD. */
const [COMPOSED, DECOMPOSED] = ['caf\u00e9', 'cafe\u0301'] as const

test('texts that Unicode normalisation would make equal are different (RFC 7519 section 7.3)', async () => {
  expect(COMPOSED.normalize('NFD')).toBe(DECOMPOSED)
  const honest = await rig.honest()
  const cafe = { audience: COMPOSED, realm: 'api' }
  expect(await rig.verdict(withClaims({ aud: COMPOSED })(honest), cafe)).toBe('accepted')
  expect(await rig.verdict(withClaims({ aud: [DECOMPOSED] })(honest), cafe)).toBe('audience_mismatch')
  const server = createResourceServer(rig.options())
  const kindOf = async (claims: object) => (await server.verify(withClaims({ ...claims })(honest))).kind
  expect(await kindOf({ sub: COMPOSED, client_id: COMPOSED })).toBe('service')
  expect(await kindOf({ sub: COMPOSED, client_id: DECOMPOSED })).toBe('user')
})

test('names of members that differ in case alone are different names (RFC 7515 section 5.3)', async () => {
  const honest = await rig.honest()
  expect(await rig.verdict(withClaims({ Iss: 'x', AUD: 'y', Exp: 1 })(honest))).toBe('accepted')
  expect(await rig.verdict(withHeader({ ALG: 'none', Typ: 'JWT', CRIT: ['x'] })(honest))).toBe('accepted')
  expect(await rig.verdict(withClaims({ jti: undefined, JTI: 'x' })(honest))).toBe('claim_missing')
  expect(await rig.verdict(withHeader({ alg: undefined, Alg: 'ES256' })(honest))).toBe('algorithm_not_allowed')
})

test('claims and header parameters that nobody knows change nothing (RFC 7519 section 4)', async () => {
  const honest = await rig.honest()
  const unknown = { 'https://vendor.example/x': { scope: 'admin', deep: [[1]] }, extra: null, status: 'revoked' }
  expect(await rig.verdict(withClaims(unknown)(honest))).toBe('accepted')
  expect(await rig.verdict(withHeader(unknown)(honest))).toBe('accepted')
})

test('characters beyond the basic plane arrive as they were signed (RFC 7515 section 10.13)', async () => {
  const honest = await rig.honest()
  const server = createResourceServer(rig.options())
  for (const json of ['"\u{1f511}"', '"\\ud83d\\udd11"']) {
    const { claims } = await server.verify(withRawClaim('symbol', json)(honest))
    expect(claims.symbol).toBe('\u{1f511}')
  }
})
