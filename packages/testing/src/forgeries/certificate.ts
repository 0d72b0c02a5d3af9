import { sign } from 'node:crypto'
import { ALGORITHMS } from '../algorithms.ts'
import { bitString, integer, sequence, utcTime } from '../certificates/der.ts'
import type { TestKey } from '../keys.ts'

/** X.509 version 1: serial 1, names empty, valid from 2020 to 2049. Only as good as an attacker's has to be. */
export function selfSignedCertificate({ algorithm, publicKey, privateKey }: TestKey): Buffer {
  const { type } = ALGORITHMS[algorithm]
  const signatureAlgorithm = Buffer.from(SIGNATURE_ALGORITHMS[type], 'hex')
  const names = sequence()
  const validity = sequence(utcTime('200101000000Z'), utcTime('491231235959Z'))
  const publicKeyInfo = publicKey.export({ format: 'der', type: 'spki' })
  const certificate = sequence(integer(Buffer.of(1)), signatureAlgorithm, names, validity, names, publicKeyInfo)
  const signature = sign(type === 'ed25519' ? null : 'sha256', certificate, privateKey)
  return sequence(certificate, signatureAlgorithm, bitString(signature))
}

/** DER of AlgorithmIdentifier: sha256WithRSAEncryption, ecdsa-with-SHA256, id-Ed25519. */
const SIGNATURE_ALGORITHMS = {
  rsa: '300d06092a864886f70d01010b0500',
  ec: '300a06082a8648ce3d040302',
  ed25519: '300506032b6570',
} as const
