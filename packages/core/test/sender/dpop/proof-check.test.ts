import { createDpopKey, honestProofNames, type ProofForgeryName, proofForgeries } from '@scopeward/testing'
import { describe, expect, test } from 'vitest'
import type { ReplayStore, SeenProof } from '../../../src/options/replay-store.ts'
import type { ProofCheck } from '../../../src/sender/dpop/proof-check.ts'
import { createReplayStore } from '../../../src/sender/dpop/replay-store.ts'
import { refusalOf, rejectionFrom } from '../../support/refusals.ts'
import { clientKey, ORIGIN, proofCheck, proofFor, type Sent, sent } from '../../support/senders.ts'
import { engineOf } from '../../support/signatures.ts'
import { base64url, compact, NOW, settableClock } from '../../support/tokens.ts'
import { RFC9449_MOMENT, SENDER_EXAMPLES } from '../../vectors/rfc-sender-examples.ts'

const TOKEN = compact('{"alg":"ES256","typ":"at+jwt"}', '{}', base64url(Buffer.alloc(64)))
const KEY = await clientKey()
const ENGINES = ['node', 'jose'] as const

/** What the check of a request with these proofs yields; the token is bound to `KEY`. */
const require = (check: ProofCheck, proofs: readonly string[], jkt = KEY.thumbprint, more: Sent = {}) =>
  check.require(sent({ token: TOKEN, proofs, ...more }), TOKEN, jkt)

/** What a forgery is refused with: the check that it fails, where another one does not come first. */
function expectedOf(name: ProofForgeryName): { code: string; check?: string } | 'accepted' {
  const { check } = proofForgeries[name]
  if (name === 'typ-application') return 'accepted'
  if (BOUND_TO_ANOTHER.includes(name)) return { code: 'dpop_binding_mismatch' }
  if (check === 'DP2' || MALFORMED.includes(name)) return { code: 'dpop_proof_malformed' }
  return { code: 'dpop_proof_invalid', check }
}

/** The token is bound to another key than these have, and that is looked at before the key is imported. */
const BOUND_TO_ANOTHER: readonly ProofForgeryName[] = ['jwk-other-key', 'jwk-off-curve']

/** No signature, a number that is none in JSON as we read it, more than 8,192 characters: no proof by its form. */
const MALFORMED: readonly ProofForgeryName[] = [
  'alg-none',
  'alg-none-case',
  'empty-signature',
  'iat-infinity',
  'jti-huge',
]

describe.each(ENGINES)('with the %s engine', signatureEngine => {
  test('the example of RFC 9449 section 7.1 is accepted with the token that it was made for, once', async () => {
    const { method, url, authorization, dpop } = SENDER_EXAMPLES.dpop.resource_request
    const clock = () => RFC9449_MOMENT * 1000
    const check = proofCheck({}, { clock, publicOrigin: new URL(url).origin }, engineOf(signatureEngine))
    const request = { method, url: new URL(url).pathname, headers: ['DPoP', dpop] }
    const token = authorization.slice('DPoP '.length)
    expect(await check.require(request, token, SENDER_EXAMPLES.dpop.jkt)).toBeUndefined()
    const again = await rejectionFrom(() => check.require(request, token, SENDER_EXAMPLES.dpop.jkt))
    expect(again.code).toBe('dpop_proof_replayed')
  })

  describe.each(['ES256', 'Ed25519', 'PS256'] as const)('and a key for %s', algorithm => {
    const names = (Object.keys(proofForgeries) as ProofForgeryName[]).filter(
      name => proofForgeries[name].algorithms?.includes(algorithm) !== false,
    )
    const key = clientKey(algorithm)
    const check = proofCheck({}, {}, engineOf(signatureEngine))

    test.each(names)('the forgery %s', async name => {
      const { proof, forge, thumbprint } = await key
      expect(await require(check, [await proof(proofFor(TOKEN))], thumbprint)).toBeUndefined()
      const forged = await forge(name, proofFor(TOKEN))
      const outcome = () => require(check, [forged], thumbprint)
      const expected = expectedOf(name)
      if (expected === 'accepted') {
        expect(await outcome()).toBeUndefined()
        return
      }
      const { code, detail } = await rejectionFrom(outcome)
      expect({ code, ...(expected.check !== undefined && { check: detail?.check }) }).toEqual(expected)
    })

    test('every honest proof in an unusual spelling is accepted', async () => {
      const { honest, thumbprint } = await key
      const path = '/v1/a%2Fb'
      for (const name of honestProofNames(ORIGIN + path)) {
        const proof = await honest(name, proofFor(TOKEN, { url: ORIGIN + path }))
        const outcome = check.require(sent({ token: TOKEN, proofs: [proof] }, { url: path }), TOKEN, thumbprint)
        expect([name, await outcome]).toEqual([name, undefined])
      }
    })
  })

  test('keys that the cryptography refuses are refused, although their form is right', async () => {
    const { x, ...rest } = KEY.jwk
    const offCurve = { ...rest, x: Buffer.alloc(32, 1).toString('base64url') }
    const proof = await KEY.proof(proofFor(TOKEN, { header: { jwk: offCurve } }))
    const jkt = await import('jose').then(({ calculateJwkThumbprint }) => calculateJwkThumbprint(offCurve as never))
    const check = proofCheck({}, {}, engineOf(signatureEngine))
    const { code, detail } = await rejectionFrom(() => require(check, [proof], jkt))
    expect([code, detail?.check]).toEqual(['dpop_proof_invalid', 'DP6'])
  })

  test('many proofs at the same time, of several keys, are each judged for themselves', async () => {
    const check = proofCheck({}, {}, engineOf(signatureEngine))
    const keys = [KEY, await clientKey('Ed25519'), await clientKey('ES256')]
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const key = keys[index % keys.length] as typeof KEY
        const input = proofFor(TOKEN)
        const proof = index % 4 === 0 ? await key.forge('signature-other-key', input) : await key.proof(input)
        return Promise.resolve()
          .then(() => require(check, [proof], key.thumbprint))
          .then(
            () => 'accepted',
            ({ detail }) => detail.check,
          )
      }),
    )
    expect(outcomes).toEqual(outcomes.map((_, index) => (index % 4 === 0 ? 'DP6' : 'accepted')))
  })
})

