import { createDpopKey } from '@scopeward/testing'
import { describe, expect, test } from 'vitest'
import {
  ACCEPTED,
  boundToken,
  expectDenied,
  expectGranted,
  holder,
  honestRequest,
  ORIGIN,
  proofOf,
  type SenderAttack,
  testSenderAttacks,
  withProof,
} from '../sender/support.ts'
import type { Options } from './apis.ts'
import { holdRows } from './hold-rows.ts'
import { type Bench, useBench } from './support.ts'

holdRows()

const now = ({ clock }: Bench): number => clock() / 1000

/** One claim with each of these values. */
function each(id: string, claim: string, values: readonly unknown[]): readonly SenderAttack[] {
  return values.map(value => [
    `${id} ${claim} ${JSON.stringify(value)}`,
    { code: 'dpop_proof_invalid', check: id },
    from => honestRequest(from, { claims: { [claim]: value } }),
  ])
}

describe('claims of another type, or missing', () => {
  const bench = useBench(['ES256'], ACCEPTED)
  const NO_TEXT: readonly unknown[] = [null, '', 0, 1, true, [], ['x'], {}, { toString: 'x' }]

  testSenderAttacks(bench, [
    ...['jti', 'htm', 'htu', 'ath'].flatMap(claim => each('DP3', claim, NO_TEXT)),
    ...each('DP3', 'iat', [null, '', '1767225600', true, [], [1_767_225_600], {}, 1e306, -1e306]),
    ...each('DP11', 'iat', [0, -0, -1, 1_767_225_600_000, 1e15, 1e300, -1e300]),
    ...each('DP11', 'exp', [null, '', '9999999999', {}, [], 0, -1, 1e306, true]),
    ...each('DP11', 'nbf', [null, '', '0', {}, [], 9_999_999_999, 1e300, false]),
    ...each('DP8', 'htm', ['get', 'Get', 'GET ', ' GET', 'GET,POST', '*', 'HEAD', 'GET\n', 'G\u0415T']),
    ...each('DP12', 'ath', ['x', 'A'.repeat(43), `${'A'.repeat(43)}=`]),
  ])

  test('a nonce that nobody asked for is of no interest, whatever it is', async () => {
    const from = await holder(bench)
    for (const nonce of ['x', '', null, 1, ['x'], {}]) {
      const answers = await expectGranted(bench, await honestRequest(from, { claims: { nonce } }))
      for (const { headers } of answers) expect(headers.map(([name]) => name)).not.toContain('dpop-nonce')
    }
  })

  test('any text is a jti, and each text is another one', async () => {
    const from = await holder(bench)
    for (const jti of [' ', '\0', '__proto__', 'a'.repeat(4000), '\u{1f511}', 'ä', 'a\u0308', '1', '01', '.', '..']) {
      await expectGranted(bench, await honestRequest(from, { jti }))
      await expectDenied(bench, await honestRequest(from, { jti }), { code: 'dpop_proof_replayed' })
    }
  })
})

describe('DP11: a proof lives for 60 seconds and the clock tolerance, and may be 10 seconds ahead', () => {
  const bench = useBench(['ES256'], ACCEPTED)
  const refused = { code: 'dpop_proof_invalid', check: 'DP11' } as const

  test('to the millisecond, for a clock of the client that is slow or fast', async () => {
    const from = await holder(bench)
    for (const away of [0, -64, -64.999, 8, 10]) {
      await expectGranted(bench, await honestRequest(from, { iat: now(bench) + away }))
    }
    for (const away of [-65, -65.001, -3600, 10.001, 11, 60, 3600]) {
      await expectDenied(bench, await honestRequest(from, { iat: now(bench) + away }), refused)
    }
  })

  test('a proof that was made in advance is refused until its time, and works once then', async () => {
    const from = await holder(bench)
    const advance = await honestRequest(from, { iat: now(bench) + 40 })
    await expectDenied(bench, advance, refused)
    bench.clock.advance({ seconds: 30 })
    await expectGranted(bench, advance)
    await expectDenied(bench, advance, { code: 'dpop_proof_replayed' })
  })

  test('a proof that waits is refused from its 65th second on, used or not', async () => {
    const from = await holder(bench, { expiresInSeconds: 3600 })
    const used = await honestRequest(from)
    const unused = await honestRequest(from)
    await expectGranted(bench, used)
    bench.clock.advance({ seconds: 64.999 })
    await expectDenied(bench, used, { code: 'dpop_proof_replayed' })
    bench.clock.advance({ seconds: 0.001 })
    await expectDenied(bench, used, refused)
    await expectDenied(bench, unused, refused)
  })

  test('a used proof stays used while the clock of the server steps back', async () => {
    const from = await holder(bench, { claims: { iat: now(bench) - 600, exp: now(bench) + 3600 } })
    const used = await honestRequest(from)
    await expectGranted(bench, used)
    bench.clock.advance({ seconds: -9 })
    await expectDenied(bench, used, { code: 'dpop_proof_replayed' })
    bench.clock.advance({ seconds: -2 })
    await expectDenied(bench, used, refused)
    bench.clock.advance({ seconds: 11 })
    await expectDenied(bench, used, { code: 'dpop_proof_replayed' })
  })

  test('exp and nbf count where they are there, with the same tolerance', async () => {
    const from = await holder(bench)
    for (const claims of [{ exp: now(bench) - 4.999 }, { nbf: now(bench) + 10 }, { exp: now(bench) + 1e6, nbf: 0 }]) {
      await expectGranted(bench, await honestRequest(from, { claims }))
    }
    for (const claims of [{ exp: now(bench) - 5 }, { nbf: now(bench) + 10.001 }]) {
      await expectDenied(bench, await honestRequest(from, { claims }), refused)
    }
  })
})

