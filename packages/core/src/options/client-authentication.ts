import { createPrivateKey, type JsonWebKey, KeyObject } from 'node:crypto'
import { createSecureContext, type SecureContext } from 'node:tls'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { ALGORITHMS, type Algorithm, type AlgorithmName } from '../shared/algorithms.ts'
import { isJsonObject } from '../shared/json.ts'
import { refuseUnknownNames } from './validate.ts'

/** How this API authenticates at the introspection endpoint: one of three. Names as registered for OAuth 2.0. */
export type ClientAuthentication = ClientSecretBasic | PrivateKeyJwt | TlsClientAuth

/** Client id and secret in the header `Authorization`. @see RFC 6749 section 2.3.1 */
export interface ClientSecretBasic {
  readonly method: 'client_secret_basic'
  readonly clientSecret: string
}

/** A JWT for each request, signed with the client's own key. @see RFC 7523 section 2.2 */
export interface PrivateKeyJwt {
  readonly method: 'private_key_jwt'
  /** PEM (PKCS #8), a private JWK, or a `KeyObject`. */
  readonly privateKey: string | Readonly<Record<string, unknown>> | KeyObject
  readonly algorithm: AlgorithmName
  /** The `kid` under which the authorization server knows the public key. Default: none is sent. */
  readonly keyId?: string
}

/** A client certificate in the TLS connection, of a CA or self-signed. @see RFC 8705 section 2 */
export interface TlsClientAuth {
  readonly method: 'tls_client_auth'
  /** PEM. */
  readonly certificate: string
  /** PEM. */
  readonly privateKey: string
  /** PEM of the authorities that the server's certificate is checked against. Default: those of Node. */
  readonly certificateAuthority?: string
}

/** Parsed: the key imported, the certificate loaded. Behind a private field, so that no logger finds it. */
export class ClientCredentials {
  readonly clientId: string
  readonly #secrets: ClientSecrets

  constructor(clientId: string, secrets: ClientSecrets) {
    this.clientId = clientId
    this.#secrets = secrets
    Object.freeze(this)
  }

  static read(credentials: ClientCredentials): ClientSecrets {
    return credentials.#secrets
  }
}

export type ClientSecrets =
  | { readonly method: 'client_secret_basic'; readonly clientSecret: string }
  | {
      readonly method: 'private_key_jwt'
      readonly privateKey: KeyObject
      readonly algorithm: Algorithm
      readonly keyId: string | undefined
    }
  | { readonly method: 'tls_client_auth'; readonly secureContext: SecureContext }

const METHODS = ['client_secret_basic', 'private_key_jwt', 'tls_client_auth'] as const

/** @throws ConfigurationError `option_missing`, `option_unknown`, `option_invalid` */
export function parseClientCredentials(clientId: unknown, authentication: unknown): ClientCredentials {
  if (typeof clientId !== 'string' || clientId === '') {
    throw new ConfigurationError(
      'option_missing',
      'introspection(): "clientId" is missing. Type the identifier under which the authorization server knows this API.',
    )
  }
  if (!isJsonObject(authentication)) {
    throw new ConfigurationError(
      'option_missing',
      'introspection(): "clientAuthentication" is missing. Type, for example, { method: \'client_secret_basic\', clientSecret }.',
    )
  }
  return new ClientCredentials(clientId, parseSecrets(authentication as unknown as ClientAuthentication))
}

function parseSecrets(authentication: ClientAuthentication): ClientSecrets {
  const { method } = authentication
  switch (method) {
    case 'client_secret_basic':
      refuseUnknownNames(authentication, ['method', 'clientSecret'], 'clientAuthentication')
      return { method, clientSecret: requireText(authentication.clientSecret, 'clientSecret') }
    case 'private_key_jwt':
      refuseUnknownNames(authentication, ['method', 'privateKey', 'algorithm', 'keyId'], 'clientAuthentication')
      return parsePrivateKey(authentication)
    case 'tls_client_auth':
      refuseUnknownNames(
        authentication,
        ['method', 'certificate', 'privateKey', 'certificateAuthority'],
        'clientAuthentication',
      )
      return parseCertificate(authentication)
    default:
      throw invalid(`"method" must be one of ${METHODS.join(', ')}`)
  }
}

function requireText(value: unknown, name: string): string {
  if (typeof value === 'string' && value !== '') return value
  throw invalid(`"${name}" must be a non-empty string`)
}

function parsePrivateKey({ privateKey, algorithm, keyId }: PrivateKeyJwt): ClientSecrets {
  const known = ALGORITHMS.get(algorithm)
  if (known === undefined) throw invalid(`"algorithm" must be one of ${[...ALGORITHMS.keys()].join(', ')}`)
  if (keyId !== undefined) requireText(keyId, 'keyId')
  const key = importPrivateKey(privateKey)
  const { kty, crv, n = '' } = (key && jwkOf(key)) ?? {}
  if (key === undefined || kty === undefined) throw invalid('"privateKey" must be a private key: PEM, JWK or KeyObject')
  if (kty !== known.kty || (known.crv !== undefined && crv !== known.crv)) {
    throw invalid(`"privateKey" does not fit "algorithm" ${known.name}`)
  }
  if (kty === 'RSA' && Buffer.byteLength(n, 'base64url') < MIN_MODULUS_BYTES) {
    throw invalid('"privateKey" must have at least 2048 bits (RFC 7518 section 3.3)')
  }
  return { method: 'private_key_jwt', privateKey: key, algorithm: known, keyId }
}

/** With less jose refuses to sign, which would show with the first request. */
const MIN_MODULUS_BYTES = 256

/** `undefined` for public and secret keys, and for kinds that no JWK describes: DSA, Diffie-Hellman, RSA bound to PSS. */
function jwkOf(key: KeyObject): JsonWebKey | undefined {
  try {
    return key.type === 'private' ? key.export({ format: 'jwk' }) : undefined
  } catch {
    return undefined
  }
}

/** Node's own messages can quote what they were given, so none is passed on. */
function importPrivateKey(key: PrivateKeyJwt['privateKey']): KeyObject | undefined {
  try {
    if (key instanceof KeyObject) return key
    return createPrivateKey(typeof key === 'string' ? key : { key: key as JsonWebKey, format: 'jwk' })
  } catch {
    return undefined
  }
}

function parseCertificate(authentication: TlsClientAuth): ClientSecrets {
  const cert = requireText(authentication.certificate, 'certificate')
  const key = requireText(authentication.privateKey, 'privateKey')
  const ca = authentication.certificateAuthority
  if (ca !== undefined) requireText(ca, 'certificateAuthority')
  try {
    const secureContext = createSecureContext({ cert, key, minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) })
    return { method: 'tls_client_auth', secureContext }
  } catch {
    throw invalid('"certificate" and "privateKey" must be PEM and belong together')
  }
}

function invalid(text: string): ConfigurationError {
  return new ConfigurationError('option_invalid', `introspection(), clientAuthentication: ${text}.`)
}
