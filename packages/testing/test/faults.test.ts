import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestIssuer, type Fault, faults, type TestIssuer } from '../src/index.ts'

let issuer: TestIssuer

beforeEach(async () => {
  issuer = await createTestIssuer({
    algorithm: 'ES256',
    clients: [{ clientId: 'a', clientSecret: 's', scopes: [] }],
  })
})
afterEach(() => issuer.stop())

const metadataUrl = (): string => `${issuer.issuer}/.well-known/oauth-authorization-server`

function getToken(): Promise<Response> {
  const parameters = { grant_type: 'client_credentials', client_id: 'a', client_secret: 's' }
  return fetch(issuer.tokenEndpoint, { method: 'POST', body: new URLSearchParams(parameters) })
}

function introspect(signal: AbortSignal | null = null): Promise<Response> {
  const parameters = { token: 'unknown', client_id: 'a', client_secret: 's' }
  return fetch(issuer.introspectionEndpoint, { method: 'POST', body: new URLSearchParams(parameters), signal })
}

/** The server's side of the next request in this process. */
function nextResponse(): Promise<ServerResponse> {
  return new Promise(resolve => {
    const listen = (message: unknown): void => {
      unsubscribe('http.server.request.start', listen)
      resolve((message as { response: ServerResponse }).response)
    }
    subscribe('http.server.request.start', listen)
  })
}

/** A connection that sends the request and reads only what the test reads. */
async function openRawConnection(): Promise<Socket> {
  const { hostname, port } = new URL(issuer.jwksUri)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.pause()
  socket.write('GET /jwks HTTP/1.1\r\nHost: a\r\n\r\n')
  return socket
}

describe('every fault', () => {
  test.each(Object.keys(faults) as Fault[])('%s ends: healed, the issuer answers as before', async fault => {
    const target = fault === 'wrong-issuer' ? 'metadata' : 'jwks'
    const url = target === 'jwks' ? issuer.jwksUri : metadataUrl()
    const before = await (await fetch(url)).text()
    issuer.setFault(fault)
    const abort = new AbortController()
    const arrived = issuer.nextRequest(target)
    const spoilt = fetch(url, { signal: abort.signal, redirect: 'manual' }).catch(() => undefined)
    await arrived
    abort.abort()
    await spoilt
    issuer.setFault(undefined)
    expect(await (await fetch(url)).text()).toBe(before)
    expect((await getToken()).status).toBe(200)
  })

  test.each((Object.keys(faults) as Fault[]).filter(fault => !['empty', 'many-keys', 'wrong-issuer'].includes(fault)))(
    '%s strikes introspection alone, and ends',
    async fault => {
      const truth = await (await introspect()).text()
      issuer.setFault(fault, 'introspection')
      const abort = new AbortController()
      const arrived = issuer.nextRequest('introspection')
      const spoilt = introspect(abort.signal)
        .then(async response => (fault === 'huge' ? fault : `${response.status} ${await response.text()}`))
        .catch(() => 'failed')
      await arrived
      if (fault === 'slow' || fault === 'slow-body' || fault === 'huge') abort.abort()
      expect(await spoilt).not.toBe(`200 ${truth}`)
      expect((await getToken()).status).toBe(200)
      issuer.setFault(undefined, 'introspection')
      expect(await (await introspect()).text()).toBe(truth)
    },
  )

  test.each(Object.keys(faults) as Fault[])('%s does not keep stop from ending', async fault => {
    issuer.setFault(fault)
    const arrived = issuer.nextRequest('jwks')
    const spoilt = fetch(issuer.jwksUri).catch(() => undefined)
    await arrived
    await issuer.stop()
    await spoilt
  })
})