describe('DP11: the shortest life and no tolerance', () => {
  const options: Partial<Options> = { dpop: { mode: 'accepted', proofMaxAgeSeconds: 5 }, publicOrigin: ORIGIN }
  const bench = useBench(['ES256'], { ...options, clockToleranceSeconds: 0 })

  test('still lets a clock be 10 seconds ahead', async () => {
    const from = await holder(bench)
    for (const away of [-4.999, 10]) await expectGranted(bench, await honestRequest(from, { iat: now(bench) + away }))
    for (const away of [-5, 10.001]) {
      const request = await honestRequest(from, { iat: now(bench) + away })
      await expectDenied(bench, request, { code: 'dpop_proof_invalid', check: 'DP11' })
    }
  })
})

describe('DP12: a proof belongs to one token and one key', () => {
  const bench = useBench(['ES256'], ACCEPTED)

  test('the proof for one token does not do for another of the same key', async () => {
    const from = await holder(bench)
    const second = { key: from.key, token: await boundToken(bench, from.key, { scope: 'items:read admin' }) }
    await expectGranted(bench, await honestRequest(from))
    await expectGranted(bench, await honestRequest(second))
    const stolen = withProof(second.token, await proofOf(from))
    await expectDenied(bench, stolen, { code: 'dpop_proof_invalid', check: 'DP12' })
  })

  test('not even for a token of the same claims that was signed again', async () => {
    const from = await holder(bench)
    const claims = { jti: 'same', iat: Math.floor(now(bench)) }
    const [first, again] = [
      await boundToken(bench, from.key, { claims }),
      await boundToken(bench, from.key, { claims }),
    ]
    expect(first).not.toBe(again)
    await expectGranted(bench, await honestRequest({ key: from.key, token: first }))
    const other = withProof(again, await proofOf({ key: from.key, token: first }))
    await expectDenied(bench, other, { code: 'dpop_proof_invalid', check: 'DP12' })
  })

  test('nobody uses the token of another with a proof of his own', async () => {
    const [victim, thief] = [await holder(bench), await holder(bench)]
    await expectGranted(bench, await honestRequest(victim))
    const own = await thief.key.proof({ method: 'GET', url: `${ORIGIN}/guarded`, accessToken: victim.token })
    await expectDenied(bench, withProof(victim.token, own), { code: 'dpop_binding_mismatch' })
    await expectDenied(bench, withProof(victim.token, await proofOf(thief)), { code: 'dpop_binding_mismatch' })
    await expectDenied(bench, withProof(thief.token, await proofOf(victim)), { code: 'dpop_binding_mismatch' })
  })

  test('the jti of one client is no replay of that of another', async () => {
    const [first, second] = [await holder(bench), await holder(bench)]
    await expectGranted(bench, await honestRequest(first, { jti: 'shared' }))
    await expectGranted(bench, await honestRequest(second, { jti: 'shared' }))
    await expectDenied(bench, await honestRequest(first, { jti: 'shared' }), { code: 'dpop_proof_replayed' })
  })
})

describe('DP5: the algorithms of the option alone', () => {
  const algorithms = ['ES384', 'EdDSA'] as const
  const bench = useBench(['ES256'], { ...ACCEPTED, dpop: { mode: 'accepted', algorithms } })
  const algs = algorithms.join(' ')

  test('are let in, and named in the challenge', async () => {
    for (const algorithm of algorithms) {
      const from = await holder(bench, {}, algorithm)
      await expectGranted(bench, await honestRequest(from))
    }
    const from = await holder(bench, {}, 'ES256')
    await expectDenied(bench, await honestRequest(from), { code: 'dpop_proof_invalid', check: 'DP5', algs })
    const ed25519 = await createDpopKey('Ed25519', { clock: bench.clock })
    const token = await boundToken(bench, ed25519)
    const request = await honestRequest({ key: ed25519, token })
    await expectDenied(bench, request, { code: 'dpop_proof_invalid', check: 'DP5', algs })
  })
})
