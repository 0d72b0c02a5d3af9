import { X509Certificate } from 'node:crypto'
import { createClientCertificate } from '@scopeward/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CertificateForm } from '../../../src/options/parse-trusted-proxy.ts'
import { thumbprintInHeader, thumbprintOf } from '../../../src/sender/certificate/certificate-headers.ts'
import { SENDER_EXAMPLES } from '../../vectors/rfc-sender-examples.ts'

const { pem: RFC_PEM, 'x5t#S256': RFC_THUMBPRINT } = SENDER_EXAMPLES.mtls
const ONE = createClientCertificate('one')
const TWO = createClientCertificate('two')
const PEM = ONE.certificate
const BASE64 = ONE.der.toString('base64')
const HEX = Buffer.from(ONE.thumbprint, 'base64url').toString('hex')

/** What proxies write: every character but the unreserved ones in percent-encoding (nginx), or all but `+=/` (AWS). */
const escaped = (pem: string): string => encodeURIComponent(pem)
const awsEscaped = (pem: string): string =>
  encodeURIComponent(pem).replaceAll('%2B', '+').replaceAll('%3D', '=').replaceAll('%2F', '/')

test('the certificate of RFC 8705 appendix A has the thumbprint that the RFC says', () => {
  expect(thumbprintOf(new X509Certificate(RFC_PEM).raw)).toBe(RFC_THUMBPRINT)
  const forms: [CertificateForm, string][] = [
    ['client-cert', `:${new X509Certificate(RFC_PEM).raw.toString('base64')}:`],
    ['nginx', escaped(RFC_PEM)],
    ['aws-alb', awsEscaped(RFC_PEM)],
    ['envoy', `Cert="${escaped(RFC_PEM)}"`],
    ['envoy', `Hash=${Buffer.from(RFC_THUMBPRINT, 'base64url').toString('hex')}`],
  ]
  for (const [form, value] of forms) expect([form, thumbprintInHeader(value, form)]).toEqual([form, RFC_THUMBPRINT])
})

/** Rows of header values that hold the one certificate, and of those that do not. */
function judged(form: CertificateForm, good: readonly [string, string][], bad: readonly [string, string][]): void {
  test.each(good)('%s', (_name, value) => {
    expect(thumbprintInHeader(value, form)).toBe(ONE.thumbprint)
  })

  test.each([...bad, ...NONE])('%s is none', (_name, value) => {
    expect(thumbprintInHeader((good[0] as [string, string])[1], form)).toBe(ONE.thumbprint)
    expect(thumbprintInHeader(value, form)).toBeUndefined()
  })
}

const NONE: readonly [string, string][] = [
  ['nothing', ''],
  ['white space', '  '],
  ['text', 'certificate'],
  ['a subject as some proxies write it', 'CN=one'],
  ['null, as nginx writes no certificate', '(null)'],
  ['a dash', '-'],
  ['a name of the prototype', '__proto__'],
]

describe('Client-Cert (RFC 9440 section 2.2)', () => {
  judged(
    'client-cert',
    [
      ['a byte sequence', `:${BASE64}:`],
      ['with white space around it', ` :${BASE64}:\t`],
    ],
    [
      ['without colons', BASE64],
      ['with one colon', `:${BASE64}`],
      ['with nothing between them', '::'],
      ['with one colon and another character in place of the other', `:${BASE64};`],
      ['with another character in place of the first colon', `;${BASE64}:`],
      ['a colon alone', ':'],
      ['with a space in between', `:${BASE64.slice(0, 40)} ${BASE64.slice(40)}:`],
      [
        'without padding that belongs there',
        `:${Buffer.concat([ONE.der, Buffer.alloc(1)])
          .toString('base64')
          .replace(/=+$/, '')}:`,
      ],
      ['in base64url', `:${ONE.der.toString('base64url')}-:`],
      ['two of them', `:${BASE64}:, :${TWO.der.toString('base64')}:`],
      ['the same one twice', `:${BASE64}:,:${BASE64}:`],
      ['with parameters', `:${BASE64}:;a=1`],
      ['PEM in base64', `:${Buffer.from(PEM).toString('base64')}:`],
      ['PEM', PEM.replaceAll('\n', ' ')],
      ['cut short', `:${ONE.der.subarray(0, -1).toString('base64')}:`],
      ['with bytes behind it', `:${Buffer.concat([ONE.der, Buffer.alloc(1)]).toString('base64')}:`],
      ['with another one behind it', `:${Buffer.concat([ONE.der, TWO.der]).toString('base64')}:`],
      ['bytes that are none', `:${Buffer.alloc(600, 7).toString('base64')}:`],
    ],
  )

  test('a character that decoding would skip', () => {
    const spoiled = `${BASE64.slice(0, 8)}!${BASE64.slice(8)}`
    expect(Buffer.from(spoiled, 'base64').equals(ONE.der)).toBe(true)
    expect(thumbprintInHeader(`:${spoiled}:`, 'client-cert')).toBeUndefined()
  })

  test('a length that is not written as short as it could be: another text of the same certificate', () => {
    const inner = ONE.der.subarray(4)
    const ber = Buffer.concat([Buffer.of(0x30, 0x83, 0, inner.length >> 8, inner.length & 0xff), inner])
    expect(thumbprintInHeader(`:${ber.toString('base64')}:`, 'client-cert')).toBeUndefined()
  })
})

