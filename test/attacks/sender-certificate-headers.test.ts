import type { CertificateForm } from '@scopeward/core'
import { createDpopKey } from '@scopeward/testing'
import { describe, expect, test } from 'vitest'
import { CERTIFICATE, FORMS, headerLine, MALFORMED, OTHER } from '../sender/certificates.ts'
import { ACCEPTED, about, expectDenied, expectGranted, expectGrantedInProcess, proofOf } from '../sender/support.ts'
import type { RawRequest } from '../support/raw-http.ts'
import { holdRows } from './hold-rows.ts'
import { answersTo, type Bench, useBench } from './support.ts'

holdRows()

const MISSING = { code: 'client_certificate_missing', presented: 'Bearer' } as const
const MISMATCH = { code: 'client_certificate_mismatch', presented: 'Bearer' } as const
const INVALID = { code: 'client_certificate_invalid', presented: 'Bearer' } as const

function bearer(token: string, ...headers: readonly string[]): RawRequest {
  return { path: '/guarded', headers: [`Authorization: Bearer ${token}`, ...headers] }
}

async function boundToken(bench: Bench): Promise<string> {
  const { token } = await bench.honest({ boundTo: CERTIFICATE })
  return token
}

describe.each(FORMS)('HTTP8: the header of a declared proxy, as %s (RFC 8705 section 3, RFC 9440)', form => {
  const trustedProxy = { addresses: ['127.0.0.1'], clientCertificate: form } as const
  const bench = useBench(['ES256'], { ...ACCEPTED, trustedProxy })
  const line = headerLine(form, CERTIFICATE)

  test('lets in the certificate that the token is bound to, and no other', async () => {
    const token = await boundToken(bench)
    await expectGranted(bench, bearer(token, line))
    await expectGranted(
      bench,
      bearer(
        token,
        line.replace(/^[^:]+/, name => name.toUpperCase()),
      ),
    )
    await expectDenied(bench, bearer(token, headerLine(form, OTHER)), MISMATCH)
    await expectDenied(bench, bearer(token), MISSING)
    // As some proxies write where there is no certificate.
    await expectDenied(bench, bearer(token, `${line.slice(0, line.indexOf(':'))}:`), MISSING)
  })

  test('sent twice is refused, even where both are right', async () => {
    const token = await boundToken(bench)
    for (const second of [line, headerLine(form, OTHER), line.toLowerCase().slice(0, 12) + line.slice(12)]) {
      await expectDenied(bench, bearer(token, line, second), INVALID)
      await expectDenied(bench, bearer(token, second, line), INVALID)
    }
  })

  test.each(Object.entries(MALFORMED[form]))('is refused where it is malformed: %s', async (_, value) => {
    const token = await boundToken(bench)
    await expectGrantedInProcess(bench, bearer(token, line))
    await expectDenied(bench, bearer(token, headerLine(form, value)), INVALID)
  })

  test.each(FORMS.filter(other => other !== form))('is the only one that counts, not that of %s', async other => {
    const token = await boundToken(bench)
    if (headerLine(other, 'x').split(':')[0] !== line.split(':')[0]) {
      await expectDenied(bench, bearer(token, headerLine(other, CERTIFICATE)), MISSING)
    }
  })

  test('says nothing about a token that is not bound', async () => {
    const { token } = await bench.honest()
    await expectGranted(bench, bearer(token, line, line))
    await expectGranted(bench, bearer(token, headerLine(form, 'x')))
  })

  test('hidden from Node behind a thousand others, a second one is not overlooked', async () => {
    const token = await boundToken(bench)
    const many = Array<string>(2000).fill('x:')
    await expectGranted(bench, bearer(token, line, ...many.slice(0, 500)))
    for (const { status } of await answersTo(bench, bearer(token, line, ...many, headerLine(form, OTHER)))) {
      expect(status).not.toBe(200)
    }
  })
})

