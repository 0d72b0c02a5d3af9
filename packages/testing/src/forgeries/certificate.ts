import { sign } from 'node:crypto'
import { ALGORITHMS } from '../algorithms.ts'
import type { TestKey } from '../keys.ts'

/** X.509 version 1: serial 1, names empty, valid from 2020 to 2049. Only as good as an attacker's has to be. */
export function selfSignedCertificate({ algorithm, publicKey, privateKey }: TestKey): Buffer {
  const { type } = ALGORITHMS[algorithm]
  const signatureAlgorithm = Buffer.from(SIGNATURE_ALGORITHMS[type], 'hex')
  const names = der(SEQUENCE)
  const validity = der(
    SEQUENCE,
    der(UTC_TIME, Buffer.from('200101000000Z')),
    der(UTC_TIME, Buffer.from('491231235959Z')),
  )
  const publicKeyInfo = publicKey.export({ format: 'der', type: 'spki' })
  const serial = der(INTEGER, Buffer.from([1]))
  const certificate = der(SEQUENCE, serial, signatureAlgorithm, names, validity, names, publicKeyInfo)
  const signature = sign(type === 'ed25519' ? null : 'sha256', certificate, privateKey)
  return der(SEQUENCE, certificate, signatureAlgorithm, der(BIT_STRING, Buffer.from([0]), signature))
}

const INTEGER = 0x02
const BIT_STRING = 0x03
const UTC_TIME = 0x17
const SEQUENCE = 0x30

/** DER of AlgorithmIdentifier: sha256WithRSAEncryption, ecdsa-with-SHA256, id-Ed25519. */
const SIGNATURE_ALGORITHMS = {
  rsa: '300d06092a864886f70d01010b0500',
  ec: '300a06082a8648ce3d040302',
  ed25519: '300506032b6570',
} as const

/** One DER value: tag, length in its shortest form, contents. */
function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const body = Buffer.concat(contents)
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body])
  const length = Buffer.from(body.length.toString(16).padStart(body.length > 0xff ? 4 : 2, '0'), 'hex')
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, body])
}
