import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer, type TLSSocket } from 'node:tls'
import { expect, test } from 'vitest'
import { createAuthority, createClientCertificate } from '../../src/index.ts'

test('a client certificate is self-signed, valid now, and its key fits', () => {
  const { certificate, privateKey, der } = createClientCertificate('importer')
  const read = new X509Certificate(certificate)
  expect(read.subject).toBe('CN=importer')
  expect(read.issuer).toBe('CN=importer')
  expect(read.verify(read.publicKey)).toBe(true)
  expect(read.checkPrivateKey(createPrivateKey(privateKey))).toBe(true)
  expect(Date.parse(read.validFrom)).toBeLessThan(Date.now())
  expect(Date.parse(read.validTo)).toBeGreaterThan(Date.now())
  expect(read.raw).toEqual(der)
})

test('its thumbprint is the SHA-256 of its DER in base64url (RFC 8705 section 3.1)', () => {
  const { thumbprint, der, certificate } = createClientCertificate()
  expect(thumbprint).toBe(createHash('sha256').update(der).digest('base64url'))
  const hex = new X509Certificate(certificate).fingerprint256.replaceAll(':', '')
  expect(Buffer.from(thumbprint, 'base64url').toString('hex').toUpperCase()).toBe(hex)
})

test('an authority issues certificates that verify under its own', () => {
  const authority = createAuthority('test authority')
  const issued = new X509Certificate(authority.issue('api').certificate)
  const own = new X509Certificate(authority.certificate)
  expect(issued.checkIssued(own)).toBe(true)
  expect(issued.verify(own.publicKey)).toBe(true)
  expect(issued.subjectAltName).toBe('IP Address:127.0.0.1')
  expect(
    new X509Certificate(createAuthority('test authority').certificate).checkPrivateKey(
      createPrivateKey(authority.privateKey),
    ),
  ).toBe(false)
})

test('a TLS server that asks for a certificate gets it from the client (RFC 8705 section 6.2)', async () => {
  const authority = createAuthority('test authority')
  const { certificate: cert, privateKey: key } = authority.issue('server')
  const server = createServer({ cert, key, requestCert: true, rejectUnauthorized: false })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const accepted = once(server, 'secureConnection') as Promise<[TLSSocket]>
  const client = createClientCertificate()
  const socket = connect({
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    ca: authority.certificate,
    cert: client.certificate,
    key: client.privateKey,
  })
  const [connection] = await accepted
  expect(connection.getPeerX509Certificate()?.raw).toEqual(client.der)
  socket.destroy()
  connection.destroy()
  server.close()
})
