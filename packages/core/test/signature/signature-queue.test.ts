import { describe, expect, test } from 'vitest'
import { readPublicJwk } from '../../src/issuer/public-jwk.ts'
import type { ImportedKey, SignatureEngine } from '../../src/issuer/verification-key.ts'
import { ALGORITHMS, type Algorithm, HMAC_ALGORITHMS } from '../../src/shared/algorithms.ts'
import { SignatureQueue } from '../../src/signature/signature-queue.ts'
import { type DecodedToken, decodeToken } from '../../src/token/decode-token.ts'
import { rejectionFrom, rejectionOf } from '../support/refusals.ts'
import { tampered } from '../support/requests.ts'
import { clientKey, proofCheck, proofFor, sent } from '../support/senders.ts'
import { engineOf, nextTurn } from '../support/signatures.ts'
import { base64url, compact, keys, type Members, mint, type TestKey } from '../support/tokens.ts'

const KEY = await keys()
const GENUINE = await mint(KEY)
const decoded = (token: string) => decodeToken({ token }, new Map([...ALGORITHMS, ...HMAC_ALGORITHMS]))
const GOOD = decoded(GENUINE)
const BAD = decoded(tampered(GENUINE))
const full = (limit: number) => ({ code: 'signature_queue_full', detail: { limit }, retryAfterSeconds: 1 })

async function importInto(engine: SignatureEngine, key: TestKey = KEY): Promise<ImportedKey> {
  const read = readPublicJwk(key.publicJwk as Members, ALGORITHMS)
  if ('ignored' in read) throw new Error(read.ignored)
  return engine.importKey(read.jwk, ALGORITHMS.get(key.algorithm) as Algorithm)
}

/** Begins checks of these tokens in one turn, of which the node engine answers the first one at once. */
async function begin(key: ImportedKey, tokens: readonly DecodedToken[]): Promise<readonly unknown[]> {
  await nextTurn()
  return tokens.map(token => {
    try {
      return key.verify(token)
    } catch (error) {
      return error
    }
  })
}

test('16 that wait are a burst, until the queue is full: then whoever can be served beside it is', () => {
  const queue = new SignatureQueue(20)
  const seen = Array.from({ length: 20 }, () => {
    queue.enter()
    return queue.isBursting
  })
  expect(seen.indexOf(true)).toBe(15)
  expect(seen.slice(15)).toEqual([true, true, true, true, false])
  queue.leave()
  expect(queue.isBursting).toBe(true)
})

test('the queue takes as many as it may hold, refuses the next, and takes one again for each that leaves', () => {
  const queue = new SignatureQueue(2)
  queue.enter()
  queue.enter()
  expect(rejectionOf(() => queue.enter())).toMatchObject(full(2))
  expect(rejectionOf(() => queue.enter())).toMatchObject(full(2))
  queue.leave()
  queue.enter()
  expect(rejectionOf(() => queue.enter())).toMatchObject(full(2))
  queue.leave()
  queue.leave()
  queue.enter()
  queue.enter()
  expect(rejectionOf(() => queue.enter())).toMatchObject(full(2))
})

/** How many checks the engine begins in one turn with a queue of two. */
const BEGUN = { node: 3, jose: 2 } as const