describe('status faults', () => {
  test.each([
    ['error', 500],
    ['unavailable', 503],
    ['not-found', 404],
  ] as const)('%s answers %i on every endpoint', async (fault, status) => {
    issuer.setFault(fault)
    expect((await fetch(issuer.jwksUri)).status).toBe(status)
    expect((await fetch(metadataUrl())).status).toBe(status)
    expect((await fetch(`${issuer.issuer}/.well-known/openid-configuration`)).status).toBe(status)
    expect((await getToken()).status).toBe(status)
    expect((await introspect()).status).toBe(status)
  })

  test('unavailable says when to come back', async () => {
    issuer.setFault('unavailable')
    expect((await fetch(issuer.jwksUri)).headers.get('retry-after')).toBe('1')
  })
})

describe('targets', () => {
  test('a fault on one endpoint leaves the others whole, and each is healed alone', async () => {
    issuer.setFault('error', 'jwks')
    issuer.setFault('not-found', 'metadata')
    expect((await getToken()).status).toBe(200)
    expect((await fetch(metadataUrl())).status).toBe(404)
    issuer.setFault(undefined, 'metadata')
    expect((await fetch(metadataUrl())).status).toBe(200)
    expect((await fetch(issuer.jwksUri)).status).toBe(500)
  })

  test('a fault on introspection leaves the others whole, and spoilt requests are not remembered', async () => {
    expect(await (await introspect()).json()).toEqual({ active: false })
    issuer.resetRequests()
    issuer.setFault('unavailable', 'introspection')
    expect((await introspect()).status).toBe(503)
    expect(issuer.requests.introspection).toBe(1)
    expect(issuer.lastIntrospection).toBeUndefined()
    expect((await getToken()).status).toBe(200)
    expect((await fetch(issuer.jwksUri)).status).toBe(200)
    issuer.setFault(undefined, 'introspection')
    expect(await (await introspect()).json()).toEqual({ active: false })
    expect(issuer.lastIntrospection).toMatchObject({ token: 'unknown' })
  })

  test('slow keeps back the answer of introspection, and tells the truth of the moment when it is lifted', async () => {
    const token = issuer.opaqueToken()
    issuer.setFault('slow', 'introspection')
    const arrived = issuer.nextRequest('introspection')
    const parameters = { token, client_id: 'a', client_secret: 's' }
    const response = fetch(issuer.introspectionEndpoint, { method: 'POST', body: new URLSearchParams(parameters) })
    await arrived
    issuer.revoke(token)
    issuer.setFault(undefined)
    expect(await (await response).json()).toEqual({ active: false })
  })

  test('a fault that means something at one endpoint only is refused elsewhere, and set there by "everything"', async () => {
    expect(() => issuer.setFault('empty', 'token')).toThrow('"empty" does nothing on "token"; set it on "jwks"')
    expect(() => issuer.setFault('wrong-issuer', 'jwks')).toThrow('set it on "metadata"')
    expect(() => issuer.setFault('many-keys', 'introspection')).toThrow('does nothing on "introspection"')
    const metadata = await (await fetch(metadataUrl())).json()
    issuer.setFault('error')
    issuer.setFault('empty')
    expect(await (await fetch(issuer.jwksUri)).json()).toEqual({ keys: [] })
    expect(await (await fetch(metadataUrl())).json()).toEqual(metadata)
  })
})

