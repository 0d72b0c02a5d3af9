import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** A certificate with its private key, as PEM. Throw-away: made for this process, never stored. */
export interface Certificate {
  readonly certificate: string
  readonly privateKey: string
}

/** A certification authority of its own. */
export interface Authority extends Certificate {
  /** For a server on 127.0.0.1, or for a client with this name. */
  issue(commonName: string): Certificate
}

export function createAuthority(commonName: string): Authority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const own = { subject: commonName, publicKey: keys.publicKey, issuer: commonName, signer: keys.privateKey }
  return {
    certificate: certificateOf({ ...own, extensions: [BASIC_CONSTRAINTS_CA] }),
    privateKey: pem(keys.privateKey),
    issue(subject) {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const issued = { subject, publicKey, issuer: commonName, signer: keys.privateKey }
      return { certificate: certificateOf({ ...issued, extensions: [LOOPBACK_NAME] }), privateKey: pem(privateKey) }
    },
  }
}

interface Draft {
  readonly subject: string
  readonly publicKey: KeyObject
  readonly issuer: string
  readonly signer: KeyObject
  readonly extensions: readonly Buffer[]
}

/** X.509 version 3, signed by ECDSA with SHA-256 (RFC 5280 section 4.1). */
function certificateOf({ subject, publicKey, issuer, signer, extensions }: Draft): string {
  const toBeSigned = sequence(
    der(0xa0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(0x01), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    nameOf(issuer),
    sequence(time(-1), time(1)),
    nameOf(subject),
    publicKey.export({ format: 'der', type: 'spki' }),
    der(0xa3, sequence(...extensions)),
  )
  const signature = bitString(sign('sha256', toBeSigned, signer))
  const encoded = sequence(toBeSigned, ECDSA_WITH_SHA256, signature).toString('base64')
  return `-----BEGIN CERTIFICATE-----\n${encoded.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`
}

function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  const prefix = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.of(tag, ...prefix), content])
}

const sequence = (...contents: readonly Uint8Array[]): Buffer => der(0x30, ...contents)
const integer = (bytes: Uint8Array): Buffer => der(0x02, bytes)
const bitString = (bytes: Uint8Array): Buffer => der(0x03, Buffer.of(0), bytes)
const octets = (bytes: Uint8Array): Buffer => der(0x04, bytes)
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'))

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
  return der(0x17, Buffer.from(`${text.slice(2, 19).replace(/[-:T]/g, '')}Z`))
}

function pem(key: KeyObject): string {
  return String(key.export({ format: 'pem', type: 'pkcs8' }))
}