describe('the header DPoP', () => {
  test('a request without it is dpop_proof_missing', async () => {
    const check = proofCheck()
    expect(await require(check, [await KEY.proof(proofFor(TOKEN))])).toBeUndefined()
    expect(refusalOf(() => require(check, []))).toEqual({ code: 'dpop_proof_missing', detail: undefined })
  })

  test('two of them are dpop_proof_duplicated, also where both are good or one is empty (DP1)', async () => {
    const check = proofCheck()
    const [one, two] = [await KEY.proof(proofFor(TOKEN)), await KEY.proof(proofFor(TOKEN))]
    for (const proofs of [
      [one, two],
      [one, one],
      [one, ''],
      ['', one],
    ]) {
      expect(refusalOf(() => require(check, proofs)).code).toBe('dpop_proof_duplicated')
    }
    expect(refusalOf(() => require(check, [one], undefined, { headers: ['dpop', two] })).code).toBe(
      'dpop_proof_duplicated',
    )
    expect(await require(check, [one])).toBeUndefined()
  })

  test('its name may be in any case, and the headers in any form', async () => {
    const check = proofCheck()
    const proofs = await Promise.all([1, 2, 3].map(() => KEY.proof(proofFor(TOKEN))))
    const forms = [['DPOP', proofs[0]], { dpop: proofs[1] }, new Headers({ DPoP: proofs[2] as string })]
    for (const headers of forms) {
      const request = { ...sent({}), headers: headers as string[] }
      expect(await check.require(request, TOKEN, KEY.thumbprint)).toBeUndefined()
    }
  })

  test('two that a host has joined into one are malformed', async () => {
    const headers = new Headers()
    for (let i = 0; i < 2; i++) headers.append('DPoP', await KEY.proof(proofFor(TOKEN)))
    const outcome = () => proofCheck().require({ ...sent({}), headers }, TOKEN, KEY.thumbprint)
    expect(refusalOf(outcome).code).toBe('dpop_proof_malformed')
  })
})

test('a proof of another key than that of the token is dpop_binding_mismatch, whoever signed it (DP12)', async () => {
  const check = proofCheck()
  const other = await createDpopKey('ES256', { clock: () => NOW * 1000 })
  const proof = await other.proof(proofFor(TOKEN))
  expect(refusalOf(() => require(check, [proof]))).toEqual({ code: 'dpop_binding_mismatch', detail: undefined })
  expect(await require(check, [proof], other.thumbprint)).toBeUndefined()
  const taken = await other.proof(proofFor(TOKEN, { header: { jwk: KEY.jwk } }))
  const { detail } = await rejectionFrom(() => require(check, [taken]))
  expect(detail?.check).toBe('DP6')
})