describe.each(['node', 'jose'] as const)('the %s engine', name => {
  const begun = BEGUN[name]

  test.each([
    ['that hold', GOOD, true],
    ['that do not hold', BAD, false],
  ])(
    'sheds checks of signatures %s past the depth of its queue, and takes them again after it has drained',
    async (_name, token, verdict) => {
      const key = await importInto(engineOf(name, 2))
      for (const _round of [1, 2, 3]) {
        const answers = await begin(key, Array(6).fill(token))
        expect(answers.slice(begun)).toMatchObject(Array(6 - begun).fill(full(2)))
        expect(await Promise.all(answers.slice(0, begun))).toEqual(Array(begun).fill(verdict))
      }
    },
  )

  test('has room for the next as soon as one check has ended, and not before', async () => {
    const key = await importInto(engineOf(name, 1))
    const answers = await begin(key, Array(begun - 1).fill(GOOD))
    expect(rejectionOf(() => key.verify(GOOD))).toMatchObject(full(1))
    await answers.at(-1)
    expect(await key.verify(GOOD)).toBe(true)
  })

  test('counts over all its keys, and for itself alone', async () => {
    const engine = engineOf(name, 2)
    const other = await keys('ES256', 'key-2')
    const [one, two, elsewhere] = [
      await importInto(engine),
      await importInto(engine, other),
      await importInto(engineOf(name, 2)),
    ]
    const answers = await begin(one, Array(begun).fill(GOOD))
    const token = decoded(await mint(other))
    await Promise.all(answers)
    const again = await begin(one, Array(begun).fill(GOOD))
    expect(rejectionOf(() => two.verify(token))).toMatchObject(full(2))
    expect(await elsewhere.verify(GOOD)).toBe(true)
    await Promise.all(again)
    expect(await two.verify(token)).toBe(true)
  })

  test('refuses a signature of the wrong length for free, full queue or not', async () => {
    const key = await importInto(engineOf(name, 1))
    const short = decoded(`${GENUINE.slice(0, GENUINE.lastIndexOf('.'))}.c2ln`)
    const answers = await begin(key, [...Array(begun - 1).fill(GOOD), short, GOOD])
    expect(answers.slice(-2)).toMatchObject([false, full(1)])
    expect(await Promise.all(answers.slice(0, -2))).toEqual(Array(begun - 1).fill(true))
  })
})

test('the node engine checks shared secrets at once, so they never wait and are never shed', async () => {
  const engine = engineOf('node', 1)
  const [key, secret] = [await importInto(engine), Buffer.alloc(32, 7)]
  const shared = engine.importSecret(secret, HMAC_ALGORITHMS.get('HS256') as Algorithm)
  const unsigned = compact('{"alg":"HS256","typ":"at+jwt"}', '{}', base64url(Buffer.alloc(32)))
  const answers = await begin(key, [GOOD, GOOD, GOOD])
  expect(answers).toMatchObject([true, expect.any(Promise), full(1)])
  expect([shared.verify(decoded(unsigned)), shared.verify(decoded(unsigned))]).toEqual([false, false])
  await answers[1]
})

describe.each(['node', 'jose'] as const)(
  'proofs of possession count in the queue of the %s engine (RFC 9449 section 4.3)',
  name => {
    const TOKEN = compact('{"alg":"ES256","typ":"at+jwt"}', '{}', base64url(Buffer.alloc(64)))

    test('a proof is shed while checks of tokens fill it, is not used up by that, and is accepted afterwards once', async () => {
      const engine = engineOf(name, 1)
      const client = await clientKey()
      const check = proofCheck({}, {}, engine)
      const attempt = async (proof: string) => check.require(sent({ proofs: [proof] }), TOKEN, client.thumbprint)
      expect(await attempt(await client.proof(proofFor(TOKEN)))).toBeUndefined()
      const proof = await client.proof(proofFor(TOKEN))
      const waiting = await begin(await importInto(engine), Array(BEGUN[name] - 1).fill(GOOD))
      expect(await rejectionFrom(() => attempt(proof))).toMatchObject(full(1))
      await Promise.all(waiting)
      expect(await attempt(proof)).toBeUndefined()
      expect((await rejectionFrom(() => attempt(proof))).code).toBe('dpop_proof_replayed')
    })

    test('a check of a token is shed while proofs fill it', async () => {
      const engine = engineOf(name, 1)
      const client = await clientKey()
      const check = proofCheck({}, {}, engine)
      const require = (proof: string) => check.require(sent({ proofs: [proof] }), TOKEN, client.thumbprint)
      await require(await client.proof(proofFor(TOKEN)))
      const [first, second] = [await client.proof(proofFor(TOKEN)), await client.proof(proofFor(TOKEN))]
      const key = await importInto(engine)
      await nextTurn()
      const waiting = (name === 'node' ? [first, second] : [first]).map(require)
      expect(rejectionOf(() => key.verify(GOOD))).toMatchObject(full(1))
      await Promise.all(waiting)
      expect(await key.verify(GOOD)).toBe(true)
    })
  },
)