describe('connections', () => {
  test('down closes the connection without an answer', async () => {
    issuer.setFault('down')
    await expect(fetch(issuer.jwksUri)).rejects.toThrow('fetch failed')
    expect(issuer.requests.jwks).toBe(1)
  })

  test('slow keeps back the headers until it is lifted, then answers the truth of that moment', async () => {
    issuer.setFault('slow', 'jwks')
    const arrived = issuer.nextRequest('jwks')
    const response = fetch(issuer.jwksUri)
    await arrived
    await issuer.rotateKeys()
    issuer.setFault(undefined)
    const { keys } = (await (await response).json()) as { keys: unknown[] }
    expect(keys).toHaveLength(2)
  })

  test('slow-body stops after half of the body until it is lifted', async () => {
    const whole = await (await fetch(issuer.jwksUri)).text()
    issuer.setFault('slow-body', 'jwks')
    const response = await fetch(issuer.jwksUri)
    expect(response.status).toBe(200)
    const reader = response.body!.getReader()
    const first = Buffer.from((await reader.read()).value!).toString()
    expect(first).toBe(whole.slice(0, whole.length >> 1))
    const rest = reader.read()
    issuer.setFault('error', 'jwks')
    expect(first + Buffer.from((await rest).value!).toString()).toBe(whole)
  })

  test('reset breaks the connection in the middle of the body', async () => {
    issuer.setFault('reset', 'jwks')
    await expect(fetch(issuer.jwksUri).then(response => response.text())).rejects.toThrow(/terminated|fetch failed/)
  })

  test('huge sends no more than is read, and ends when the client hangs up', async () => {
    issuer.setFault('huge', 'jwks')
    const started = nextResponse()
    const socket = await openRawConnection()
    const response = await started
    for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate)
    expect(response.writableNeedDrain).toBe(true)
    expect(response.writableLength).toBeLessThan(1024 * 1024)
    const closed = once(response, 'close')
    socket.destroy()
    await closed
  })

  test('huge gives more than any sensible limit', async () => {
    issuer.setFault('huge', 'jwks')
    const response = await fetch(issuer.jwksUri)
    let received = 0
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      received += chunk.byteLength
      if (received > 8 * 1024 * 1024) break
    }
    expect(received).toBeGreaterThan(8 * 1024 * 1024)
  })

  test('huge breaks off when the fault is lifted', async () => {
    issuer.setFault('huge', 'jwks')
    const response = await fetch(issuer.jwksUri)
    issuer.setFault(undefined)
    await expect(response.text()).rejects.toThrow('terminated')
  })
})

describe('bodies', () => {
  const jwks = (): Promise<Response> => fetch(issuer.jwksUri)

  test('html is a web page with status 200', async () => {
    issuer.setFault('html')
    const response = await jwks()
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html'])
    expect(await response.text()).toContain('<!doctype html>')
  })

  test('invalid-json breaks off', async () => {
    issuer.setFault('invalid-json')
    await expect(jwks().then(response => response.json())).rejects.toThrow(SyntaxError)
  })

  test('wrong-json has the wrong shape', async () => {
    issuer.setFault('wrong-json')
    expect(await (await jwks()).json()).toEqual({ keys: { kty: 'RSA' } })
    expect(await (await fetch(metadataUrl())).json()).toEqual([])
    expect(await (await getToken()).json()).toEqual([])
    expect(await (await introspect()).json()).toEqual([])
  })

  test('gzip-bomb is small on the wire and 50 MiB large inside', async () => {
    issuer.setFault('gzip-bomb')
    const response = await jwks()
    expect(Number(response.headers.get('content-length'))).toBeLessThan(100_000)
    expect((await response.arrayBuffer()).byteLength).toBe(50 * 1024 * 1024)
  })

  test('redirect leads to the true answer, and counts who follows', async () => {
    issuer.setFault('redirect')
    const stayed = await fetch(issuer.jwksUri, { redirect: 'manual' })
    expect([stayed.status, stayed.headers.get('location')]).toEqual([302, '/redirected/jwks'])
    expect(issuer.requests.redirected).toBe(0)
    expect(await (await jwks()).json()).toEqual({ keys: issuer.keys.map(key => key.publicJwk) })
    expect(issuer.requests).toMatchObject({ jwks: 2, redirected: 1 })
  })

  test('many-keys hides the true key behind 10,000 small ones', async () => {
    issuer.setFault('many-keys')
    const { keys } = (await (await jwks()).json()) as { keys: unknown[] }
    expect(keys).toHaveLength(10_001)
    expect(keys.at(-1)).toEqual(issuer.signingKey.publicJwk)
    issuer.publish('not JSON')
    expect(((await (await jwks()).json()) as { keys: unknown[] }).keys).toHaveLength(10_000)
  })

  test('wrong-issuer changes nothing but the issuer', async () => {
    const truth = (await (await fetch(metadataUrl())).json()) as object
    issuer.setFault('wrong-issuer')
    const metadata = await (await fetch(metadataUrl())).json()
    expect(metadata).toEqual({ ...truth, issuer: 'https://somebody-else.example' })
  })
})