describe('a proof lets one request through (RFC 9449 section 11.1)', () => {
  test('the second one is dpop_proof_replayed', async () => {
    const check = proofCheck()
    const proof = await KEY.proof(proofFor(TOKEN))
    expect(await require(check, [proof])).toBeUndefined()
    expect(await rejectionFrom(() => require(check, [proof]))).toMatchObject({
      code: 'dpop_proof_replayed',
      detail: undefined,
    })
  })

  test('a jti of the same key is good once, whatever else the proof says', async () => {
    const check = proofCheck()
    const jti = 'the same'
    expect(await require(check, [await KEY.proof(proofFor(TOKEN, { jti }))])).toBeUndefined()
    const changed = await KEY.proof(proofFor(TOKEN, { jti, iat: NOW - 1, claims: { more: 1 } }))
    expect((await rejectionFrom(() => require(check, [changed]))).code).toBe('dpop_proof_replayed')
    const elsewhere = await KEY.proof(proofFor(TOKEN, { jti, url: `${ORIGIN}/other` }))
    const request = sent({ token: TOKEN, proofs: [elsewhere] }, { url: '/other' })
    expect((await rejectionFrom(() => check.require(request, TOKEN, KEY.thumbprint))).code).toBe('dpop_proof_replayed')
  })

  test('another key may use the same jti', async () => {
    const check = proofCheck()
    const other = await clientKey()
    for (const key of [KEY, other]) {
      expect(
        await require(check, [await key.proof(proofFor(TOKEN, { jti: 'shared' }))], key.thumbprint),
      ).toBeUndefined()
    }
  })

  test('a proof that fails is not used up', async () => {
    const seen: SeenProof[] = []
    const replayStore: ReplayStore = { remember: proof => seen.push(proof) > 0 }
    const check = proofCheck({ replayStore })
    const proof = await KEY.proof(proofFor(TOKEN))
    const failing = [
      () => check.require(sent({ proofs: [proof] }, { method: 'POST' }), TOKEN, KEY.thumbprint),
      () => check.require(sent({ proofs: [proof] }, { url: '/other' }), TOKEN, KEY.thumbprint),
      () => check.require(sent({ proofs: [proof] }), 'other token', KEY.thumbprint),
      () => check.require(sent({ proofs: [proof] }), TOKEN, 'another thumbprint'),
      () => check.require(sent({ proofs: [proof, proof] }), TOKEN, KEY.thumbprint),
    ]
    for (const outcome of failing) await rejectionFrom(outcome)
    expect(seen).toEqual([])
    expect(await require(check, [proof])).toBeUndefined()
    expect(seen).toHaveLength(1)
  })

  describe('where a request is checked more than once, by guards one after the other', () => {
    const identified = (proofs: readonly string[], identity: object | undefined, more = {}) =>
      sent({ token: TOKEN, proofs }, { identity, ...more })
    const outcome = (check: ProofCheck, request: ReturnType<typeof sent>, token = TOKEN) =>
      Promise.resolve()
        .then(() => check.require(request, token, KEY.thumbprint))
        .then(
          () => 'accepted',
          ({ code }) => code,
        )

    test.each(['at once', 'later'])('its proof is used up once, in a store that answers %s', async when => {
      const memory = createReplayStore({ clock: () => NOW * 1000 })
      const replayStore: ReplayStore = when === 'later' ? { remember: async proof => memory.remember(proof) } : memory
      const check = proofCheck({ replayStore })
      const proof = await KEY.proof(proofFor(TOKEN))
      const identity = {}
      const outcomes = [
        await outcome(check, identified([proof], identity)),
        await outcome(check, identified([proof], identity)),
        await outcome(check, identified([proof], {})),
        await outcome(check, identified([proof], undefined)),
        await outcome(check, identified([proof], identity)),
      ]
      const replayed = 'dpop_proof_replayed'
      expect(outcomes).toEqual(['accepted', 'accepted', replayed, replayed, 'accepted'])
    })

    test('everything else is checked each time', async () => {
      const check = proofCheck()
      const proof = await KEY.proof(proofFor(TOKEN))
      const identity = {}
      expect(await outcome(check, identified([proof], identity))).toBe('accepted')
      expect(await outcome(check, identified([proof], identity, { method: 'POST' }))).toBe('dpop_proof_invalid')
      expect(await outcome(check, identified([proof], identity, { url: '/other' }))).toBe('dpop_proof_invalid')
      expect(await outcome(check, identified([proof], identity), 'other token')).toBe('dpop_proof_invalid')
      expect(await outcome(check, identified([proof, proof], identity))).toBe('dpop_proof_duplicated')
    })

    test('a proof that was used up before does not become good by an identity', async () => {
      const check = proofCheck()
      const [used, fresh] = [await KEY.proof(proofFor(TOKEN)), await KEY.proof(proofFor(TOKEN))]
      const identity = {}
      expect(await outcome(check, identified([used], undefined))).toBe('accepted')
      expect(await outcome(check, identified([used], identity))).toBe('dpop_proof_replayed')
      expect(await outcome(check, identified([fresh], identity))).toBe('accepted')
      expect(await outcome(check, identified([used], identity))).toBe('dpop_proof_replayed')
    })

    test('another resource server has let nobody in yet', async () => {
      const replayStore = createReplayStore({ clock: () => NOW * 1000 })
      const [one, other] = [proofCheck({ replayStore }), proofCheck({ replayStore })]
      const proof = await KEY.proof(proofFor(TOKEN))
      const identity = {}
      expect(await outcome(one, identified([proof], identity))).toBe('accepted')
      expect(await outcome(other, identified([proof], identity))).toBe('dpop_proof_replayed')
    })
  })

  test('of a hundred at once one is accepted', async () => {
    for (const signatureEngine of ENGINES) {
      const check = proofCheck({}, {}, engineOf(signatureEngine))
      const proof = await KEY.proof(proofFor(TOKEN))
      const outcomes = await Promise.all(
        Array.from({ length: 100 }, () =>
          Promise.resolve()
            .then(() => require(check, [proof]))
            .then(
              () => 'accepted',
              ({ code }) => code,
            ),
        ),
      )
      expect(outcomes.filter(outcome => outcome === 'accepted')).toHaveLength(1)
      expect(new Set(outcomes)).toEqual(new Set(['accepted', 'dpop_proof_replayed']))
    }
  })

  test('what is remembered is a hash of fixed length, and from when to when the proof is good', async () => {
    const seen: SeenProof[] = []
    const check = proofCheck({ replayStore: { remember: proof => seen.push(proof) > 0 }, proofMaxAgeSeconds: 30 })
    await require(check, [await KEY.proof(proofFor(TOKEN, { jti: 'a'.repeat(3000), iat: NOW - 7 }))])
    await require(check, [await KEY.proof(proofFor(TOKEN, { jti: 'b' }))])
    expect(seen).toEqual([
      { key: expect.stringMatching(/^[\w-]{43}$/), issuedAt: (NOW - 7) * 1000, expiresAt: (NOW - 7 + 35) * 1000 },
      { key: expect.stringMatching(/^[\w-]{43}$/), issuedAt: NOW * 1000, expiresAt: (NOW + 35) * 1000 },
    ])
    expect(seen[0]?.key).not.toBe(seen[1]?.key)
  })
})

