import { createPublicKey, X509Certificate } from 'node:crypto'
import { ConfigurationError } from '../errors/configuration-error.ts'
import type { CustomProfile, ProfileName } from '../profiles/profiles.ts'
import { HMAC_ALGORITHMS, type HmacName } from '../shared/algorithms.ts'
import { isJsonObject } from '../shared/json.ts'
import { refuseUnknownNames } from './validate.ts'

/** An issuer that signs with a secret which this API knows too. */
export interface SharedSecretOptions {
  /** Exactly the `iss` of its tokens. An https URL without query and fragment. */
  readonly issuer: string
  /**
   * The secrets that tokens may be signed with, one to four: the current one, and while it is being replaced the previous
   * one. Text stands for its UTF-8 bytes. Each at least as long as the hash: 32 bytes for HS256, 48 for HS384, 64 for
   * HS512. Whoever has one can sign tokens: use it where issuer and API are one.
   * @see RFC 7518 section 3.2, RFC 8725 section 3.5
   */
  readonly secrets: readonly (string | Uint8Array)[]
  /** The one that tokens are signed with (RFC 8725 section 3.1). Default: `HS256`. */
  readonly algorithm?: HmacName
  /** Default: the option `audience` of the resource server. */
  readonly audience?: string | readonly string[]
  /** How the tokens deviate from RFC 9068. Default: not at all. */
  readonly profile?: ProfileName | CustomProfile
}

const KNOWN: Readonly<Record<keyof SharedSecretOptions, true>> = {
  issuer: true,
  secrets: true,
  algorithm: true,
  audience: true,
  profile: true,
}

const MAX_SECRETS = 4

/** What `sharedSecret` was given, with the algorithm filled in. */
type ParsedOptions = SharedSecretOptions & { readonly algorithm: HmacName }

/** Made by `sharedSecret`. Holds the secrets where neither a logger nor `JSON.stringify` finds them. */
export class SharedSecretIssuer {
  readonly #secrets: readonly Uint8Array[]
  readonly #options: ParsedOptions

  constructor(options: ParsedOptions, secrets: readonly Uint8Array[]) {
    this.#options = options
    this.#secrets = secrets
    Object.freeze(this)
  }

  /** On the prototype, so that a copy made by spreading is no definition of something else. */
  get issuer(): string {
    return this.#options.issuer
  }

  static read(definition: SharedSecretIssuer): { options: ParsedOptions; secrets: readonly Uint8Array[] } {
    return { options: definition.#options, secrets: definition.#secrets }
  }
}

/**
 * Trusts an issuer by a shared secret, for the option `issuer`. Its tokens are signed by HS256, HS384 or HS512 and by
 * nothing else; the key sets of other issuers never take these algorithms.
 * @throws ConfigurationError `option_unknown`, `option_missing`, `option_invalid`, `option_conflict`
 */
export function sharedSecret(options: SharedSecretOptions): SharedSecretIssuer {
  if (!isJsonObject(options)) {
    throw new ConfigurationError('option_missing', 'Write sharedSecret({ issuer, secrets: [current, previous] }).')
  }
  refuseUnknownNames(options, Object.keys(KNOWN), 'sharedSecret()')
  const algorithm = parseHmacName(options.algorithm)
  const { secrets } = options
  if (!Array.isArray(secrets) || secrets.length === 0 || secrets.length > MAX_SECRETS) {
    throw new ConfigurationError(
      secrets === undefined ? 'option_missing' : 'option_invalid',
      `sharedSecret(): "secrets" must be an array of one to ${MAX_SECRETS} secrets, the current one first.`,
    )
  }
  const shortest = Number(algorithm.slice(2)) / 8
  const parsed = [...secrets].map((secret, index) => parseSecret(secret, `secrets[${index}]`, shortest))
  refuseEqual(parsed)
  return new SharedSecretIssuer(Object.freeze({ ...options, algorithm }), parsed)
}

function parseHmacName(name: unknown): HmacName {
  if (name === undefined) return 'HS256'
  if (HMAC_ALGORITHMS.has(name as string)) return name as HmacName
  throw new ConfigurationError(
    'option_invalid',
    `sharedSecret(): "algorithm" must be one of ${[...HMAC_ALGORITHMS.keys()].join(', ')}. Other algorithms belong to an issuer with a key set.`,
  )
}

/** What is wrong is said without the secret: messages end up in logs. */
function parseSecret(secret: unknown, name: string, shortest: number): Uint8Array {
  if (typeof secret !== 'string' && !(secret instanceof Uint8Array)) {
    throw new ConfigurationError(
      'option_invalid',
      `sharedSecret(): ${name} must be text or bytes, not ${typeof secret}.`,
    )
  }
  const bytes = Buffer.from(secret as Uint8Array)
  if (bytes.length < shortest) {
    throw new ConfigurationError(
      'option_invalid',
      `sharedSecret(): ${name} has ${bytes.length} bytes; it needs at least ${shortest}, as many as the hash (RFC 7518 section 3.2). Make one: openssl rand -base64 ${shortest}`,
    )
  }
  if (new Set(bytes).size === 1) {
    throw new ConfigurationError('option_invalid', `sharedSecret(): ${name} is one byte over and over, not a secret.`)
  }
  if (isPublicKeyText(bytes.toString('latin1')) || isPublicKeyDer(bytes)) {
    throw new ConfigurationError(
      'option_invalid',
      `sharedSecret(): ${name} is a key or certificate, which is no secret. Name the issuer with its key set instead: { issuer, jwksUri }.`,
    )
  }
  return bytes
}

/** The oldest confusion of all: a public key taken for a secret lets everybody sign (RFC 8725 section 2.1). */
function isPublicKeyText(text: string): boolean {
  return text.includes('-----BEGIN ') || text.startsWith('ssh-') || (text.includes('"kty"') && text.includes('{'))
}

/** As they are published: DER of a key or certificate, and base64 of it, as in `x5c` and Keycloak's `public_key`, or hex. */
function isPublicKeyDer(bytes: Buffer): boolean {
  const text = bytes.toString('latin1')
  return [bytes, Buffer.from(text, 'base64'), Buffer.from(text, 'hex')].some(key =>
    KEY_READERS.some(read => reads(key, read)),
  )
}

const KEY_READERS: readonly ((key: Buffer) => unknown)[] = [
  key => createPublicKey({ key, format: 'der', type: 'spki' }),
  key => createPublicKey({ key, format: 'der', type: 'pkcs1' }),
  key => new X509Certificate(key),
]

function reads(key: Buffer, read: (key: Buffer) => unknown): boolean {
  try {
    read(key)
    return true
  } catch {
    return false
  }
}

function refuseEqual(secrets: readonly Uint8Array[]): void {
  const distinct = new Set(secrets.map(secret => Buffer.from(secret).toString('latin1')))
  if (distinct.size === secrets.length) return
  throw new ConfigurationError('option_conflict', 'sharedSecret(): two of the secrets are the same. Keep one of them.')
}
