import { describe, expect, test } from 'vitest'
import { claiming, HOSTS, withHeaders } from '../sender/spoofing.ts'
import { ACCEPTED, expectDenied, expectGranted, holder, honestRequest } from '../sender/support.ts'
import { exchange, parseResponse, type RawRequest, requestText } from '../support/raw-http.ts'
import { holdRows } from './hold-rows.ts'
import { useBench } from './support.ts'

holdRows()

const FOREIGN = { code: 'dpop_proof_invalid', check: 'DP9' } as const

describe('HTTP7: without a declared proxy only the configured origin counts', () => {
  const bench = useBench(['ES256'], ACCEPTED)

  test.each(HOSTS)('the headers of a proxy with %j change nothing', async host => {
    const from = await holder(bench)
    await expectGranted(bench, withHeaders(await honestRequest(from), ...claiming(host)))
    for (const scheme of ['http', 'https']) {
      const request = await honestRequest(from, { claims: { htu: `${scheme}://${host}/guarded` } })
      if (`${scheme}://${host}` === 'https://api.example.com:') continue
      if (`${scheme}://${host}` === 'https://%61pi.example.com') continue
      await expectDenied(bench, withHeaders(request, ...claiming(host, scheme)), FOREIGN)
    }
  })

  test.each(HOSTS)('Host: %s', async host => {
    const from = await holder(bench)
    const as = (request: RawRequest) => requestText(request).replace('Host: api.example.com', `Host: ${host}`)
    for (const { ports } of bench.apis) {
      for (const port of Object.values(ports)) {
        const honest = parseResponse(await exchange(port, as(await honestRequest(from))))
        expect(honest.status).toBe(200)
        const spoofed = await honestRequest(from, { claims: { htu: `https://evil.example/guarded` } })
        expect(parseResponse(await exchange(port, as(spoofed))).status).toBe(401)
      }
    }
  })
})
