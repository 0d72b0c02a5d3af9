import assert from 'node:assert/strict'
import { createHash, X509Certificate } from 'node:crypto'
import type { CertificateForm } from '@scopeward/core'
import { createClientCertificate } from '@scopeward/testing'
import fc from 'fast-check'
import * as core from './core.ts'
import { type Case, parse, parser } from './parser.ts'
import { changed, headerText } from './texts.ts'

const [ONE, TWO] = [createClientCertificate('one'), createClientCertificate('two')].map(({ der }) => der) as [
  Buffer,
  Buffer,
]

/** Certificates, and bytes that a lenient reader takes for one. */
const DERS: readonly Buffer[] = [
  ONE,
  TWO,
  Buffer.concat([ONE, Buffer.of(0)]),
  Buffer.concat([ONE, TWO]),
  ONE.subarray(0, -1),
  // BER with an open end, which DER forbids.
  Buffer.concat([Buffer.of(0x30, 0x80), ONE.subarray(4), Buffer.of(0, 0)]),
]

/** As each proxy writes a certificate. */
const WRITERS: Readonly<Record<CertificateForm, (der: Buffer) => readonly string[]>> = {
  'client-cert': der => [`:${der.toString('base64')}:`],
  nginx: der => [encodeURIComponent(pemOf(der)), encodeURIComponent(pemOf(der).trim())],
  'aws-alb': der => [encodeURIComponent(pemOf(der)).replace(/%(2B|3D|2F)/g, decodeURIComponent)],
  envoy: der => [hashOf(der), `By=a;${certOf(der)};Subject="CN=\\"a;b\\""`, `${hashOf(der)};${certOf(der)}`],
}

function pemOf(der: Buffer): string {
  const lines = der.toString('base64').replace(/.{64}(?=.)/g, '$&\n')
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}

const hashOf = (der: Buffer): string => `Hash=${createHash('sha256').update(der).digest('hex')}`
const certOf = (der: Buffer): string => `Cert="${encodeURIComponent(pemOf(der))}"`

interface Input {
  readonly form: CertificateForm
  readonly value: string
}

const FORMS = Object.keys(WRITERS) as readonly CertificateForm[]

const inputs: fc.Arbitrary<Input> = fc
  .tuple(fc.constantFrom(...FORMS), fc.constantFrom(...DERS))
  .chain(([form, der]) => {
    const right = fc.constantFrom(...WRITERS[form](der))
    const pair = fc.constantFrom(hashOf(der), certOf(der), 'Hash=', 'URI="x;Hash=1"', 'By=', 'hash =1')
    const joined = fc.tuple(fc.array(pair, { maxLength: 3 }), fc.constantFrom(';', ' ; ', ','))
    const pairs = joined.map(([all, by]) => all.join(by))
    const value =
      form === 'envoy'
        ? fc.oneof(right, pairs, changed(pairs), headerText)
        : fc.oneof(right, changed(right), headerText)
    return fc.record({ form: fc.constant(form), value })
  })

/** What Node's own reader of certificates finds in the text, without the rules about how a proxy writes it. */
function thumbprintsIn({ form, value }: Input): readonly string[] {
  if (form === 'client-cert') return thumbprintsOf(Buffer.from(value.trim().slice(1, -1), 'base64'))
  if (form !== 'envoy') return thumbprintsOf(derIn(value))
  const certificates = [...value.matchAll(/(?:^|;)[\s"]*cert\s*=\s*"?([^";]*)/gi)].flatMap(([, pem = '']) =>
    thumbprintsOf(derIn(pem)),
  )
  const hashes = [...value.matchAll(/(?:^|;)[\s"]*hash\s*=\s*"?([0-9a-f]{64})/gi)].map(([, hex = '']) =>
    Buffer.from(hex, 'hex').toString('base64url'),
  )
  return [...hashes, ...certificates]
}

function derIn(escaped: string): Buffer {
  return Buffer.from(decodeURIComponent(escaped).replace(/-----[A-Z ]*-----|\s/g, ''), 'base64')
}

function thumbprintsOf(der: Buffer): readonly string[] {
  const { fingerprint256 } = new X509Certificate(der)
  return [Buffer.from(fingerprint256.replaceAll(':', ''), 'hex').toString('base64url')]
}

function checkHeader(input: Input): string {
  const parsed = parse(() => core.certificates.thumbprintInHeader(input.value, input.form))
  const thumbprint = 'value' in parsed ? parsed.value : undefined
  if (thumbprint === undefined) {
    const isRight = [ONE, TWO].some(each => WRITERS[input.form](each).includes(input.value))
    assert(!isRight, 'what the proxy writes is refused')
    return `${input.form} nothing`
  }
  const [first, ...others] = thumbprintsIn(input)
  assert.equal(thumbprint, first)
  assert(
    others.every(other => other === first),
    'two certificates in one header',
  )
  return `${input.form} accepted`
}

export const certificates: fc.Arbitrary<Case> = parser('client certificate', inputs, checkHeader)

function checkPairs(value: string): string {
  const parsed = parse(() => core.pairs.parameterPairs(value))
  const pairs = 'value' in parsed ? parsed.value : undefined
  if (pairs === undefined) return 'nothing'
  const quote = (pair: string) => `"${pair.replace(/["\\]/g, '\\$&')}"`
  const quoted = pairs.map(([key, text]) => (key === '' ? '' : quote(`${key}=${text}`))).join(';')
  assert.deepEqual(core.pairs.parameterPairs(quoted), pairs, 'written in quotes and read again')
  return 'accepted'
}

const pairText = fc.oneof(
  headerText,
  fc.string({ unit: fc.constantFrom('a', 'B', '=', ';', '"', '\\', ',', ' ', 'for', 'proto'), maxLength: 14 }),
)
export const pairs: fc.Arbitrary<Case> = parser('Forwarded', pairText, checkPairs)
