import { generateKeyPairSync } from 'node:crypto'
import { testClock } from '@scopeward/testing'
import { createLocalJWKSet, decodeProtectedHeader, exportJWK, type JWK, jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { active, type Endpoint, json, startEndpoint, trusting } from './support/endpoint.ts'
import { createRig, startIssuer } from './support/rig.ts'
import { SCOPE, startCallers } from './support/three-callers.ts'
import { expectGranted, unavailable } from './support/verdicts.ts'

describe('client_secret_basic (RFC 6749 section 2.3.1)', () => {
  test.each([
    ['plain', 's3cret'],
    ['with a colon', 'a:b:c'],
    ['with what a form encodes', 'p%ss+word &=?/#"\\'],
    ['with white space', ' two words\t'],
    ['beyond ASCII', 'pässwörd-☃-𝄞'],
    ['with what only some encoders leave', "~*'()!-._"],
  ])('a secret %s arrives as it is', async (_name, clientSecret) => {
    const clientId = `api ${clientSecret} ü`
    const { callers, issuer, token } = await createRig({
      issuer: { clients: [{ clientId, clientSecret, scopes: [] }] },
      introspection: { clientId, clientAuthentication: { method: 'client_secret_basic', clientSecret } },
    })
    await expectGranted(callers, token())
    expect(issuer.lastIntrospection).toMatchObject({ clientId, method: 'client_secret_basic' })
  })

  test('both halves are form-urlencoded, then joined by a colon, and nothing of them is in the body', async () => {
    const endpoint = await startEndpoint()
    const callers = await startCallers(
      trusting(endpoint, {
        clientId: 'reports api',
        clientAuthentication: { method: 'client_secret_basic', clientSecret: 'a:b+c%d ü' },
      }),
    )
    await expectGranted(callers, 'opaque')
    const [{ headers, form } = expect.fail()] = endpoint.asked
    const [scheme, encoded = ''] = (headers.authorization ?? '').split(' ')
    expect([scheme, Buffer.from(encoded, 'base64').toString()]).toEqual(['Basic', 'reports+api:a%3Ab%2Bc%25d+%C3%BC'])
    expect([...form.keys()]).toEqual(['token', 'token_type_hint'])
  })

  test('a wrong secret is 503, and operators read that the issuer said 401', async () => {
    const clientAuthentication = { method: 'client_secret_basic', clientSecret: 'wrong' } as const
    const { callers, token } = await createRig({ introspection: { clientAuthentication } })
    expect(await callers.ask(token())).toEqual(unavailable('the answer had status 401'))
  })
})

describe('private_key_jwt (RFC 7523 sections 2.2 and 3)', () => {
  const CLIENT_ID = 'reports-api'

  async function keyFor(algorithm: string): Promise<{ pem: string; privateJwk: JWK; publicJwk: JWK }> {
    const { publicKey, privateKey } = algorithm.startsWith('ES')
      ? generateKeyPairSync('ec', { namedCurve: { ES256: 'P-256', ES384: 'P-384' }[algorithm] ?? 'P-521' })
      : algorithm.startsWith('Ed')
        ? generateKeyPairSync('ed25519')
        : generateKeyPairSync('rsa', { modulusLength: 2048 })
    return {
      pem: String(privateKey.export({ format: 'pem', type: 'pkcs8' })),
      privateJwk: await exportJWK(privateKey),
      publicJwk: { ...(await exportJWK(publicKey)), alg: algorithm, kid: 'api-key-1' },
    }
  }

  const assertionsIn = ({ asked }: Endpoint) => asked.map(({ form }) => form.get('client_assertion') as string)

  test.each(['RS256', 'PS256', 'ES256', 'ES384', 'ES512', 'Ed25519', 'EdDSA'] as const)(
    '%s: the assertion says who, for whom and until when, and jose verifies it',
    async algorithm => {
      const [endpoint, { pem, publicJwk }] = await Promise.all([startEndpoint(), keyFor(algorithm)])
      const clock = testClock('2026-03-04T05:06:07.890Z')
      const nowSeconds = Math.floor(clock() / 1000)
      endpoint.reply = () => json(active({ iat: nowSeconds, exp: nowSeconds + 300 }))
      const clientAuthentication = {
        method: 'private_key_jwt',
        privateKey: pem,
        algorithm,
        keyId: 'api-key-1',
      } as const
      const callers = await startCallers({ ...trusting(endpoint, { clientAuthentication, cacheSeconds: 0 }), clock })
      await expectGranted(callers, 'opaque')
      const [{ headers, form } = expect.fail()] = endpoint.asked
      expect(headers.authorization).toBeUndefined()
      expect([...form.keys()]).toEqual(['token', 'token_type_hint', 'client_assertion_type', 'client_assertion'])
      expect(form.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
      const [assertion = ''] = assertionsIn(endpoint)
      const { payload, protectedHeader } = await jwtVerify(assertion, createLocalJWKSet({ keys: [publicJwk] }), {
        currentDate: new Date(clock()),
      })
      expect(protectedHeader).toEqual({ alg: algorithm, kid: 'api-key-1' })
      expect(payload).toEqual({
        iss: CLIENT_ID,
        sub: CLIENT_ID,
        aud: endpoint.issuer,
        jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
        iat: nowSeconds,
        exp: nowSeconds + 60,
      })
    },
  )

  test('every question has an assertion of its own, also about the same token', async () => {
    const { privateJwk, publicJwk } = await keyFor('ES256')
    const { callers, issuer, token } = await createRig({
      issuer: { clients: [{ clientId: CLIENT_ID, jwks: { keys: [publicJwk] }, scopes: [] }] },
      introspection: {
        clientAuthentication: { method: 'private_key_jwt', privateKey: { ...privateJwk }, algorithm: 'ES256' },
        cacheSeconds: 0,
      },
    })
    const opaque = token()
    // The test issuer takes no assertion twice.
    await expectGranted(callers, opaque)
    await expectGranted(callers, opaque)
    expect(issuer.lastIntrospection?.method).toBe('private_key_jwt')
  })

  test('without keyId no kid is sent', async () => {
    const [endpoint, { pem }] = await Promise.all([startEndpoint(), keyFor('ES256')])
    const clientAuthentication = { method: 'private_key_jwt', privateKey: pem, algorithm: 'ES256' } as const
    await expectGranted(await startCallers(trusting(endpoint, { clientAuthentication })), 'opaque')
    expect(decodeProtectedHeader(assertionsIn(endpoint)[0] ?? '')).toEqual({ alg: 'ES256' })
  })

  test('an assertion is no use at another server: its audience is the issuer, not the endpoint', async () => {
    const { pem, publicJwk } = await keyFor('ES256')
    const clients = [{ clientId: CLIENT_ID, jwks: { keys: [publicJwk] }, scopes: [] }]
    const [endpoint, other] = await Promise.all([startEndpoint(), startIssuer({ clients })])
    const clientAuthentication = { method: 'private_key_jwt', privateKey: pem, algorithm: 'ES256' } as const
    await expectGranted(await startCallers(trusting(endpoint, { clientAuthentication })), 'opaque')
    const [{ form } = expect.fail()] = endpoint.asked
    const replayed = await fetch(other.introspectionEndpoint, { method: 'POST', body: form })
    expect(replayed.status).toBe(401)
  })

  test('a key that the issuer does not know is 503', async () => {
    const [known, unknown] = await Promise.all([keyFor('ES256'), keyFor('ES256')])
    const rigWith = (privateKey: string) =>
      createRig({
        issuer: { clients: [{ clientId: CLIENT_ID, jwks: { keys: [known.publicJwk] }, scopes: [] }] },
        introspection: { clientAuthentication: { method: 'private_key_jwt', privateKey, algorithm: 'ES256' } },
      })
    const right = await rigWith(known.pem)
    await expectGranted(right.callers, right.token())
    const wrong = await rigWith(unknown.pem)
    expect(await wrong.callers.ask(wrong.token())).toEqual(unavailable('the answer had status 401'))
  })

  test('a scope that the answer does not have is 403 all the same', async () => {
    const [endpoint, { pem }] = await Promise.all([startEndpoint(), keyFor('ES256')])
    const clientAuthentication = { method: 'private_key_jwt', privateKey: pem, algorithm: 'ES256' } as const
    const callers = await startCallers(trusting(endpoint, { clientAuthentication, cacheSeconds: 0 }))
    await expectGranted(callers, 'opaque', { scopes: [SCOPE] })
    endpoint.reply = () => json(active({ scope: 'reports:write' }))
    expect((await callers.ask('opaque')).code).toBe('insufficient_scope')
  })
})
