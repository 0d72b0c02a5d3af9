import type { RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createSecureContext, type TLSSocket } from 'node:tls'
import { createAuthority } from '@scopeward/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { mutualTlsFetch } from '../../src/introspection/mutual-tls-fetch.ts'

const authority = createAuthority('test authority')

async function serve(listener: RequestListener): Promise<string> {
  const { certificate: cert, privateKey: key } = authority.issue('server')
  const server = createServer({ key, cert, ca: authority.certificate, requestCert: true }, listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  })
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}/introspect`
}

function fetchAs(name: string, ca: string = authority.certificate): typeof globalThis.fetch {
  const { certificate: cert, privateKey: key } = authority.issue(name)
  return mutualTlsFetch(createSecureContext({ cert, key, ca }))
}

const nameOf: RequestListener = (request, response) => {
  const { CN } = (request.socket as TLSSocket).getPeerCertificate().subject
  response.end(String(CN))
}

describe('fetch with a client certificate', () => {
  test('sends method, headers and body as they are', async () => {
    const url = await serve(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const { accept, 'content-type': type, 'content-length': length } = request.headers
      response.setHeader('x-seen', 'yes')
      response.end(
        JSON.stringify([request.method, request.url, accept, type, length, Buffer.concat(chunks).toString()]),
      )
    })
    const headers = { accept: 'application/json', 'Content-Type': 'text/x' }
    const response = await fetchAs('client')(url, { method: 'POST', headers, body: 'token=ü' })
    expect([response.status, response.headers.get('x-seen')]).toEqual([200, 'yes'])
    expect(await response.json()).toEqual(['POST', '/introspect', 'application/json', 'text/x', '8', 'token=ü'])
  })

  test('each has connections and TLS sessions of its own, and keeps one open', async () => {
    const sockets = new Set<unknown>()
    const url = await serve((request, response) => {
      sockets.add(request.socket)
      nameOf(request, response)
    })
    const [first, second] = [fetchAs('first'), fetchAs('second')]
    const seen: string[] = []
    for (const each of [first, second, first, second]) seen.push(await (await each(url)).text())
    expect(seen).toEqual(['first', 'second', 'first', 'second'])
    expect(sockets.size).toBe(2)
  })

  test('asks again where the server closes an idle connection in the moment in which it is used again', async () => {
    let requests = 0
    const url = await serve((request, response) => {
      requests++
      if (requests === 2) request.socket.destroy()
      else response.end('here')
    })
    const ask = fetchAs('client')
    expect(await (await ask(url)).text()).toBe('here')
    expect(await (await ask(url, { method: 'POST', body: 'token=x' })).text()).toBe('here')
    expect(requests).toBe(3)
  })

  test('a new connection that fails is not tried again', async () => {
    let requests = 0
    const url = await serve(request => {
      requests++
      request.socket.destroy()
    })
    await expect(fetchAs('client')(url)).rejects.toThrow()
    expect(requests).toBe(1)
  })

  test('a server of another authority is refused, also after a client that trusts it was there', async () => {
    const url = await serve(nameOf)
    expect(await (await fetchAs('client')(url)).text()).toBe('client')
    const distrusting = fetchAs('client', createAuthority('another authority').certificate)
    await expect(distrusting(url)).rejects.toMatchObject({ code: expect.stringMatching(/CERT|SIGNATURE/) })
  })

  test('a server under another name than its certificate has is refused', async () => {
    const url = await serve(nameOf)
    expect(await (await fetchAs('client')(url)).text()).toBe('client')
    const byName = url.replace('127.0.0.1', 'localhost')
    await expect(fetchAs('client')(byName)).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
  })

  test('http is refused before anything is sent', async () => {
    await expect(fetchAs('client')('http://127.0.0.1:1/')).rejects.toMatchObject({ code: 'ERR_INVALID_PROTOCOL' })
  })

  test('a redirect is an answer, and is not followed', async () => {
    const paths: (string | undefined)[] = []
    const url = await serve((request, response) => {
      paths.push(request.url)
      response.writeHead(302, { location: '/elsewhere' }).end()
    })
    const response = await fetchAs('client')(url)
    expect([response.status, paths]).toEqual([302, ['/introspect']])
  })

  test.each([[204], [304]])('a status %i has no body', async status => {
    const url = await serve((_request, response) => void response.writeHead(status).end())
    const response = await fetchAs('client')(url)
    expect([response.status, response.body]).toEqual([status, null])
  })

  test.each([600, 999])('a status of %i, which no answer can have, rejects and ends the connection', async status => {
    let closed: () => void = () => undefined
    const end = new Promise<void>(resolve => {
      closed = resolve
    })
    const url = await serve((request, response) => {
      request.socket.once('close', closed)
      response.writeHead(status).write('{')
    })
    await expect(fetchAs('client')(url)).rejects.toThrow(RangeError)
    await end
  })

  test('a signal ends a request without an answer, and one whose body never ends', async () => {
    let arrived: () => void = () => undefined
    const request = new Promise<void>(resolve => {
      arrived = resolve
    })
    const silent = await serve(() => arrived())
    const first = new AbortController()
    const waiting = fetchAs('client')(silent, { signal: first.signal })
    await request
    first.abort()
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })

    const endless = await serve((_request, response) => void response.write('{'))
    const second = new AbortController()
    const response = await fetchAs('client')(endless, { signal: second.signal })
    const body = response.text()
    second.abort()
    await expect(body).rejects.toThrow()
  })

  test('a connection that is cut in the middle of the body rejects the body', async () => {
    const url = await serve((request, response) => {
      response.writeHead(200, { 'content-length': 100 })
      response.write('{', () => request.socket.destroy())
    })
    const response = await fetchAs('client')(url)
    await expect(response.text()).rejects.toThrow()
  })
})
