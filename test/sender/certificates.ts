import { hash, X509Certificate } from 'node:crypto'
import type { CertificateForm } from '@scopeward/core'
import { type ClientCertificate, createClientCertificate } from '@scopeward/testing'

/** The certificate that tokens are bound to, and another one, which anybody can make. */
export const CERTIFICATE: ClientCertificate = createClientCertificate('client')
export const OTHER: ClientCertificate = createClientCertificate('other')

const HEADERS: Readonly<Record<CertificateForm, string>> = {
  'client-cert': 'Client-Cert',
  nginx: 'SSL-Client-Cert',
  'aws-alb': 'X-Amzn-Mtls-Clientcert-Leaf',
  envoy: 'X-Forwarded-Client-Cert',
}

/** As each proxy writes a certificate. */
const WRITERS: Readonly<Record<CertificateForm, (certificate: ClientCertificate) => string>> = {
  'client-cert': ({ der }) => bytes(der),
  nginx: ({ certificate }) => encodeURIComponent(certificate),
  'aws-alb': ({ certificate }) => encodeURIComponent(certificate).replace(/%(2B|3D|2F)/g, decodeURIComponent),
  envoy: ({ der, certificate }) =>
    `By=spiffe://mesh/api;Hash=${hexHash(der)};Cert="${encodeURIComponent(certificate)}";Subject="CN=client";URI=`,
}

export const FORMS = Object.keys(HEADERS) as readonly CertificateForm[]

/** The header line of a proxy with this value, or with this certificate. */
export function headerLine(form: CertificateForm, value: string | ClientCertificate): string {
  return `${HEADERS[form]}: ${typeof value === 'string' ? value : WRITERS[form](value)}`
}

function bytes(der: Uint8Array): string {
  return `:${Buffer.from(der).toString('base64')}:`
}

function hexHash(der: Uint8Array): string {
  return hash('sha256', der, 'hex')
}

function pemOf(der: Uint8Array, label = 'CERTIFICATE'): string {
  const lines = Buffer.from(der)
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n')
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`
}

const { der, certificate: pem } = CERTIFICATE
const base64 = der.toString('base64')

/** The same certificate with the length of its outermost sequence left open: BER, which DER forbids. */
const openEnded = Buffer.concat([Buffer.of(0x30, 0x80), der.subarray(4), Buffer.of(0, 0)])
/** The same with one byte more than that length needs. */
const longLength = Buffer.concat([Buffer.of(0x30, 0x83, 0), der.subarray(2)])
const withTrailingByte = Buffer.concat([der, Buffer.of(0)])
const two = Buffer.concat([der, OTHER.der])
const truncated = der.subarray(0, -1)
const publicKey = new X509Certificate(der).publicKey.export({ format: 'der', type: 'spki' })

const BYTE_SEQUENCES: Readonly<Record<string, string>> = {
  'without colons': base64,
  'one colon': `:${base64}`,
  'no bytes': '::',
  'a colon alone': ':',
  base64url: `:${der.toString('base64url')}:`,
  'without padding': `:${base64.replace(/=+$/, '')}x:`,
  'more padding': `:${base64}=:`,
  'a space inside': `:${base64.slice(0, 40)} ${base64.slice(40)}:`,
  'not base64': `:!${base64.slice(1)}:`,
  'one byte behind': bytes(withTrailingByte),
  'one byte missing': bytes(truncated),
  'two certificates': bytes(two),
  'two members': `${bytes(der)}, ${bytes(der)}`,
  'a parameter': `${bytes(der)};a=1`,
  PEM: bytes(Buffer.from(pem)),
  'PEM in percent-encoding': encodeURIComponent(pem),
  'BER with an open end': bytes(openEnded),
  'BER with a long length': bytes(longLength),
  'a public key': bytes(publicKey),
  'random bytes': bytes(Buffer.alloc(600, 7)),
  'a string': `"${base64}"`,
  'the thumbprint': bytes(Buffer.from(CERTIFICATE.thumbprint, 'base64url')),
}

const PEMS: Readonly<Record<string, string>> = {
  'not encoded, spaces for line breaks': pem.replaceAll('\n', ' '),
  'encoded twice': encodeURIComponent(encodeURIComponent(pem)),
  'a bad escape': `${encodeURIComponent(pem)}%`,
  'escapes that are no UTF-8': `${encodeURIComponent(pem)}%ff`,
  'a chain': encodeURIComponent(pem + OTHER.certificate),
  'the same twice': encodeURIComponent(pem + pem),
  'text in front': encodeURIComponent(`subject=CN=client\n${pem}`),
  'text behind': encodeURIComponent(`${pem}x`),
  'two ends': encodeURIComponent(`${pem}x\n-----END CERTIFICATE-----\n`),
  'another label': encodeURIComponent(pemOf(der, 'TRUSTED CERTIFICATE')),
  'an old label': encodeURIComponent(pemOf(der, 'X509 CERTIFICATE')),
  'a public key': encodeURIComponent(pemOf(publicKey, 'PUBLIC KEY')),
  'a public key with the label of a certificate': encodeURIComponent(pemOf(publicKey)),
  'one byte behind': encodeURIComponent(pemOf(withTrailingByte)),
  'one byte missing': encodeURIComponent(pemOf(truncated)),
  'two certificates': encodeURIComponent(pemOf(two)),
  'BER with an open end': encodeURIComponent(pemOf(openEnded)),
  'BER with a long length': encodeURIComponent(pemOf(longLength)),
  'bytes in base64': base64,
  'a byte sequence': bytes(der),
}

const hex = hexHash(der)
const otherHex = hexHash(OTHER.der)

const ELEMENTS: Readonly<Record<string, string>> = {
  'two elements': `Hash=${hex},Hash=${hex}`,
  'an element of somebody else in front': `By=a;Hash=${hex}, By=b;Hash=${otherHex}`,
  'an empty element': `Hash=${hex},`,
  'Hash twice': `Hash=${hex};Hash=${hex}`,
  'Hash in a URI name that the client chose': `By=a;Hash=${otherHex};URI=x;Hash=${hex}`,
  'Cert twice': `Cert="${encodeURIComponent(pem)}";Cert="${encodeURIComponent(pem)}"`,
  'Hash and Cert of two certificates': `Hash=${hex};Cert="${encodeURIComponent(OTHER.certificate)}"`,
  'Hash and a malformed Cert': `Hash=${hex};Cert="x"`,
  'a malformed Hash and Cert': `Hash=${hex}00;Cert="${encodeURIComponent(pem)}"`,
  'a short Hash': `Hash=${hex.slice(2)}`,
  'a Hash that is not hex': `Hash=${hex.slice(1)}g`,
  'a Hash in base64url': `Hash=${CERTIFICATE.thumbprint}`,
  'Hash inside a quoted name': `Subject="CN=x;Hash=${hex}"`,
  'Hash behind an escaped quote': `Subject="CN=\\";Hash=${hex};O=\\""`,
  'a quote that is not closed': `Hash=${hex};Subject="CN=x`,
  'Chain alone': `By=a;Chain="${encodeURIComponent(pem)}"`,
  'no pair': hex,
  'a chain in Cert': `Cert="${encodeURIComponent(pem + OTHER.certificate)}"`,
}

/** Values that are not exactly one certificate as the proxy writes it, made from the one that the token is bound to. */
export const MALFORMED: Readonly<Record<CertificateForm, Readonly<Record<string, string>>>> = {
  'client-cert': BYTE_SEQUENCES,
  nginx: PEMS,
  'aws-alb': PEMS,
  envoy: ELEMENTS,
}
