import { createServer, type Server, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:tls'
import { createGuard } from '@scopeward/express'
import scopeward from '@scopeward/fastify'
import { type Certificate, createAuthority, createClientCertificate } from '@scopeward/testing'
import express from 'express'
import Fastify from 'fastify'
import { describe, expect, onTestFinished, test } from 'vitest'
import { CERTIFICATE, headerLine, OTHER } from '../sender/certificates.ts'
import { ACCEPTED, expectWire } from '../sender/support.ts'
import { wireFor } from '../sender/wire.ts'
import { parseResponse, type RawResponse, requestText } from '../support/raw-http.ts'
import { AUDIENCE, HANDLED, type Options, SCOPES } from './apis.ts'
import { holdRows } from './hold-rows.ts'
import { useBench } from './support.ts'

holdRows()

const bench = useBench()
const server = createAuthority('test authority').issue('server')
/** Asks every client for a certificate and takes any, as RFC 8705 section 6.2 has it. */
const TLS: ServerOptions = {
  cert: server.certificate,
  key: server.privateKey,
  requestCert: true,
  rejectUnauthorized: false,
}

/** Ports of `GET /guarded` over TLS, in Express and in Fastify. */
async function startApis(trustedProxy?: Options['trustedProxy']): Promise<readonly number[]> {
  const options: Options = {
    ...bench.issuer.options,
    ...ACCEPTED,
    audience: AUDIENCE,
    scopes: SCOPES,
    ...(trustedProxy && { trustedProxy }),
  }
  const guard = createGuard(options)
  const app = express()
  app.get('/guarded', guard('items:read'), (_request, response) => void response.json({ [HANDLED]: true }))
  const fastify = Fastify()
  await fastify.register(scopeward, options)
  fastify.get('/guarded', { config: { access: 'items:read' } }, async () => ({ [HANDLED]: true }))
  await fastify.ready()
  return Promise.all([listen(createServer(TLS, app)), listen(createServer(TLS, fastify.routing))])
}

async function listen(https: Server): Promise<number> {
  await new Promise<void>(resolve => https.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    https.closeAllConnections()
    https.close()
  })
  return (https.address() as AddressInfo).port
}

function send(port: number, from: Certificate | undefined, headers: readonly string[]): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const certificate = from && { cert: from.certificate, key: from.privateKey }
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...certificate }, () =>
      socket.write(requestText({ path: '/guarded', headers }), 'latin1'),
    )
    socket.setTimeout(5000, () => socket.destroy(new Error('the server did not answer')))
    socket.on('data', chunk => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => resolve(parseResponse(Buffer.concat(chunks).toString('latin1'))))
  })
}

const MISSING = wireFor('client_certificate_missing', { presented: 'Bearer' })
const MISMATCH = wireFor('client_certificate_mismatch', { presented: 'Bearer' })
const line = headerLine('client-cert', CERTIFICATE)

async function bearer(boundTo: Certificate): Promise<string> {
  const { token } = await bench.honest({ boundTo })
  return `Authorization: Bearer ${token}`
}

describe('HTTP8: a TLS connection, in Express and in Fastify (RFC 8705 section 3)', () => {
  test('lets in the certificate of its handshake, whatever headers say', async () => {
    const authorization = await bearer(CERTIFICATE)
    for (const port of await startApis()) {
      const other = headerLine('client-cert', OTHER)
      for (const headers of [[], [line], [other], [other, other], ['Client-Cert: x']]) {
        expect((await send(port, CERTIFICATE, [authorization, ...headers])).status).toBe(200)
        expectWire(await send(port, OTHER, [authorization, ...headers]), MISMATCH)
        expectWire(await send(port, undefined, [authorization, ...headers]), MISSING)
      }
    }
  })

  test('does not take a certificate of the same name for the one that the token is bound to', async () => {
    const authorization = await bearer(CERTIFICATE)
    for (const port of await startApis()) {
      expect((await send(port, CERTIFICATE, [authorization])).status).toBe(200)
      expectWire(await send(port, createClientCertificate('client'), [authorization]), MISMATCH)
    }
  })

  test('to whoever shows a certificate without its private key there is no connection', async () => {
    const authorization = await bearer(CERTIFICATE)
    for (const port of await startApis()) {
      expect((await send(port, CERTIFICATE, [authorization])).status).toBe(200)
      const stolen = { certificate: CERTIFICATE.certificate, privateKey: OTHER.privateKey }
      await expect(send(port, stolen, [authorization])).rejects.toThrow(/key values mismatch/i)
    }
  })
})

describe('the oldest TLS that a Node server speaks (FAPI 2.0 section 5.2.2)', () => {
  test('is 1.2: a client that knows no more than TLS 1.1 gets no connection', async () => {
    const handshake = (port: number, maxVersion: 'TLSv1.1' | 'TLSv1.2') =>
      new Promise<string | null>((resolve, reject) => {
        const oldest = { minVersion: 'TLSv1', maxVersion, ciphers: 'DEFAULT@SECLEVEL=0' } as const
        const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...oldest }, () => {
          resolve(socket.getProtocol())
          socket.destroy()
        })
        socket.on('error', reject)
      })
    for (const port of await startApis()) {
      expect(await handshake(port, 'TLSv1.2')).toBe('TLSv1.2')
      await expect(handshake(port, 'TLSv1.1')).rejects.toThrow(/protocol version/i)
    }
  })
})

describe('HTTP8: a TLS connection of a declared proxy, in Express and in Fastify', () => {
  const PROXY = OTHER

  test('is worth what the proxy says of its client; the certificate of the proxy itself opens nothing', async () => {
    const ofClient = await bearer(CERTIFICATE)
    const ofProxy = await bearer(PROXY)
    for (const port of await startApis({ addresses: ['127.0.0.1'], clientCertificate: 'client-cert' })) {
      expect((await send(port, PROXY, [ofClient, line])).status).toBe(200)
      expectWire(await send(port, PROXY, [ofProxy, line]), MISMATCH)
      expectWire(await send(port, PROXY, [ofProxy]), MISSING)
      expectWire(await send(port, CERTIFICATE, [ofClient]), MISSING)
    }
  })

  test('of anybody else is worth its own certificate, and the header nothing', async () => {
    const ofClient = await bearer(CERTIFICATE)
    for (const port of await startApis({ addresses: ['10.0.0.0/8'], clientCertificate: 'client-cert' })) {
      expect((await send(port, CERTIFICATE, [ofClient])).status).toBe(200)
      expect((await send(port, CERTIFICATE, [ofClient, headerLine('client-cert', OTHER)])).status).toBe(200)
      expectWire(await send(port, OTHER, [ofClient, line]), MISMATCH)
      expectWire(await send(port, undefined, [ofClient, line, line]), MISSING)
    }
  })
})
