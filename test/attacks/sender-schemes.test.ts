import { createDpopKey } from '@scopeward/testing'
import { describe, expect, test } from 'vitest'
import { ACCEPTED, expectDenied, expectGranted, holder, honestRequest, proofOf } from '../sender/support.ts'
import type { RawRequest } from '../support/raw-http.ts'
import { holdRows } from './hold-rows.ts'
import { useBench } from './support.ts'

holdRows()

const to = (...headers: readonly string[]): RawRequest => ({ path: '/guarded', headers })
const PROOF_ONLY = { schemes: ['DPoP'] } as const

describe('DP15: downgrade, where both schemes are accepted (RFC 9449 section 7.2)', () => {
  const bench = useBench(['ES256'], ACCEPTED)

  const BEARER = ['Bearer', 'bearer', 'BEARER', 'bEaReR', 'Bearer  ', 'Bearer     ']
  test.each(BEARER)('a bound token as %j is refused, with a proof and without, cold and warm', async scheme => {
    const from = await holder(bench)
    const expected = { code: 'bound_token_as_bearer', presented: 'Bearer' } as const
    const authorization = `Authorization: ${scheme} ${from.token}`
    for (let round = 0; round < 2; round++) {
      await expectDenied(bench, to(authorization), expected)
      await expectDenied(bench, to(authorization, `DPoP: ${await proofOf(from)}`), expected)
      await expectGranted(bench, await honestRequest(from))
    }
  })

  const DPOP = ['DPoP', 'dpop', 'DPOP', 'dPoP', 'DPoP  ', 'DPoP      ']
  test.each(DPOP)('the scheme as %j takes a bound token, and refuses one that is not', async scheme => {
    const from = await holder(bench)
    await expectGranted(bench, to(`Authorization: ${scheme} ${from.token}`, `DPoP: ${await proofOf(from)}`))
    const { token } = await bench.honest()
    await expectGranted(bench, to(`Authorization: Bearer ${token}`))
    const unbound = { code: 'dpop_token_unbound' } as const
    const proof = await proofOf({ key: from.key, token })
    await expectDenied(bench, to(`Authorization: ${scheme} ${token}`, `DPoP: ${proof}`), unbound)
    await expectDenied(bench, to(`Authorization: ${scheme} ${token}`), unbound)
  })

  test('a proof beside a bearer token is of no interest, right or wrong', async () => {
    const { token } = await bench.honest()
    for (const proof of ['x', '', await proofOf(await holder(bench))]) {
      await expectGranted(bench, to(`Authorization: Bearer ${token}`, `DPoP: ${proof}`, `DPoP: ${proof}`))
    }
  })

  test('a proof without a token is no credential', async () => {
    const from = await holder(bench)
    const missing = { code: 'credentials_missing', presented: undefined } as const
    await expectDenied(bench, to(`DPoP: ${await proofOf(from)}`), missing)
    await expectDenied(bench, to(`DPoP: ${from.token}`), missing)
    await expectDenied(bench, to(`Proxy-Authorization: DPoP ${from.token}`, `DPoP: ${await proofOf(from)}`), missing)
  })

  test.each([
    ['DPoP', 'authorization_malformed', 'DPoP'],
    ['DPoP ', 'authorization_malformed', 'DPoP'],
    ['DPoP\t{token}', 'authorization_malformed', undefined],
    ['DPoP {token}, Bearer {token}', 'authorization_malformed', 'DPoP'],
    ['DPoP {token} {proof}', 'authorization_malformed', 'DPoP'],
    ['DPoP "{token}"', 'authorization_malformed', 'DPoP'],
    ['DPoP token="{token}"', 'authorization_malformed', 'DPoP'],
    ['DPoP Bearer {token}', 'authorization_malformed', 'DPoP'],
    ['Bearer DPoP {token}', 'authorization_malformed', 'Bearer'],
    ['DPoP,Bearer {token}', 'authorization_malformed', undefined],
    ['DPoPx {token}', 'scheme_unsupported', undefined],
    ['DPo {token}', 'scheme_unsupported', undefined],
    ['D-PoP {token}', 'scheme_unsupported', undefined],
    ['PoP {token}', 'scheme_unsupported', undefined],
    ['DPoP\xa0{token}', 'authorization_malformed', undefined],
    ['DP\u017fP {token}', 'authorization_malformed', undefined],
  ] as const)('the header %j', async (text, code, presented) => {
    const from = await holder(bench)
    await expectGranted(bench, await honestRequest(from))
    const proof = await proofOf(from)
    const value = Buffer.from(text.replaceAll('{token}', from.token).replaceAll('{proof}', proof)).toString('latin1')
    await expectDenied(bench, to(`Authorization: ${value}`, `DPoP: ${proof}`), { code, presented })
  })

  test('two Authorization headers are refused in both challenges (RFC 9449 figure 19)', async () => {
    const from = await holder(bench)
    const { token } = await bench.honest()
    const proof = `DPoP: ${await proofOf(from)}`
    const [bound, bearer] = [`Authorization: DPoP ${from.token}`, `Authorization: Bearer ${token}`]
    for (const headers of [
      [bound, bearer, proof],
      [bearer, bound, proof],
      [bound, bound, proof],
    ]) {
      await expectDenied(bench, to(...headers), { code: 'authorization_duplicated', presented: undefined })
    }
    await expectGranted(bench, to(bound, proof))
  })

  test.each([
    ['null', null],
    ['a string', 'x'],
    ['a list', ['x']],
    ['empty', {}],
    ['an empty thumbprint', { jkt: '' }],
    ['a short thumbprint', { jkt: 'x' }],
    ['a thumbprint as a list', { jkt: ['x'] }],
    ['a thumbprint of null', { jkt: null }],
    ['a member that nobody knows', { kid: 'x' }],
    ['a key', { jwk: { kty: 'EC' } }],
  ])('a token with cnf as %s passes as neither (RFC 7800)', async (_, cnf) => {
    const from = await holder(bench)
    await expectGranted(bench, await honestRequest(from))
    const { token } = await bench.honest({ claims: { cnf } })
    const code = 'sender_constraint_unsupported'
    await expectDenied(bench, to(`Authorization: Bearer ${token}`), { code, presented: 'Bearer' })
    const proof = await proofOf({ key: from.key, token })
    await expectDenied(bench, to(`Authorization: DPoP ${token}`, `DPoP: ${proof}`), { code })
    const jkt = from.key.thumbprint
    const { token: mixed } = await bench.honest({ claims: { cnf: { jkt, unknown: 1 } } })
    const honestProof = await proofOf({ key: from.key, token: mixed })
    await expectDenied(bench, to(`Authorization: DPoP ${mixed}`, `DPoP: ${honestProof}`), { code })
  })
})

