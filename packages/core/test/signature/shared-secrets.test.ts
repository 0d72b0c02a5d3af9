import { createHmac, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type Algorithm, HMAC_ALGORITHMS } from '../../src/shared/algorithms.ts'
import { decodeToken } from '../../src/token/decode-token.ts'
import { ENGINES } from '../support/signatures.ts'
import { base64url } from '../support/tokens.ts'

const SECRET = randomBytes(64)

function signed(name: string, secret: Uint8Array, change: (mac: Buffer) => Buffer = mac => mac) {
  const input = `${base64url(JSON.stringify({ alg: name, typ: 'at+jwt' }))}.${base64url('{}')}`
  const mac = createHmac(`sha${name.slice(2)}`, secret)
    .update(input)
    .digest()
  return decodeToken({ token: `${input}.${base64url(change(mac))}` }, HMAC_ALGORITHMS)
}

describe.each(ENGINES)('shared secrets under the engine %s (RFC 7518 section 3.2)', (_engine, engine) => {
  test('a secret that was imported for one algorithm verifies nothing of another (RFC 8725 section 3.1)', async () => {
    const [own, ...others] = [...HMAC_ALGORITHMS.values()] as [Algorithm, ...Algorithm[]]
    const imported = engine.importSecret(SECRET, own)
    expect(await imported.verify(signed(own.name, SECRET))).toBe(true)
    for (const { name } of others) expect(await imported.verify(signed(name, SECRET))).toBe(false)
    // Another name over a MAC of the right length.
    const token = signed(own.name, SECRET)
    const renamed = signed('HS512', SECRET, mac => mac.subarray(0, 32))
    expect([token.signature.length, renamed.signature.length]).toEqual([32, 32])
    expect(await imported.verify(renamed)).toBe(false)
  })

  describe.each([...HMAC_ALGORITHMS.values()].map(algorithm => [algorithm.name, algorithm] as [string, Algorithm]))(
    '%s',
    (name, algorithm) => {
      const imported = engine.importSecret(SECRET, algorithm)
      const verdict = async (...how: Parameters<typeof signed>) => imported.verify(signed(...how))

      test('a MAC holds under its secret and under no other', async () => {
        expect(await verdict(name, SECRET)).toBe(true)
        expect(await verdict(name, randomBytes(64))).toBe(false)
      })

      test.each<[string, (mac: Buffer) => Buffer]>([
        ['a MAC with one bit changed', mac => Buffer.concat([Buffer.of((mac[0] as number) ^ 1), mac.subarray(1)])],
        ['a MAC cut short', mac => mac.subarray(0, -1)],
        ['a MAC with a byte more', mac => Buffer.concat([mac, Buffer.of(0)])],
        ['a single byte', mac => mac.subarray(0, 1)],
      ])('%s is refused', async (_name, change) => {
        expect(await verdict(name, SECRET)).toBe(true)
        expect(await verdict(name, SECRET, change)).toBe(false)
      })
    },
  )
})