describe('a replay store that cannot tell lets nobody in: 503 (fail closed)', () => {
  const never = new Promise<boolean>(() => undefined)
  const UNCLEAR = 'it gave no clear answer'
  const failing = (error: unknown) => () => {
    throw error
  }
  test.each<[string, () => unknown, string]>([
    ['throws', failing(new Error('ECONNREFUSED')), 'ECONNREFUSED'],
    ['throws what is no error', failing('down'), 'it failed'],
    ['rejects', () => Promise.reject(new Error('ECONNREFUSED')), 'ECONNREFUSED'],
    ['rejects with nothing', () => Promise.reject(undefined), 'it failed'],
    ['never answers', () => never, 'it did not answer in time'],
    ['answers nothing', () => undefined, UNCLEAR],
    ['answers nothing, later', () => Promise.resolve(), UNCLEAR],
    ['answers null, as SET NX of Redis does where the key is there', () => Promise.resolve(null), UNCLEAR],
    ['answers OK, as it does where it is not', () => Promise.resolve('OK'), UNCLEAR],
    ['answers 1', () => 1, UNCLEAR],
    ['answers 0', () => 0, UNCLEAR],
    ['answers a truthy object', () => ({}), UNCLEAR],
  ])('%s', async (_name, remember, reason) => {
    const replayStore = { remember } as ReplayStore
    const proof = await KEY.proof(proofFor(TOKEN))
    const check = proofCheck({ replayStore }, { fetchTimeoutSeconds: 0.1 })
    expect(await rejectionFrom(() => require(check, [proof]))).toMatchObject({
      code: 'replay_store_unavailable',
      detail: { reason },
      retryAfterSeconds: 1,
    })
    expect(await require(proofCheck(), [proof])).toBeUndefined()
  })

  test('a clear false, at once or later, is a replay', async () => {
    for (const remember of [() => false, () => Promise.resolve(false)]) {
      const proof = await KEY.proof(proofFor(TOKEN))
      const { code } = await rejectionFrom(() => require(proofCheck({ replayStore: { remember } }), [proof]))
      expect(code).toBe('dpop_proof_replayed')
    }
  })

  test('a clear true, later, lets the request through', async () => {
    const replayStore = { remember: () => Promise.resolve(true) }
    expect(await require(proofCheck({ replayStore }), [await KEY.proof(proofFor(TOKEN))])).toBeUndefined()
  })

  test('the memory of the process goes by the clock of the options', async () => {
    const clock = settableClock(1_000_000_000)
    const key = await createDpopKey('ES256', { clock: clock.read })
    const check = proofCheck({}, { clock: clock.read })
    const first = await key.proof(proofFor(TOKEN))
    expect(await require(check, [first], key.thumbprint)).toBeUndefined()
    clock.seconds += 10
    expect(await require(check, [await key.proof(proofFor(TOKEN))], key.thumbprint)).toBeUndefined()
    const replayed = await rejectionFrom(() => require(check, [first], key.thumbprint))
    expect(replayed.code).toBe('dpop_proof_replayed')
  })

  test('a full memory is one of them', async () => {
    const clock = () => NOW * 1000
    const check = proofCheck({ replayStore: createReplayStore({ maxEntries: 1, clock }) })
    expect(await require(check, [await KEY.proof(proofFor(TOKEN))])).toBeUndefined()
    const next = await KEY.proof(proofFor(TOKEN))
    expect((await rejectionFrom(() => require(check, [next]))).code).toBe('replay_store_unavailable')
  })
})

