import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSources } from '../../packages/core/test/support/source-text.ts'
import { compact, signBytes } from '../attacks/mint.ts'
import { root } from '../docs/markdown.ts'
import { type Options, useRig } from './rig.ts'

const rig = useRig()
const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const JWK = { ...publicKey.export({ format: 'jwk' }), kid: 'ed' }

async function tokenUnder(alg: 'Ed25519' | 'EdDSA', key: KeyObject = privateKey): Promise<string> {
  const honest = await rig.honest()
  const header = { ...honest.header, alg, kid: 'ed' }
  return compact(honest, { header, sign: input => signBytes(input, key, alg) })
}

/** What is said of a token where this key alone is published. */
function verdict(token: string, jwk: object, changes: Partial<Options> = {}): Promise<string> {
  rig.issuer.publish({ keys: [jwk] })
  return rig.verdict(token, changes)
}

test('a key whose use and key_ops contradict each other is left aside (RFC 7517 section 4.3)', async () => {
  const token = await tokenUnder('Ed25519')
  expect(await verdict(token, { ...JWK, use: 'sig', key_ops: ['verify'] })).toBe('accepted')
  for (const contradiction of [
    { use: 'sig', key_ops: ['encrypt'] },
    { use: 'sig', key_ops: ['wrapKey', 'deriveBits'] },
    { use: 'enc', key_ops: ['verify'] },
  ]) {
    expect(await verdict(token, { ...JWK, ...contradiction })).toBe('key_unknown')
  }
})

test('an OKP key that shows its d is left aside (RFC 8037 section 2)', async () => {
  const token = await tokenUnder('Ed25519')
  expect(await verdict(token, JWK)).toBe('accepted')
  expect(await verdict(token, { ...JWK, d: privateKey.export({ format: 'jwk' }).d })).toBe('key_unknown')
})

test('EdDSA is refused until it is listed, and then means Ed25519 alone (RFC 9864 section 4.1)', async () => {
  const token = await tokenUnder('EdDSA')
  const listed = { algorithms: ['EdDSA'] } as const
  expect(await verdict(await tokenUnder('Ed25519'), JWK)).toBe('accepted')
  expect(await verdict(token, JWK)).toBe('algorithm_not_allowed')
  expect(await verdict(token, JWK, listed)).toBe('accepted')
  const ed448 = generateKeyPairSync('ed448')
  const jwk = { ...ed448.publicKey.export({ format: 'jwk' }), kid: 'ed' }
  expect(await verdict(await tokenUnder('EdDSA', ed448.privateKey), jwk, listed)).toBe('key_unknown')
})

test('an HMAC is compared by nothing but timingSafeEqual or the Web Crypto of Node (RFC 7518 section 3.2)', () => {
  const sources = readSources(join(root, 'packages/core/src')).filter(({ path }) => path.startsWith('signature/'))
  const computing = sources.filter(({ code }) => code.includes('createHmac('))
  expect(computing.map(({ path }) => path)).toEqual(['signature/node-engine.ts'])
  const [, ...after] = computing.flatMap(({ code }) => code.split('createHmac('))
  expect(after).toHaveLength(1)
  const [body = ''] = (after[0] as string).split('}')
  expect(body).toMatch(/return signature\.length === expected\.length && timingSafeEqual\(signature, expected\)\s*$/)
  for (const { path, code } of sources) expect([path, code.match(/\.(equals|compare)\(/g)]).toEqual([path, null])
})