describe('DP15: where proofs are required, no bearer token is taken', () => {
  const bench = useBench(['ES256'], { ...ACCEPTED, dpop: 'required' })

  test('bound or not, and the challenge offers DPoP alone', async () => {
    const from = await holder(bench)
    await expectGranted(bench, await honestRequest(from))
    const { token } = await bench.honest()
    const unsupported = { code: 'scheme_unsupported', presented: undefined, ...PROOF_ONLY } as const
    for (const each of [token, from.token]) await expectDenied(bench, to(`Authorization: Bearer ${each}`), unsupported)
    await expectDenied(bench, to(), { ...unsupported, code: 'credentials_missing' })
    const proof = await proofOf({ key: from.key, token })
    await expectDenied(bench, to(`Authorization: DPoP ${token}`, `DPoP: ${proof}`), {
      code: 'dpop_token_unbound',
      ...PROOF_ONLY,
    })
    for (const { core } of bench.apis) {
      await expect(core.verify(token)).rejects.toMatchObject({ code: 'sender_constraint_required' })
      await expect(core.verify(from.token)).rejects.toMatchObject({ code: 'sender_constraint_unsupported' })
    }
  })
})

describe('DP15: where proofs are not checked, tokens that need one are refused', () => {
  const bench = useBench()

  test('with both schemes, and with a good proof', async () => {
    const { token: bearer } = await bench.honest()
    const key = await createDpopKey('ES256', { clock: bench.clock })
    const { token } = await bench.honest({ boundTo: key })
    const proof = `DPoP: ${await proofOf({ key, token })}`
    await expectGranted(bench, to(`Authorization: Bearer ${bearer}`))
    const schemes = { schemes: ['Bearer'] } as const
    const unsupported = { code: 'sender_constraint_unsupported', presented: 'Bearer', ...schemes } as const
    await expectDenied(bench, to(`Authorization: Bearer ${token}`), unsupported)
    await expectDenied(bench, to(`Authorization: Bearer ${token}`, proof), unsupported)
    const other = { code: 'scheme_unsupported', presented: undefined, ...schemes } as const
    await expectDenied(bench, to(`Authorization: DPoP ${token}`, proof), other)
  })
})