const BAD_PEM: readonly [string, string][] = [
  ['two certificates', escaped(PEM + TWO.certificate)],
  ['two certificates without a break between them', escaped(PEM.trim() + TWO.certificate)],
  ['two in two headers, joined', `${escaped(PEM)}, ${escaped(TWO.certificate)}`],
  ['without its first line', escaped(PEM.slice(28))],
  ['without its last line', escaped(PEM.trim().slice(0, -25))],
  ['other lines in place of the first and the last', escaped(PEM.replaceAll('-----', '+++++'))],
  ['other lines in place of the first', escaped(PEM.replace('-----BEGIN', '+++++BEGIN'))],
  ['other lines in place of the last', escaped(PEM.trim().replace(/-----$/, '+++++'))],
  ['another label', escaped(PEM.replaceAll(' CERTIFICATE', ' CERTIFIKATE'))],
  ['text in front', escaped(`subject=one\n${PEM}`)],
  ['text behind', escaped(`${PEM}subject=one`)],
  ['a key and the certificate', escaped(ONE.privateKey + PEM)],
  ['a private key', escaped(ONE.privateKey)],
  ['a certificate that is none', escaped('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')],
  ['an empty one', escaped('-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n')],
  ['cut short within its base64', escaped(`${PEM.slice(0, 200)}\n-----END CERTIFICATE-----\n`)],
  ['a space within a line of its base64', escaped(PEM.replace(/(\n[^\n]{20})/, '$1 '))],
  ['escapes that are none', `%${escaped(PEM)}`],
  ['an escape cut short', `${escaped(PEM)}%4`],
  ['escapes that are no UTF-8', `%ff${escaped(PEM)}`],
  ['escaped twice', escaped(escaped(PEM))],
  ['base64 alone', BASE64],
  ['a byte sequence', `:${BASE64}:`],
]

describe('nginx ($ssl_client_escaped_cert)', () => {
  judged(
    'nginx',
    [
      ['escaped', escaped(PEM)],
      ['without the last line break', escaped(PEM.trim())],
      ['with line breaks of Windows', escaped(PEM.replaceAll('\n', '\r\n'))],
      ['escaped in lower case', escaped(PEM).replace(/%../g, triplet => triplet.toLowerCase())],
    ],
    BAD_PEM,
  )
})

describe('AWS ALB (X-Amzn-Mtls-Clientcert-Leaf)', () => {
  judged('aws-alb', [['escaped but for plus, slash and equals sign', awsEscaped(PEM)]], BAD_PEM)
})

describe('Envoy (x-forwarded-client-cert, sanitize_set)', () => {
  const CERT = `Cert="${escaped(PEM)}"`
  judged(
    'envoy',
    [
      ['a hash', `Hash=${HEX}`],
      ['a hash in upper case', `hash=${HEX.toUpperCase()}`],
      ['a certificate', CERT],
      ['a certificate without quotes', `Cert=${escaped(PEM)}`],
      ['both, which agree', `Hash=${HEX};${CERT}`],
      ['among others', `By=spiffe://a/b;Hash=${HEX};Subject="CN=one, O=\\"x;y\\"";URI=spiffe://c`],
      ['a subject that reads like a hash', `Subject="CN=x;Hash=${'0'.repeat(64)}";Hash=${HEX}`],
      ['with white space', ` By=a ; Hash=${HEX} `],
    ],
    [
      ['two elements: the client wrote one', `Hash=${HEX},Hash=${HEX}`],
      ['two elements, only one with a hash', `By=a,Hash=${HEX}`],
      ['two elements, the second one empty', `Hash=${HEX},`],
      ['two hashes', `Hash=${HEX};Hash=${HEX}`],
      ['two hashes in different case', `Hash=${HEX};HASH=${HEX}`],
      ['two certificates', `${CERT};${CERT}`],
      ['a hash and a certificate that differ', `Hash=${HEX};Cert="${escaped(TWO.certificate)}"`],
      ['a certificate and a hash that differ', `${CERT};Hash=${'0'.repeat(64)}`],
      ['a good hash and a certificate that is none', `Hash=${HEX};Cert="x"`],
      ['a good certificate and a hash that is none', `${CERT};Hash=x`],
      ['a hash too short', `Hash=${HEX.slice(2)}`],
      ['a hash too long', `Hash=${HEX}00`],
      ['a hash that is no hex', `Hash=${'z'.repeat(64)}`],
      ['a hash whose end is no hex', `Hash=${HEX.slice(0, -1)}g`],
      ['a hash in base64url', `Hash=${ONE.thumbprint}`],
      ['a hash with spaces', `Hash=${HEX.slice(0, 32)} ${HEX.slice(32)}`],
      ['neither hash nor certificate', 'By=spiffe://a;Subject="CN=one"'],
      ['a hash within quotes of another value', `Subject="x;Hash=${HEX}"`],
      ['a quote that does not end', `Hash=${HEX};Subject="CN=x`],
      ['a chain in place of the certificate', `Chain="${escaped(PEM)}"`],
    ],
  )
})

test('whatever the text and the form, nothing is thrown', () => {
  const form = fc.constantFrom<CertificateForm>('client-cert', 'nginx', 'envoy', 'aws-alb')
  const unit = fc.constantFrom(
    ':',
    '%',
    '"',
    '\\',
    ',',
    ';',
    '=',
    'Hash',
    'Cert',
    HEX,
    '-----BEGIN CERTIFICATE-----',
    '%0A',
    'A',
    ' ',
  )
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit }))
  fc.assert(
    fc.property(text, form, (value, each) => {
      expect(thumbprintInHeader(value, each) ?? ONE.thumbprint).toMatch(/^[\w-]{43}$/)
    }),
    { numRuns: 1000 },
  )
})
