import { type CertificateForm, createResourceServer } from '@scopeward/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CERTIFICATE, FORMS, headerLine } from '../sender/certificates.ts'
import { changes, noise } from '../sender/random.ts'
import { AUDIENCE, SCOPES } from './apis.ts'
import { holdRows } from './hold-rows.ts'
import { useBench } from './support.ts'

holdRows()

const bench = useBench()
const SEED = 20_260_101

describe.each(FORMS)('random certificate headers as %s', form => {
  test('make check() neither throw nor take another certificate for the right one', async () => {
    const server = createResourceServer({
      ...bench.issuer.options,
      audience: AUDIENCE,
      scopes: SCOPES,
      trustedProxy: { addresses: ['127.0.0.1'], clientCertificate: form },
    })
    const { token } = await bench.honest({ boundTo: CERTIFICATE })
    const [name = '', value = ''] = headerLine(form, CERTIFICATE).split(/: (.*)/s)
    const verdict = async (changed: string) => {
      const headers = ['Authorization', `Bearer ${token}`, name, changed]
      const request = { method: 'GET', url: '/', headers, socket: { remoteAddress: '127.0.0.1' } }
      const outcome = await server.check(request, 'items:read')
      if (!outcome.granted) expect([400, 401]).toContain(outcome.denial.status)
      return outcome.granted
    }
    expect(await verdict(value)).toBe(true)
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          changes.map(by => by(value)),
          noise,
        ),
        async changed => {
          if (await verdict(changed)) expect([changed, names(changed, form)]).toEqual([changed, true])
        },
      ),
      { seed: SEED, numRuns: 250 },
    )
  })
})

/** Whether every byte of the certificate, or its hash, stands in the value. */
function names(value: string, form: CertificateForm): boolean {
  const base64 = CERTIFICATE.der.toString('base64')
  if (form === 'client-cert') return value.trim() === `:${base64}:`
  const hex = Buffer.from(CERTIFICATE.thumbprint, 'base64url').toString('hex')
  if (form === 'envoy' && value.toLowerCase().includes(hex)) return true
  return decodeURIComponent(value).replaceAll(/\s/g, '').includes(base64)
}
