import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

export interface Certificate {
  /** PEM. */
  readonly certificate: string
  /** PEM. */
  readonly privateKey: string
}

/** A self-signed certificate (RFC 5280) of 127.0.0.1, valid from 2020 to 2049. It is its own authority. */
export function loopbackCertificate(commonName: string): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, OIDS.commonName, der(UTF8_STRING, Buffer.from(commonName)))))
  const time = (text: string) => der(UTC_TIME, Buffer.from(text))
  const addresses = der(SEQUENCE, der(IP_ADDRESS, Buffer.from([127, 0, 0, 1])))
  const extensions = der(SEQUENCE, der(SEQUENCE, OIDS.subjectAltName, der(OCTET_STRING, addresses)))
  const unsigned = der(
    SEQUENCE,
    der(VERSION, der(INTEGER, Buffer.from([2]))),
    der(INTEGER, Buffer.from([1])),
    ECDSA_WITH_SHA256,
    name,
    der(SEQUENCE, time('200101000000Z'), time('491231235959Z')),
    name,
    spkiOf(publicKey),
    der(EXTENSIONS, extensions),
  )
  const signature = der(BIT_STRING, Buffer.from([0]), sign('sha256', unsigned, privateKey))
  return {
    certificate: pem('CERTIFICATE', der(SEQUENCE, unsigned, ECDSA_WITH_SHA256, signature)),
    privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  }
}

const INTEGER = 0x02
const BIT_STRING = 0x03
const OCTET_STRING = 0x04
const UTF8_STRING = 0x0c
const UTC_TIME = 0x17
const SEQUENCE = 0x30
const SET = 0x31
const IP_ADDRESS = 0x87
const VERSION = 0xa0
const EXTENSIONS = 0xa3

const OIDS = { commonName: Buffer.from('0603550403', 'hex'), subjectAltName: Buffer.from('0603551d11', 'hex') }
const ECDSA_WITH_SHA256 = Buffer.from('300a06082a8648ce3d040302', 'hex')

/** One DER value: tag, length in its shortest form, contents. */
function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const body = Buffer.concat(contents)
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body])
  const length = Buffer.from(body.length.toString(16).padStart(body.length > 0xff ? 4 : 2, '0'), 'hex')
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, body])
}

function spkiOf(publicKey: KeyObject): Buffer {
  return publicKey.export({ format: 'der', type: 'spki' })
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
