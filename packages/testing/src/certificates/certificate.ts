import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto'
import { bitString, der, integer, octets, oid, sequence, utcTime } from './der.ts'

/**
 * A certificate with its private key, both as PEM, to spread into options that take the two. Throw-away: made for this
 * process, never stored. Valid from yesterday to tomorrow.
 */
export interface Certificate {
  readonly certificate: string
  readonly privateKey: string
}

export interface ClientCertificate extends Certificate {
  /** The bytes of the certificate, as `Client-Cert` has them in base64 (RFC 9440). */
  readonly der: Buffer
  /** Base64url of their SHA-256: what `cnf['x5t#S256']` of a token bound to the certificate says (RFC 8705 section 3.1). */
  readonly thumbprint: string
}

/** A certification authority of its own. */
export interface Authority extends Certificate {
  /** For a server on 127.0.0.1, or for a client with this name. */
  issue(commonName: string): Certificate
}

/** Makes an authority with a self-signed certificate, which those who trust it are given: as `ca` of a TLS client, for one. */
export function createAuthority(commonName: string): Authority {
  const keys = generateKeys()
  const issuer = { issuer: commonName, signer: keys.privateKey }
  return {
    ...certificateOf({ ...issuer, subject: commonName, keys, extension: BASIC_CONSTRAINTS_CA }),
    issue: subject => certificateOf({ ...issuer, subject, keys: generateKeys(), extension: LOOPBACK_NAME }),
  }
}

/**
 * A self-signed certificate, as a client without any authority has it (RFC 8705 section 2.2): for a server with
 * `requestCert: true, rejectUnauthorized: false`, or for the header of a proxy. Bind a token to it by
 * `issuer.token({ boundTo: certificate })`.
 * @param commonName default: `'test-client'`
 */
export function createClientCertificate(commonName: string = 'test-client'): ClientCertificate {
  const keys = generateKeys()
  const issuer = { issuer: commonName, signer: keys.privateKey }
  const pair = certificateOf({ ...issuer, subject: commonName, keys, extension: LOOPBACK_NAME })
  return {
    ...pair,
    der: new X509Certificate(pair.certificate).raw,
    thumbprint: certificateThumbprint(pair.certificate),
  }
}

/** @throws the error of Node's crypto where `certificate` is no certificate as PEM */
export function certificateThumbprint(certificate: string): string {
  return createHash('sha256').update(new X509Certificate(certificate).raw).digest('base64url')
}

interface Keys {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

function generateKeys(): Keys {
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  })
  return {
    publicKey: createPublicKey({ key: publicKey, format: 'der', type: 'spki' }),
    privateKey: createPrivateKey({ key: privateKey, format: 'der', type: 'pkcs8' }),
  }
}

interface Draft {
  readonly subject: string
  readonly keys: Keys
  readonly issuer: string
  readonly signer: KeyObject
  readonly extension: Buffer
}

/** X.509 version 3, signed by ECDSA with SHA-256 (RFC 5280 section 4.1). */
function certificateOf({ subject, keys, issuer, signer, extension }: Draft): Certificate {
  const toBeSigned = sequence(
    der(0xa0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(0x01), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    nameOf(issuer),
    sequence(time(-1), time(1)),
    nameOf(subject),
    keys.publicKey.export({ format: 'der', type: 'spki' }),
    der(0xa3, sequence(extension)),
  )
  const bytes = sequence(toBeSigned, ECDSA_WITH_SHA256, bitString(sign('sha256', toBeSigned, signer)))
  return {
    certificate: pem(bytes),
    privateKey: String(keys.privateKey.export({ format: 'pem', type: 'pkcs8' })),
  }
}

const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'))
/** `basicConstraints`, critical: `cA` is true. */
const BASIC_CONSTRAINTS_CA = sequence(
  oid('551d13'),
  der(0x01, Buffer.of(0xff)),
  octets(sequence(der(0x01, Buffer.of(0xff)))),
)
/** `subjectAltName`: the address 127.0.0.1. */
const LOOPBACK_NAME = sequence(oid('551d11'), octets(sequence(der(0x87, Buffer.of(127, 0, 0, 1)))))

function nameOf(commonName: string): Buffer {
  return sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(commonName)))))
}

function time(daysFromNow: number): Buffer {
  const text = new Date(Date.now() + daysFromNow * 86_400_000).toISOString()
  return utcTime(`${text.slice(2, 19).replace(/[-:T]/g, '')}Z`)
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').replace(/.{64}(?=.)/g, '$&\n')
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}
