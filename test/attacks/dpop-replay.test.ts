import { describe, expect, test } from 'vitest'
import { FRAMEWORKS, startRouted } from '../sender/routed-apis.ts'
import {
  ACCEPTED,
  expectGranted,
  expectWire,
  holder,
  honestRequest,
  ORIGIN,
  proofOf,
  withProof,
} from '../sender/support.ts'
import { wireFor } from '../sender/wire.ts'
import { send } from '../support/raw-http.ts'
import { AUDIENCE, type Options, SCOPES } from './apis.ts'
import { holdRows } from './hold-rows.ts'
import { answersTo, useBench } from './support.ts'

holdRows()

describe('HTTP12: a proof lets one request through (RFC 9449 section 11.1)', () => {
  const bench = useBench(['ES256'], ACCEPTED)

  const optionsOf = (added: Partial<Options> = {}): Options => ({
    ...bench.issuer.options,
    ...ACCEPTED,
    audience: AUDIENCE,
    scopes: SCOPES,
    ...added,
  })

  test('of fifty that are sent at once, one', async () => {
    const ports = await startRouted(optionsOf(), { '/guarded': 'items:read' })
    const from = await holder(bench)
    for (const framework of FRAMEWORKS) {
      const request = await honestRequest(from)
      const answers = await Promise.all(Array.from({ length: 50 }, () => send(ports[framework], request)))
      const statuses = answers.map(({ status }) => status).sort()
      expect(statuses).toEqual([200, ...Array(49).fill(401)])
      for (const answer of answers.filter(({ status }) => status === 401)) {
        expectWire(answer, wireFor('dpop_proof_replayed', { presented: 'DPoP' }))
      }
    }
  })

  test('not again in another text: signed again, for another URL, in another spelling of the header', async () => {
    const ports = await startRouted(optionsOf(), { '/guarded': 'items:read', '/other': 'items:read' })
    const from = await holder(bench)
    const once = { jti: 'once', iat: bench.clock() / 1000 }
    for (const port of Object.values(ports)) {
      expect((await send(port, await honestRequest(from, once))).status).toBe(200)
      const elsewhere = withProof(from.token, await proofOf(from, { ...once, url: `${ORIGIN}/other` }), '/other')
      const later = await honestRequest(from, { ...once, iat: once.iat + 1 })
      const posted = { ...(await honestRequest(from, { ...once, method: 'POST' })), method: 'POST' }
      const spaced = await honestRequest(from, { ...once, header: { typ: 'DPOP+JWT', extra: 1 } })
      for (const request of [await honestRequest(from, once), elsewhere, later, posted, spaced]) {
        expectWire(await send(port, request), wireFor('dpop_proof_replayed', { presented: 'DPoP' }))
      }
    }
  })

  test('a proof that was refused for anything else is not used up; one that lacked only a privilege is', async () => {
    const from = await holder(bench)
    const proof = await proofOf(from)
    for (const answer of await answersTo(bench, withProof(from.token, proof, '/admin'))) {
      expectWire(answer, wireFor('dpop_proof_invalid', { presented: 'DPoP', scope: 'admin' }))
    }
    await expectGranted(bench, withProof(from.token, proof))
    const forAdmin = await proofOf(from, { url: `${ORIGIN}/admin` })
    for (const code of ['insufficient_scope', 'dpop_proof_replayed'] as const) {
      for (const answer of await answersTo(bench, withProof(from.token, forAdmin, '/admin'))) {
        expectWire(answer, wireFor(code, { presented: 'DPoP', scope: 'admin' }))
      }
    }
  })

  test('a clock that steps back after proofs were forgotten brings none back', async () => {
    const from = await holder(bench, { claims: { iat: bench.clock() / 1000 - 600, exp: bench.clock() / 1000 + 3600 } })
    const used = await honestRequest(from)
    await expectGranted(bench, used)
    bench.clock.advance({ seconds: 70 })
    await expectGranted(bench, await honestRequest(from))
    bench.clock.advance({ seconds: -10 })
    for (const { status } of await answersTo(bench, used)) expect([401, 503]).toContain(status)
    bench.clock.advance({ seconds: 10 })
  })
})