describe.each(FORMS)('HTTP8: the header of anybody else, as %s', form => {
  const trustedProxy = { addresses: ['10.0.0.0/8'], clientCertificate: form } as const
  const bench = useBench(['ES256'], { ...ACCEPTED, trustedProxy })

  test('is not looked at, right, wrong, twice or malformed', async () => {
    const token = await boundToken(bench)
    const right = headerLine(form, CERTIFICATE)
    const sent = [[right], [right, right], [headerLine(form, OTHER)], [headerLine(form, 'x')], []]
    for (const headers of sent) {
      await expectDenied(bench, bearer(token, 'X-Forwarded-For: 10.0.0.1', ...headers), MISSING)
    }
    const { token: unbound } = await bench.honest()
    await expectGranted(bench, bearer(unbound, right, right))
  })
})

describe('HTTP8: without a declared proxy', () => {
  const bench = useBench(['ES256'], ACCEPTED)

  test.each(FORMS)('the header as %s is not looked at', async form => {
    await expectDenied(bench, bearer(await boundToken(bench), headerLine(form, CERTIFICATE)), MISSING)
  })

  test('the other names under which proxies send certificates are not looked at', async () => {
    const token = await boundToken(bench)
    const values = [CERTIFICATE.der.toString('base64'), encodeURIComponent(CERTIFICATE.certificate)]
    const names = ['X-Client-Cert', 'X-SSL-Cert', 'SSL_CLIENT_CERT', 'X-ARR-ClientCert', 'X-Client-Cert-Hash']
    for (const name of names) {
      await expectDenied(bench, bearer(token, ...values.map(value => `${name}: ${value}`)), MISSING)
    }
    await expectDenied(bench, bearer(token, `X-Client-Cert-Hash: ${CERTIFICATE.thumbprint}`), MISSING)
  })
})

describe('a token that is bound to a certificate and to a key needs both (RFC 7800 section 3.1)', () => {
  const form: CertificateForm = 'client-cert'
  const trustedProxy = { addresses: ['127.0.0.1'], clientCertificate: form } as const
  const bench = useBench(['ES256'], { ...ACCEPTED, trustedProxy })
  const right = headerLine(form, CERTIFICATE)

  test('neither stands in for the other, and a proof that came without the certificate is not used up', async () => {
    const key = await createDpopKey('ES256', { clock: bench.clock })
    const { token } = await bench.honest({ boundTo: [key, CERTIFICATE] })
    const proof = await proofOf({ key, token })
    const request = (proofSent: string, ...headers: readonly string[]): RawRequest => ({
      path: '/guarded',
      headers: [`Authorization: DPoP ${token}`, `DPoP: ${proofSent}`, ...headers],
    })
    await expectDenied(bench, request(proof), { code: 'client_certificate_missing' })
    await expectDenied(bench, request(proof, headerLine(form, OTHER)), { code: 'client_certificate_mismatch' })
    await expectDenied(bench, request(proof, right, right), { code: 'client_certificate_invalid' })
    await expectGranted(bench, request(proof, right))
    await expectDenied(bench, request(proof, right), { code: 'dpop_proof_replayed' })
    const stranger = await createDpopKey('ES256', { clock: bench.clock })
    const strange = await stranger.proof(about({ token }))
    await expectDenied(bench, request(strange, right), { code: 'dpop_binding_mismatch' })
    await expectDenied(bench, bearer(token, right), { code: 'bound_token_as_bearer', presented: 'Bearer' })
    await expectDenied(
      bench,
      { path: '/guarded', headers: [`Authorization: DPoP ${token}`, right] },
      { code: 'dpop_proof_missing' },
    )
  })

  test('a token that is bound to a certificate alone is no DPoP token, with whatever proof', async () => {
    const key = await createDpopKey('ES256', { clock: bench.clock })
    const token = await boundToken(bench)
    const proof = await proofOf({ key, token })
    const headers = [`Authorization: DPoP ${token}`, `DPoP: ${proof}`, right]
    await expectGranted(bench, bearer(token, right))
    await expectDenied(bench, { path: '/guarded', headers }, { code: 'dpop_token_unbound' })
  })
})
