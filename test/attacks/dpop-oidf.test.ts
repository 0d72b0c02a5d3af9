import { createDpopKey, type ProofForgeryName } from '@scopeward/testing'
import { describe, expect, test } from 'vitest'
import {
  ACCEPTED,
  about,
  expectDenied,
  expectGranted,
  type Holder,
  holder,
  honestRequest,
  proofOf,
  type SenderAttack,
  testSenderAttacks,
  withProof,
} from '../sender/support.ts'
import type { RawRequest } from '../support/raw-http.ts'
import { holdRows } from './hold-rows.ts'
import { answersTo, type Bench, useBench } from './support.ts'

holdRows()

/**
 * What the OpenID Foundation's conformance suite does to a resource server in FAPI2SPFinalDpopNegativeTests and its
 * neighbours, request by request. Each defect is a failure there, but for the second use of a jti, which is a warning.
 */
const bench = useBench(['ES256'], ACCEPTED)
const now = (): number => Math.floor(bench.clock() / 1000)

const HTU = 'https://api.example.com/guarded'

type Accepted = readonly [name: string, request: (from: Holder) => Promise<RawRequest>]

function claims(name: string, changes: () => Readonly<Record<string, unknown>>): Accepted {
  return [name, from => honestRequest(from, { claims: changes() })]
}

const ACCEPTABLE: readonly Accepted[] = [
  ['a correct proof', from => honestRequest(from)],
  [
    'the header name DPOP in upper case',
    async from => ({
      path: '/guarded',
      headers: [`Authorization: DPoP ${from.token}`, `DPOP: ${await proofOf(from)}`],
    }),
  ],
  ...['dPOp', 'DPOP', 'dpop'].map(
    (scheme): Accepted => [
      `the scheme as ${scheme}`,
      async from => ({
        path: '/guarded',
        headers: [`Authorization: ${scheme} ${from.token}`, `DPoP: ${await proofOf(from)}`],
      }),
    ],
  ),
  claims('htu with a query and a fragment', () => ({ htu: `${HTU}?a=b#c` })),
  claims('htu without query and fragment', () => ({ htu: HTU })),
  [
    'a request with a query, and htu without',
    async from => withProof(from.token, await proofOf(from), '/guarded?limit=5'),
  ],
  claims('a jti for the first time', () => ({ jti: 'oidf-first-use' })),
  claims('claims that nobody knows', () => ({ extra: { deep: [1, 2, 3] }, iss: 'someone', aud: 'elsewhere' })),
  ['header parameters that nobody knows', from => honestRequest(from, { header: { extra: { deep: [1] }, x: 1 } })],
  claims('htu with scheme and host in upper case', () => ({ htu: 'HTTPS://API.EXAMPLE.COM/guarded' })),
  claims('htu with the default port', () => ({ htu: 'https://api.example.com:443/guarded' })),
  claims('nbf now and exp in five minutes', () => ({ nbf: now(), exp: now() + 300 })),
  claims('iat 8 seconds in the past', () => ({ iat: now() - 8 })),
  claims('iat 8 seconds in the future', () => ({ iat: now() + 8 })),
]

describe('what the suite expects to be let in', () => {
  test.each(ACCEPTABLE)('%s', async (_, request) => {
    await expectGranted(bench, await request(await holder(bench)))
  })
})

function forged(name: string, forgery: ProofForgeryName, code: SenderAttack[1]['code'], check?: string): SenderAttack {
  return [name, { code, check }, async from => withProof(from.token, await from.key.forge(forgery, about(from)))]
}

function without(claim: string): SenderAttack {
  return [
    `${claim} missing`,
    { code: 'dpop_proof_invalid', check: 'DP3' },
    from => honestRequest(from, { claims: { [claim]: undefined } }),
  ]
}

async function withTwoProofs(from: Holder): Promise<RawRequest> {
  const { headers = [] } = await honestRequest(from)
  return { path: '/guarded', headers: [...headers, `DPoP: ${await proofOf(from)}`] }
}

async function byAnotherKey(from: Holder, { clock }: Bench): Promise<RawRequest> {
  const stranger = await createDpopKey('ES256', { clock })
  return withProof(from.token, await stranger.proof(about(from)))
}

describe('what the suite expects to be refused with 400 or 401', () => {
  testSenderAttacks(bench, [
    ['two DPoP headers', { code: 'dpop_proof_duplicated' }, withTwoProofs],
    forged('no well-formed JWT', 'not-a-jwt', 'dpop_proof_malformed'),
    forged('typ missing', 'typ-missing', 'dpop_proof_invalid', 'DP4'),
    forged('alg missing', 'alg-missing', 'dpop_proof_invalid', 'DP5'),
    forged('jwk missing', 'jwk-missing', 'dpop_proof_invalid', 'DP3'),
    ...['jti', 'htm', 'htu', 'iat', 'ath'].map(without),
    forged('another typ', 'typ-jwt', 'dpop_proof_invalid', 'DP4'),
    forged('signed with RS256', 'alg-rs256', 'dpop_proof_invalid', 'DP5'),
    forged('alg none', 'alg-none', 'dpop_proof_malformed'),
    forged('a bad signature', 'signature-tampered', 'dpop_proof_invalid', 'DP6'),
    forged('jwk with the private key', 'jwk-private', 'dpop_proof_invalid', 'DP7'),
    forged('another htm', 'htm-other', 'dpop_proof_invalid', 'DP8'),
    forged('htu of another URL', 'htu-other-path', 'dpop_proof_invalid', 'DP9'),
    forged('iat one hour ahead', 'iat-one-hour-ahead', 'dpop_proof_invalid', 'DP11'),
    forged('iat one hour ago', 'iat-one-hour-old', 'dpop_proof_invalid', 'DP11'),
    forged('another ath', 'ath-other-token', 'dpop_proof_invalid', 'DP12'),
    ['signed by another key', { code: 'dpop_binding_mismatch' }, byAnotherKey],
    [
      'no proof',
      { code: 'dpop_proof_missing' },
      ({ token }) => ({ path: '/guarded', headers: [`Authorization: DPoP ${token}`] }),
    ],
    [
      'no proof, and the scheme changed to Bearer',
      { code: 'bound_token_as_bearer', presented: 'Bearer' },
      ({ token }) => ({ path: '/guarded', headers: [`Authorization: Bearer ${token}`] }),
    ],
    [
      'the token in the query (FAPI2SPFinalHappyFlow)',
      { code: 'credentials_missing', presented: undefined },
      async from => ({ path: `/guarded?access_token=${from.token}`, headers: [`DPoP: ${await proofOf(from)}`] }),
    ],
  ])

  test('the second use of a jti, and a correct proof at the end', async () => {
    const from = await holder(bench)
    const jti = 'oidf-second-use'
    await expectGranted(bench, await honestRequest(from, { jti }))
    await expectDenied(bench, await honestRequest(from, { jti }), { code: 'dpop_proof_replayed' })
    await expectGranted(bench, await honestRequest(from))
  })

  test('no refusal of a proof is anything but 400 or 401, and none tells a nonce where none is asked for', async () => {
    const from = await holder(bench)
    for (const answer of await answersTo(bench, withProof(from.token, 'x'))) {
      expect(answer.status).toBe(401)
      expect(answer.headers.map(([name]) => name)).not.toContain('dpop-nonce')
    }
  })
})
