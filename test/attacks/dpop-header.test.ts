import { createDpopKey } from '@scopeward/testing'
import { describe, test } from 'vitest'
import { signed } from '../sender/signed.ts'
import {
  ACCEPTED,
  about,
  expectDenied,
  expectGranted,
  holder,
  honestRequest,
  proofOf,
  type SenderAttack,
  testSenderAttacks,
  withProof,
} from '../sender/support.ts'
import { holdRows } from './hold-rows.ts'
import { textOf } from './mint.ts'
import { useBench } from './support.ts'

holdRows()

const bench = useBench(['ES256'], ACCEPTED)

describe('DP4 to DP7: what the header of a proof may say', () => {
  const header = (name: string, check: string, changes: object): SenderAttack => [
    name,
    { code: 'dpop_proof_invalid', check },
    async from => {
      const { jwk } = from.key
      const proof = (await proofOf(from)).split('.').map(textOf)
      const { jwk: changedJwk, ...others } = changes as { jwk?: object }
      const changed = { ...JSON.parse(proof[0] as string), jwk: { ...jwk, ...changedJwk }, ...others }
      return withProof(from.token, signed(from, JSON.stringify(changed), proof[1] as string))
    },
  ]
  const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

  testSenderAttacks(bench, [
    ...['dpop', 'jwt', 'dpop+jwt ', 'dpop+jwt; x=y', 'text/dpop+jwt', 'dpop+jws', '', 1, null, {}].map(typ =>
      header(`DP4 typ ${JSON.stringify(typ)}`, 'DP4', { typ }),
    ),
    ...['none', 'NONE', 'HS256', 'ES384', 'RS256', 'es256', 'ES256 ', '__proto__', 1, null, ['ES256']].map(alg =>
      header(`DP5 alg ${JSON.stringify(alg)}`, 'DP5', { alg }),
    ),
    ...['PS256', 'Ed25519'].map(alg => header(`DP6 alg ${alg} with an EC key`, 'DP6', { alg })),
    ...PRIVATE.map(name => header(`DP7 ${name} in the jwk`, 'DP7', { jwk: { [name]: 'AQAB' } })),
    ...[null, '', 0, {}].map(d => header(`DP7 d as ${JSON.stringify(d)}`, 'DP7', { jwk: { d } })),
    header('DP7 kty oct', 'DP7', { jwk: { kty: 'oct' } }),
    header('DP6 kty RSA without members', 'DP6', { jwk: { kty: 'RSA' } }),
    header('DP6 another crv', 'DP6', { jwk: { crv: 'P-384' } }),
    header('DP6 secp256k1', 'DP6', { jwk: { crv: 'secp256k1' } }),
    header('DP6 use enc', 'DP6', { jwk: { use: 'enc' } }),
    header('DP6 key_ops sign', 'DP6', { jwk: { key_ops: ['sign'] } }),
    header('DP6 alg of the jwk another one', 'DP6', { jwk: { alg: 'ES384' } }),
    header('DP6 x with padding', 'DP6', { jwk: { x: `${'A'.repeat(43)}=` } }),
    header('DP6 x a number', 'DP6', { jwk: { x: 1 } }),
    header('DP6 no y', 'DP6', { jwk: { y: undefined } }),
  ])

  test('DP6 jku, x5u, x5c and kid lead to no other key', async () => {
    const from = await holder(bench)
    const stranger = await createDpopKey('ES256', { clock: bench.clock })
    const pointers = { jku: 'http://127.0.0.1:1/jwks', x5u: 'http://127.0.0.1:1/x', x5c: ['AAAA'], kid: 'key-1' }
    await expectGranted(bench, await honestRequest(from, { header: pointers }))
    const strange = await stranger.proof(about(from, { header: { ...pointers, jwk: from.key.jwk } }))
    await expectDenied(bench, withProof(from.token, strange), { code: 'dpop_proof_invalid', check: 'DP6' })
  })

  test('DP6 the key of the issuer, which signs tokens, signs no proofs for others', async () => {
    const from = await holder(bench)
    await expectGranted(bench, await honestRequest(from))
    const { privateKey, publicJwk } = bench.issuer.signingKey
    const { kid, alg, use, ...jwk } = publicJwk as Readonly<Record<string, unknown>>
    const [, claims = ''] = (await proofOf(from)).split('.').map(textOf)
    const key = { ...from.key, privateKey }
    const proof = (of: object) => signed({ ...from, key }, JSON.stringify({ typ: 'dpop+jwt', alg, jwk: of }), claims)
    await expectDenied(bench, withProof(from.token, proof(jwk)), { code: 'dpop_binding_mismatch' })
    await expectDenied(bench, withProof(from.token, proof(from.key.jwk)), {
      code: 'dpop_proof_invalid',
      check: 'DP6',
    })
  })
})
