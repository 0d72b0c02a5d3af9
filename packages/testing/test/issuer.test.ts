import { afterEach, describe, expect, test } from 'vitest'
import { createTestIssuer, type TestIssuer, type TestIssuerOptions } from '../src/index.ts'
import { claimsOf, headerOf, verifyByJose } from './support.ts'

const running: TestIssuer[] = []

async function start(options?: TestIssuerOptions): Promise<TestIssuer> {
  const issuer = await createTestIssuer(options)
  running.push(issuer)
  return issuer
}

afterEach(async () => {
  await Promise.all(running.splice(0).map(issuer => issuer.stop()))
})

async function publishedKids(issuer: TestIssuer): Promise<readonly string[]> {
  const { keys } = (await (await fetch(issuer.jwksUri)).json()) as { keys: { kid: string }[] }
  return keys.map(key => key.kid)
}

describe('documents', () => {
  test('serves one metadata document at both well-known places (RFC 8414 section 3, OpenID Connect Discovery section 4)', async () => {
    const issuer = await start({
      algorithm: 'ES256',
      clients: [{ clientId: 'a', clientSecret: 's', scopes: ['controls:read'] }],
    })
    expect(issuer.issuer).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    for (const wellKnown of ['oauth-authorization-server', 'openid-configuration']) {
      const response = await fetch(`${issuer.issuer}/.well-known/${wellKnown}`)
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('application/json')
      expect(await response.json()).toEqual({
        issuer: issuer.issuer,
        jwks_uri: issuer.jwksUri,
        token_endpoint: issuer.tokenEndpoint,
        token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
        token_endpoint_auth_signing_alg_values_supported: expect.arrayContaining(['RS256', 'ES256', 'Ed25519']),
        dpop_signing_alg_values_supported: expect.arrayContaining(['RS256', 'ES256', 'Ed25519']),
        introspection_endpoint: issuer.introspectionEndpoint,
        introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
        introspection_endpoint_auth_signing_alg_values_supported: expect.arrayContaining(['RS256', 'ES256', 'Ed25519']),
        introspection_signing_alg_values_supported: ['ES256'],
        grant_types_supported: ['client_credentials'],
        response_types_supported: [],
        scopes_supported: ['controls:read'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['ES256'],
      })
    }
  })

  test.each(['/tenant1', '/tenant1/', '/a/b'])('with the path %s inserts and appends as the RFCs say', async path => {
    const issuer = await start({ algorithm: 'ES256', path })
    const { origin } = new URL(issuer.issuer)
    expect(issuer.issuer).toBe(origin + path)
    const base = path.replace(/\/$/, '')
    for (const url of [
      `${origin}/.well-known/oauth-authorization-server${base}`,
      `${origin}${base}/.well-known/openid-configuration`,
    ]) {
      expect(await (await fetch(url)).json()).toMatchObject({
        issuer: issuer.issuer,
        jwks_uri: `${origin}${base}/jwks`,
        introspection_endpoint: `${origin}${base}/oauth/introspect`,
      })
    }
    expect((await fetch(`${origin}/.well-known/oauth-authorization-server`)).status).toBe(404)
    await verifyByJose(issuer, await issuer.token())
  })

  test('a path of "/" gives an identifier that ends in a slash', async () => {
    const issuer = await start({ algorithm: 'ES256', path: '/' })
    expect(issuer.issuer).toMatch(/:\d+\/$/)
    const metadata = await fetch(`${issuer.issuer}.well-known/oauth-authorization-server`)
    expect(await metadata.json()).toMatchObject({ issuer: issuer.issuer, jwks_uri: `${issuer.issuer}jwks` })
  })

  test('publishes public members only, with the media type of RFC 7517 and the max-age that was asked for', async () => {
    const issuer = await start({ keySetMaxAgeSeconds: 42 })
    const response = await fetch(issuer.jwksUri)
    expect(response.headers.get('content-type')).toBe('application/jwk-set+json')
    expect(response.headers.get('cache-control')).toBe('public, max-age=42')
    const { keys } = (await response.json()) as { keys: Record<string, unknown>[] }
    expect(keys).toHaveLength(1)
    expect(Object.keys(keys[0]!).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
    expect(keys[0]).toMatchObject({ kty: 'RSA', alg: 'RS256', kid: 'key-1', use: 'sig' })
  })

  test('sends max-age=600 by default and no Cache-Control with null', async () => {
    const usual = await start({ algorithm: 'ES256' })
    expect((await fetch(usual.jwksUri)).headers.get('cache-control')).toBe('public, max-age=600')
    const silent = await start({ algorithm: 'ES256', keySetMaxAgeSeconds: null })
    expect((await fetch(silent.jwksUri)).headers.get('cache-control')).toBeNull()
  })

  test('answers HEAD as GET without the body, 405 to other methods, and 404 elsewhere', async () => {
    const issuer = await start({ algorithm: 'ES256' })
    const head = await fetch(issuer.jwksUri, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
    const post = await fetch(issuer.jwksUri, { method: 'POST', body: '{}' })
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    expect((await fetch(`${issuer.issuer}/nowhere`)).status).toBe(404)
  })
})

describe('keys', () => {
  test('after a rotation the new key signs and the old one stays published', async () => {
    const issuer = await start({ algorithm: 'ES256' })
    const before = await issuer.token()
    const key = await issuer.rotateKeys()
    expect(issuer.signingKey).toBe(key)
    expect(headerOf(await issuer.token())).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: 'key-2' })
    expect(await publishedKids(issuer)).toEqual(['key-1', 'key-2'])
    expect(issuer.keys.map(each => each.kid)).toEqual(['key-1', 'key-2'])
    await verifyByJose(issuer, before)
    await verifyByJose(issuer, await issuer.token())
  })

  test('a rotation can change the algorithm and drop the old keys', async () => {
    const issuer = await start({ algorithm: 'ES256' })
    const before = await issuer.token()
    await issuer.rotateKeys({ algorithm: 'Ed25519', keepOld: false })
    expect(await publishedKids(issuer)).toEqual(['key-2'])
    await verifyByJose(issuer, await issuer.token())
    await expect(verifyByJose(issuer, before)).rejects.toThrow()
  })

  test('a withdrawn key is the oldest by default, and can still be signed with by name', async () => {
    const issuer = await start({ algorithm: 'ES256' })
    await issuer.rotateKeys()
    issuer.withdrawKey()
    expect(await publishedKids(issuer)).toEqual(['key-2'])
    const token = await issuer.token({ key: 'key-1' })
    expect(headerOf(token).kid).toBe('key-1')
    await expect(verifyByJose(issuer, token)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' })
  })

  test('the signing key keeps signing after it was withdrawn, so that its tokens can be tried', async () => {
    const issuer = await start({ algorithm: 'ES256' })
    issuer.withdrawKey('key-1')
    expect(await publishedKids(issuer)).toEqual([])
    expect(headerOf(await issuer.token()).kid).toBe('key-1')
  })

  test('a replaced key has the same kid and other material; the old object still signs', async () => {
    const issuer = await start({ algorithm: 'ES256' })
    const old = issuer.signingKey
    const key = await issuer.replaceKey()
    expect(key.kid).toBe(old.kid)
    expect(key.publicJwk.x).not.toBe(old.publicJwk.x)
    expect(issuer.keys).toEqual([key])
    await verifyByJose(issuer, await issuer.token())
    await expect(verifyByJose(issuer, await issuer.token({ key: old }))).rejects.toMatchObject({
      code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    })
  })

  test('publish serves any JSON, text and bytes verbatim, and undefined restores the keys', async () => {
    const issuer = await start({ algorithm: 'ES256' })
    const body = async (): Promise<string> => (await fetch(issuer.jwksUri)).text()
    issuer.publish({ keys: [{ kty: 'oct' }] })
    expect(await body()).toBe('{"keys":[{"kty":"oct"}]}')
    issuer.publish(null)
    expect(await body()).toBe('null')
    issuer.publish('{"keys":')
    expect(await body()).toBe('{"keys":')
    issuer.publish(Buffer.from('bytes'))
    expect(await body()).toBe('bytes')
    issuer.publish(undefined)
    expect(await publishedKids(issuer)).toEqual(['key-1'])
  })

  test('names the keys it has where a kid is unknown', async () => {
    const issuer = await start({ algorithm: 'ES256' })
    const message = 'the issuer has no key "key-9"; it has key-1'
    await expect(issuer.token({ key: 'key-9' })).rejects.toThrow(message)
    await expect(issuer.replaceKey('key-9')).rejects.toThrow(message)
    expect(() => issuer.withdrawKey('key-9')).toThrow(message)
  })

  test('signs with the key of another issuer, whose kid is the same', async () => {
    const [issuer, other] = await Promise.all([start({ algorithm: 'ES256' }), start({ algorithm: 'ES256' })])
    const token = await issuer.token({ key: other.signingKey })
    expect(headerOf(token).kid).toBe(issuer.signingKey.kid)
    await expect(verifyByJose(issuer, token)).rejects.toMatchObject({ code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' })
  })
})

describe('requests', () => {
  test('are counted live for each endpoint until they are reset', async () => {
    const issuer = await start({ algorithm: 'ES256' })
    const { requests } = issuer
    await fetch(issuer.jwksUri)
    await fetch(issuer.jwksUri)
    await fetch(`${issuer.issuer}/.well-known/oauth-authorization-server`)
    await fetch(`${issuer.issuer}/.well-known/openid-configuration`)
    await fetch(issuer.tokenEndpoint, { method: 'POST' })
    for (let count = 0; count < 3; count++) await fetch(issuer.introspectionEndpoint, { method: 'POST' })
    await fetch(`${issuer.issuer}/nowhere`)
    expect(requests).toEqual({
      metadata: 1,
      openidConfiguration: 1,
      jwks: 2,
      token: 1,
      introspection: 3,
      redirected: 0,
    })
    issuer.resetRequests()
    expect(requests).toEqual({
      metadata: 0,
      openidConfiguration: 0,
      jwks: 0,
      token: 0,
      introspection: 0,
      redirected: 0,
    })
  })

  test('nextRequest resolves for the endpoint that was named, when the request arrives', async () => {
    const issuer = await start({ algorithm: 'ES256' })
    issuer.setFault('slow', 'jwks')
    const arrived = issuer.nextRequest('jwks')
    await fetch(`${issuer.issuer}/.well-known/oauth-authorization-server`)
    expect(issuer.requests.jwks).toBe(0)
    const response = fetch(issuer.jwksUri)
    await arrived
    expect(issuer.requests.jwks).toBe(1)
    issuer.setFault(undefined)
    expect((await response).status).toBe(200)
  })

  test('nextRequest rejects when the issuer is stopped first', async () => {
    const issuer = await start({ algorithm: 'ES256' })
    const arrived = issuer.nextRequest('jwks')
    await issuer.stop()
    await expect(arrived).rejects.toThrow('the test issuer was stopped')
    await expect(issuer.nextRequest('jwks')).rejects.toThrow('the test issuer was stopped')
  })
})

describe('start and stop', () => {
  test('stops twice, refuses connections after it, and still mints', async () => {
    const issuer = await start({ algorithm: 'ES256' })
    await fetch(issuer.jwksUri)
    await Promise.all([issuer.stop(), issuer.stop()])
    await expect(fetch(issuer.jwksUri)).rejects.toThrow('fetch failed')
    expect(claimsOf(await issuer.token()).iss).toBe(issuer.issuer)
  })

  test('is stopped by await using', async () => {
    let uri: string
    {
      await using issuer = await createTestIssuer({ algorithm: 'ES256' })
      uri = issuer.jwksUri
      expect((await fetch(uri)).status).toBe(200)
    }
    await expect(fetch(uri)).rejects.toThrow('fetch failed')
  })

  test('takes the port that it is given, and fails where that is taken', async () => {
    const first = await start({ algorithm: 'ES256' })
    const port = Number(new URL(first.issuer).port)
    await expect(createTestIssuer({ algorithm: 'ES256', port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
    await first.stop()
    const second = await start({ algorithm: 'ES256', port })
    expect(second.issuer).toBe(first.issuer)
  })

  test.each([
    [{ algorithms: 'RS256' }, 'createTestIssuer: unknown option "algorithms"; known are port, path, algorithm,'],
    [{ algorithm: 'HS256' }, 'createTestIssuer: algorithm: "HS256" is none of RS256,'],
    [{ algorithm: 'toString' }, 'createTestIssuer: algorithm: "toString" is none of RS256,'],
    [{ path: 'tenant1' }, 'createTestIssuer: path "tenant1" must be like "/tenant1"'],
    [{ path: '/a?b' }, 'createTestIssuer: path "/a?b" must be like'],
    [{ path: '/a/../b' }, 'createTestIssuer: path "/a/../b" must be like'],
    [{ clients: [{ clientId: '', clientSecret: 's', scopes: [] }] }, 'client: clientId is missing'],
    [{ clients: [{ clientId: 'a', scopes: [] }] }, 'client: clientSecret is missing'],
    [{ clients: [{ clientId: 'a', clientSecret: '', jwks: { keys: [{}] }, scopes: [] }] }, 'clientSecret is missing'],
    [{ clients: [{ clientId: 'a', jwks: { keys: [] }, scopes: [] }] }, 'client: jwks must be like'],
    [{ clients: [{ clientId: 'a', jwks: { keys: [{ kty: 'OKP', d: '' }] }, scopes: [] }] }, 'with public keys only'],
    [{ clients: [{ clientId: 'a', jwks: { keys: [{ kty: 'oct', k: '' }] }, scopes: [] }] }, 'with public keys only'],
    [{ clients: [{ clientId: 'a', jwks: {}, scopes: [] }] }, 'client: jwks must be like { keys: [publicJwk] }'],
    [{ clients: [{ clientId: 'a', clientSecret: 's', scopes: 'read' }] }, 'client: scopes must be a list'],
    [{ clients: [{ clientId: 'a', clientSecret: 's', scope: [] }] }, 'client: unknown option "scope"; known are'],
  ])('refuses %j', async (options, message) => {
    await expect(createTestIssuer(options as never)).rejects.toThrow(message)
    await expect(createTestIssuer(options as never)).rejects.toBeInstanceOf(TypeError)
  })

  test('refuses unknown options of its methods', async () => {
    const issuer = await start({ algorithm: 'ES256' })
    await expect(issuer.token({ scopes: ['read'] } as never)).rejects.toThrow('token: unknown option "scopes"')
    await expect(issuer.rotateKeys({ keep: true } as never)).rejects.toThrow('rotateKeys: unknown option "keep"')
    await expect(issuer.rotateKeys({ algorithm: 'HS256' } as never)).rejects.toThrow('rotateKeys: "HS256" is none of')
    await expect(issuer.forge('nonsense' as never)).rejects.toThrow('forge: "nonsense" is none of alg-none,')
    expect(() => issuer.setFault('broken' as never)).toThrow('setFault: "broken" is none of down,')
    expect(() => issuer.setFault('error', 'nowhere' as never)).toThrow('setFault: "nowhere" is none of everything,')
  })
})
