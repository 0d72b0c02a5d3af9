import { describe, expect, test } from 'vitest'
import { readPublicJwk } from '../../src/issuer/public-jwk.ts'
import type { ImportedKey } from '../../src/issuer/verification-key.ts'
import { ALGORITHMS, type Algorithm } from '../../src/shared/algorithms.ts'
import { decodeToken } from '../../src/token/decode-token.ts'
import { tampered } from '../support/requests.ts'
import { engineOf, nextTurn } from '../support/signatures.ts'
import { keys, type Members, mint, type TestKey } from '../support/tokens.ts'

const KEY = await keys()
const decoded = async (token: string | Promise<string>) => decodeToken({ token: await token }, ALGORITHMS)

async function importInto(engine: 'node' | 'jose' | ReturnType<typeof engineOf>, key: TestKey): Promise<ImportedKey> {
  const read = readPublicJwk(key.publicJwk as Members, ALGORITHMS)
  if ('ignored' in read) throw new Error(read.ignored)
  const seam = typeof engine === 'string' ? engineOf(engine) : engine
  return seam.importKey(read.jwk, ALGORITHMS.get(key.algorithm) as Algorithm)
}

describe('the node engine', () => {
  test('answers the first verification of an event-loop turn at once and further ones from the thread pool', async () => {
    const imported = await importInto('node', KEY)
    const good = await decoded(mint(KEY))
    const bad = await decoded(tampered(good.compact))
    await nextTurn()
    expect(imported.verify(good)).toBe(true)
    const second = imported.verify(good)
    const third = imported.verify(bad)
    expect([second, third]).toEqual([expect.any(Promise), expect.any(Promise)])
    expect(await Promise.all([second, third])).toEqual([true, false])
  })

  test('answers at once again in the next turn', async () => {
    const imported = await importInto('node', KEY)
    const token = await decoded(mint(KEY))
    for (const _turn of [1, 2, 3]) {
      await nextTurn()
      expect(imported.verify(token)).toBe(true)
    }
  })

  test.each<[string, number, string]>([
    ['a burst is under way', 900, 'later'],
    ['a few wait', 2, 'at once'],
  ])('while %s, the first verification of the next turn is answered', async (_name, waiting, expected) => {
    const imported = await importInto('node', KEY)
    const token = await decoded(mint(KEY))
    await nextTurn()
    expect(imported.verify(token)).toBe(true)
    const underWay = Array.from({ length: waiting }, () => imported.verify(token))
    const when = new Promise(resolve =>
      setImmediate(() => resolve(typeof imported.verify(token) === 'boolean' ? 'at once' : 'later')),
    )
    expect(await when).toBe(expected)
    expect(await Promise.all(underWay)).not.toContain(false)
  })

  test('a key that OpenSSL was made to let go, because others came, verifies as before', async () => {
    const engine = engineOf('node')
    const imported = await importInto(engine, KEY)
    const [good, bad] = [await decoded(mint(KEY)), await decoded(tampered(await mint(KEY)))]
    const other = await keys('ES256', 'key-2')
    for (let made = 0; made < 2600; made++) await importInto(engine, other)
    for (const _again of [1, 2]) {
      await nextTurn()
      expect(imported.verify(good)).toBe(true)
      await nextTurn()
      expect(imported.verify(bad)).toBe(false)
    }
  })

  test('counts the turn over all keys of one engine', async () => {
    const engine = engineOf('node')
    const other = await keys('ES256', 'key-2')
    const [first, second] = [await importInto(engine, KEY), await importInto(engine, other)]
    const [one, two] = [await decoded(mint(KEY)), await decoded(mint(other))]
    await nextTurn()
    expect(first.verify(one)).toBe(true)
    const answer = second.verify(two)
    expect(answer).toBeInstanceOf(Promise)
    expect(await answer).toBe(true)
  })
})

test('the jose engine always answers with a promise that never rejects', async () => {
  const imported = await importInto('jose', KEY)
  const answer = imported.verify(await decoded(tampered(await mint(KEY))))
  expect(answer).toBeInstanceOf(Promise)
  expect(await answer).toBe(false)
})

test.each(['at once', 'from the thread pool'])('what cannot be verified at all is not verified: %s', async when => {
  const imported = await importInto('node', KEY)
  const good = await decoded(mint(KEY))
  // Node's `verify` throws on it, as it does where it is given what it cannot work with.
  const unusable = { ...good, signingInput: undefined as never, signature: good.signature }
  await nextTurn()
  if (when === 'from the thread pool') expect(imported.verify(good)).toBe(true)
  expect(await imported.verify(unusable)).toBe(false)
  await nextTurn()
  expect(imported.verify(good)).toBe(true)
})
