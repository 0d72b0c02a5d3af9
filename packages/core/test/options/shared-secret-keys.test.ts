import { generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto'
import { createAuthority } from '@scopeward/testing'
import { expect, test } from 'vitest'
import { sharedSecret } from '../../src/options/shared-secret.ts'
import { misuseOf } from '../support/refusals.ts'

const issuer = 'https://login.example.com'
const certificate = new X509Certificate(createAuthority('login').certificate).raw
const { publicKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const spki = rsa.export({ type: 'spki', format: 'der' })
const pkcs1 = rsa.export({ type: 'pkcs1', format: 'der' })

test.each<[string, string | Uint8Array]>([
  ['a certificate', certificate],
  ['a certificate as x5c has it (RFC 7517 section 4.7)', certificate.toString('base64')],
  ['a certificate in hex', certificate.toString('hex')],
  ['a key as its owner publishes it, base64 without the PEM lines', spki.toString('base64')],
  ['a key in hex', spki.toString('hex')],
  ['a PKCS #1 key', pkcs1],
  ['a PKCS #1 key in base64', pkcs1.toString('base64')],
  ['an SSH key', `ssh-rsa ${randomBytes(279).toString('base64')} someone@example.com`],
])('%s is public and no secret: everybody could sign with it (RFC 8725 section 2.1)', (_name, secret) => {
  expect(sharedSecret({ issuer, secrets: [randomBytes(270).toString('base64')] }).issuer).toBe(issuer)
  expect(misuseOf(() => sharedSecret({ issuer, secrets: [secret] }))).toEqual({
    code: 'option_invalid',
    message:
      'sharedSecret(): secrets[0] is a key or certificate, which is no secret. Name the issuer with its key set instead: { issuer, jwksUri }.',
  })
})
