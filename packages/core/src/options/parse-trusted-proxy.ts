import { BlockList, isIP } from 'node:net'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { isJsonObject } from '../shared/json.ts'
import { describe, refuseUnknownNames } from './validate.ts'

/**
 * A reverse proxy in front of this API that replaces the headers named here with its own on every request. Whoever can
 * connect from its addresses can claim any origin and any client certificate.
 * @see RFC 9440 section 4, RFC 9700 section 4.13
 */
export interface TrustedProxyOptions {
  /**
   * Where the proxy connects from: IP addresses or CIDR blocks such as `10.0.0.0/8`, compared with the other end of the
   * connection. Headers of everybody else are not looked at.
   */
  readonly addresses: readonly string[]
  /**
   * Takes scheme and host of the request from `X-Forwarded-Proto` and `X-Forwarded-Host` (`x-forwarded`) or from
   * `Forwarded` (RFC 7239). Requests from elsewhere go by the option `publicOrigin`, and proofs are refused where there is
   * none. Default: all go by `publicOrigin`.
   */
  readonly origin?: 'x-forwarded' | 'forwarded'
  /**
   * Takes the client's certificate from a header, as written by RFC 9440 (`Client-Cert`), nginx
   * (`$ssl_client_escaped_cert`), Envoy (`x-forwarded-client-cert`, with `sanitize_set`) or AWS ALB. Default: from the
   * TLS connection.
   */
  readonly clientCertificate?: CertificateForm
  /** Name of that header under `nginx` (default `ssl-client-cert`) and `aws-alb` (default `x-amzn-mtls-clientcert-leaf`). */
  readonly clientCertificateHeader?: string
}

/** How a proxy writes the certificate of the client into a header. */
export type CertificateForm = 'client-cert' | 'nginx' | 'envoy' | 'aws-alb'

/** Parsed. */
export interface TrustedProxy {
  readonly addresses: BlockList
  readonly origin: 'x-forwarded' | 'forwarded' | undefined
  readonly certificate: { readonly form: CertificateForm; readonly header: string } | undefined
}

const KNOWN: Readonly<Record<keyof TrustedProxyOptions, true>> = {
  addresses: true,
  origin: true,
  clientCertificate: true,
  clientCertificateHeader: true,
}

const DEFAULT_HEADERS: Readonly<Record<CertificateForm, string>> = {
  'client-cert': 'client-cert',
  nginx: 'ssl-client-cert',
  envoy: 'x-forwarded-client-cert',
  'aws-alb': 'x-amzn-mtls-clientcert-leaf',
}

/** @throws ConfigurationError `option_missing`, `option_unknown`, `option_invalid`, `option_conflict` */
export function parseTrustedProxy(option: unknown): TrustedProxy | undefined {
  if (option === undefined) return undefined
  if (!isJsonObject(option) || option.addresses === undefined) {
    throw new ConfigurationError(
      'option_missing',
      `Option "trustedProxy" must say where the proxy connects from: { addresses: ['10.0.0.0/8'], … }.`,
    )
  }
  refuseUnknownNames(option, Object.keys(KNOWN), 'Option "trustedProxy"')
  const { addresses, origin, clientCertificate, clientCertificateHeader } = option as {
    [Name in keyof TrustedProxyOptions]: unknown
  }
  if (origin === undefined && clientCertificate === undefined) {
    throw new ConfigurationError(
      'option_missing',
      'Option "trustedProxy" trusts in nothing. Name "origin", "clientCertificate" or both.',
    )
  }
  if (origin !== undefined && origin !== 'x-forwarded' && origin !== 'forwarded') {
    throw invalid(`"trustedProxy.origin" must be 'x-forwarded' or 'forwarded', not ${describe(origin)}`)
  }
  const certificate = parseCertificate(clientCertificate, clientCertificateHeader)
  return Object.freeze({ addresses: parseAddresses(addresses), origin, certificate })
}

function parseCertificate(form: unknown, header: unknown): TrustedProxy['certificate'] {
  if (form === undefined && header === undefined) return undefined
  if (typeof form !== 'string' || !Object.hasOwn(DEFAULT_HEADERS, form)) {
    const forms = Object.keys(DEFAULT_HEADERS).join(', ')
    throw invalid(`"trustedProxy.clientCertificate" must be one of ${forms}, not ${describe(form)}`)
  }
  const known = form as CertificateForm
  if (header === undefined) return Object.freeze({ form: known, header: DEFAULT_HEADERS[known] })
  if (known !== 'nginx' && known !== 'aws-alb') {
    throw new ConfigurationError(
      'option_conflict',
      `Option "trustedProxy.clientCertificateHeader" is for nginx and aws-alb; the header of ${known} has one name.`,
    )
  }
  if (typeof header !== 'string' || !isHeaderName(header)) {
    throw invalid(`"trustedProxy.clientCertificateHeader" must be the name of a header, not ${describe(header)}`)
  }
  return Object.freeze({ form: known, header: header.toLowerCase() })
}

function isHeaderName(text: string): boolean {
  const allowed = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return text !== '' && [...text].every(character => allowed.includes(character))
}

function parseAddresses(addresses: unknown): BlockList {
  if (!Array.isArray(addresses) || addresses.length === 0) {
    throw invalid('"trustedProxy.addresses" must be a non-empty array of IP addresses and CIDR blocks')
  }
  const list = new BlockList()
  for (const entry of addresses) addAddress(list, entry)
  return list
}

function addAddress(list: BlockList, entry: unknown): void {
  const [address = '', prefix, ...more] = typeof entry === 'string' ? entry.split('/') : []
  const version = isIP(address)
  const bits = prefix === undefined ? undefined : Number(prefix)
  const isWhole = Number.isInteger(bits) && String(bits) === prefix
  const isPrefix = bits === undefined || (isWhole && bits >= 0 && bits <= (version === 4 ? 32 : 128))
  if (version === 0 || !isPrefix || more.length > 0) {
    throw invalid(
      `"trustedProxy.addresses" must hold IP addresses and CIDR blocks such as 10.0.0.0/8, not ${describe(entry)}`,
    )
  }
  if (bits === 0) throw invalid(`"trustedProxy.addresses" holds ${describe(entry)}, which is everybody`)
  const family = version === 4 ? 'ipv4' : 'ipv6'
  if (bits === undefined) list.addAddress(address, family)
  else list.addSubnet(address, bits, family)
}

function invalid(text: string): ConfigurationError {
  return new ConfigurationError('option_invalid', `Option ${text}.`)
}
