import { hash, X509Certificate } from 'node:crypto'
import type { CertificateForm } from '../../options/parse-trusted-proxy.ts'
import { parameterPairs } from '../../shared/parameter-pairs.ts'

/**
 * The thumbprint of the certificate in a header's value, as the proxy writes it; `undefined` where it holds anything but
 * one certificate.
 */
export function thumbprintInHeader(value: string, form: CertificateForm): string | undefined {
  try {
    return READERS[form](value)
  } catch {
    return undefined
  }
}

const READERS: Readonly<Record<CertificateForm, (value: string) => string | undefined>> = {
  'client-cert': value => thumbprintOfDer(fromByteSequence(value)),
  nginx: value => thumbprintOfPem(value),
  'aws-alb': value => thumbprintOfPem(value),
  envoy: fromForwardedClientCert,
}

function thumbprintOfDer(der: Buffer | undefined): string | undefined {
  if (der === undefined) return undefined
  const certificate = new X509Certificate(der)
  // What follows the certificate, or is written in another way than DER, would be hashed as well.
  return certificate.raw.equals(der) ? thumbprintOf(der) : undefined
}

/** SHA-256 of the DER, base64url. @see RFC 8705 section 3.1 */
export function thumbprintOf(der: Uint8Array): string {
  return hash('sha256', der, 'base64url')
}

/** Structured field byte sequence: `:base64:`, canonical and padded. @see RFC 9440 section 2.2, RFC 9651 section 3.3.5 */
function fromByteSequence(value: string): Buffer | undefined {
  const text = value.trim()
  return text.length > 2 && text.startsWith(':') && text.endsWith(':') ? fromBase64(text.slice(1, -1)) : undefined
}

function fromBase64(base64: string): Buffer | undefined {
  const bytes = Buffer.from(base64, 'base64')
  return bytes.toString('base64') === base64 ? bytes : undefined
}

const PEM_BEGIN = '-----BEGIN CERTIFICATE-----'
const PEM_END = '-----END CERTIFICATE-----'

/** One PEM in percent-encoding. `+` stands for itself, since base64 has it and neither proxy writes forms. */
function thumbprintOfPem(value: string): string | undefined {
  const pem = decodeURIComponent(value.trim()).trim()
  if (!pem.startsWith(PEM_BEGIN) || !pem.endsWith(PEM_END)) return undefined
  const lines = pem.slice(PEM_BEGIN.length, -PEM_END.length).split('\n')
  return thumbprintOfDer(fromBase64(lines.map(line => line.trim()).join('')))
}

const SHA256_HEX_LENGTH = 64

/**
 * `Hash` and `Cert` of the one element; where both are there they must agree. Several elements mean that another proxy, or
 * the client, wrote one: Envoy must be set to `sanitize_set`.
 */
function fromForwardedClientCert(value: string): string | undefined {
  const pairs = parameterPairs(value)
  if (pairs === undefined) return undefined
  const hashes = pairs.filter(([key]) => key === 'hash').map(([, hex]) => fromHex(hex))
  const certificates = pairs.filter(([key]) => key === 'cert').map(([, pem]) => thumbprintOfPem(pem))
  const [first, ...others] = [...hashes, ...certificates]
  const isClear = hashes.length <= 1 && certificates.length <= 1 && others.every(other => other === first)
  return isClear ? first : undefined
}

function fromHex(hex: string): string | undefined {
  const bytes = Buffer.from(hex, 'hex')
  const isHash = hex.length === SHA256_HEX_LENGTH && bytes.length * 2 === hex.length
  return isHash ? bytes.toString('base64url') : undefined
}