describe('nonces', () => {
  const secret = 'a secret of at least thirty-two bytes'
  const span = NOW - (NOW % 300)

  test('without the option none is handed out, and none is asked for', async () => {
    const check = proofCheck()
    expect(check.nonce).toBeUndefined()
    expect(await require(check, [await KEY.proof(proofFor(TOKEN, { nonce: 'a client may send one' }))])).toBeUndefined()
  })

  test('a proof without one, or with an old one, is dpop_nonce_required and not used up', async () => {
    const clock = settableClock(span)
    const check = proofCheck({ nonces: { secrets: [secret] } }, { clock: clock.read })
    const nonce = check.nonce as string
    const jti = 'one'
    const without = await KEY.proof(proofFor(TOKEN, { jti, iat: span }))
    expect((await rejectionFrom(() => require(check, [without]))).code).toBe('dpop_nonce_required')
    expect(await require(check, [await KEY.proof(proofFor(TOKEN, { jti, iat: span, nonce }))])).toBeUndefined()
    clock.seconds = span + 600
    const old = await KEY.proof(proofFor(TOKEN, { iat: span + 600, nonce }))
    expect((await rejectionFrom(() => require(check, [old]))).code).toBe('dpop_nonce_required')
  })

  test('where there is a newer one it is handed out, and the older one is still good (RFC 9449 section 8.2)', async () => {
    const clock = settableClock(span)
    const check = proofCheck({ nonces: { secrets: [secret] } }, { clock: clock.read })
    const first = check.nonce as string
    clock.seconds = span + 300
    const second = check.nonce as string
    expect(second).not.toBe(first)
    const sending = async (nonce: string) =>
      require(check, [await KEY.proof(proofFor(TOKEN, { iat: span + 300, nonce }))])
    expect(await sending(first)).toBe(second)
    expect(await sending(second)).toBeUndefined()
  })

  test('a nonce makes no proof good twice', async () => {
    const check = proofCheck({ nonces: { secrets: [secret] } })
    const proof = await KEY.proof(proofFor(TOKEN, { nonce: check.nonce as string }))
    expect(await require(check, [proof])).toBeUndefined()
    expect((await rejectionFrom(() => require(check, [proof]))).code).toBe('dpop_proof_replayed')
  })
})

test('a key may be used with several algorithms, each where the option has it', async () => {
  const key = await clientKey('PS256')
  const check = proofCheck({ algorithms: ['PS256', 'PS384'] })
  for (const alg of ['PS256', 'PS384']) {
    expect(
      await require(check, [await key.proof(proofFor(TOKEN, { header: { alg } }))], key.thumbprint),
    ).toBeUndefined()
  }
  const third = await key.proof(proofFor(TOKEN, { header: { alg: 'PS512' } }))
  expect(refusalOf(() => require(check, [third], key.thumbprint)).detail?.check).toBe('DP5')
})

test('a warm proof is checked without a promise, on the node engine and with the memory of the process', async () => {
  const check = proofCheck()
  await require(check, [await KEY.proof(proofFor(TOKEN))])
  const proof = await KEY.proof(proofFor(TOKEN))
  await new Promise(resolve => setImmediate(resolve))
  expect(require(check, [proof])).toBeUndefined()
})
