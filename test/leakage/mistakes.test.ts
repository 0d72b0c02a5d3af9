import { generateKeyPairSync } from 'node:crypto'
import { createResourceServer, introspection, type ResourceServerOptions, sharedSecret } from '@scopeward/core'
import { createGuard } from '@scopeward/express'
import scopeward from '@scopeward/fastify'
import { createReplayStore } from '@scopeward/redis'
import { createAuthority } from '@scopeward/testing'
import Fastify from 'fastify'
import { describe, expect, test } from 'vitest'
import { BYTES_OR_KEYS, Secrets, shown } from './support/secrets.ts'

const ISSUER = 'https://login.example.com'
const ORIGIN = 'https://api.example.com'
const SECRET = 'wM6Qh0tZl3v9yXbN1cRk8sJd5uTfGa2e-oPiLzHqVn4'
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'jwk' },
} as never) as unknown as { privateKey: Readonly<Record<string, string>> }
const authority = createAuthority('test authority')
const [client, other] = [authority.issue('reports-api'), authority.issue('another')]

const secrets = new Secrets()
secrets.addSecret('secret', SECRET)
for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi'])
  secrets.addSecret(`${member} of a key`, String(privateKey[member]))
for (const { privateKey: pem } of [client, other]) secrets.addText('key of a certificate', pem)

const OPTIONS = { issuer: ISSUER, audience: ORIGIN, scopes: { 'items:read': 'Read items' }, publicOrigin: ORIGIN }

/** Options with a secret in them that are wrong, or that have it in a wrong place. */
const SERVERS: readonly (readonly [string, object])[] = [
  ['a private key in jwks', { jwks: { keys: [privateKey] } }],
  ['a private key as jwks', { jwks: privateKey }],
  ['a private key as the text of jwks', { jwks: JSON.stringify({ keys: [privateKey] }) }],
  ['a shared secret in jwks', { jwks: { keys: [{ kty: 'oct', k: SECRET }] } }],
  ['a shared secret beside the name of the issuer', { issuer: [{ issuer: ISSUER, secret: SECRET }] }],
  ['shared secrets beside the name of the issuer', { issuer: [{ issuer: ISSUER, secrets: [SECRET] }] }],
  ['a client secret beside the name of the issuer', { issuer: { issuer: ISSUER, clientSecret: SECRET } }],
  ['a client secret among the options', { clientSecret: SECRET }],
  ['secrets as the whole of nonces', { dpop: { mode: 'required', nonces: SECRET } }],
  ['a secret of nonces that is not in a list', { dpop: { mode: 'required', nonces: { secrets: SECRET } } }],
  ['a secret of nonces under another name', { dpop: { mode: 'required', nonces: { secret: SECRET } } }],
  ['a secret of nonces that is too short', { dpop: { mode: 'required', nonces: { secrets: [SECRET.slice(0, 31)] } } }],
  [
    'three secrets of nonces',
    { dpop: { mode: 'required', nonces: { secrets: [SECRET, `${SECRET}2`, `${SECRET}3`] } } },
  ],
  ['nonces without a mode', { dpop: { nonces: { secrets: [SECRET] } } }],
  ['the URL of Redis as a replay store', { dpop: { mode: 'required', replayStore: `redis://:${SECRET}@redis` } }],
  ['the URL of Redis as a list of revocations', { revocation: `redis://:${SECRET}@redis` }],
  ['two issuers with one secret', { issuer: [sharedSecretOf(SECRET), sharedSecretOf(SECRET)] }],
  ['a profile that a shared secret cannot have', { issuer: [sharedSecretOf(SECRET, 'fapi2')] }],
  ['fetch options beside a shared secret', { issuer: [sharedSecretOf(SECRET)], fetchTimeoutSeconds: 1 }],
  ['a copy of sharedSecret(…)', { issuer: { ...sharedSecretOf(SECRET), secrets: [SECRET] } }],
  ...['issuer', 'jwksUri', 'publicOrigin'].map(
    name => [`${name} with a password`, { [name]: withPassword() }] as const,
  ),
  ['the URL of the API with a password', { resourceMetadata: { resource: withPassword() } }],
]

/** What `introspection` and `sharedSecret` refuse beyond what test/issuers/introspection-secrets.test.ts has. */
const DEFINITIONS: readonly (readonly [string, () => unknown])[] = [
  [
    'a client secret beside clientAuthentication',
    () => introspect({ method: 'client_secret_basic' }, { clientSecret: SECRET }),
  ],
  ['a client secret for clientAuthentication', () => introspect(SECRET)],
  ['a client secret under another name', () => introspect({ method: 'client_secret_basic', secret: SECRET })],
  [
    'a private JWK for another algorithm',
    () => introspect({ method: 'private_key_jwt', privateKey, algorithm: 'ES256' }),
  ],
  ['a private JWK without algorithm', () => introspect({ method: 'private_key_jwt', privateKey })],
  ['a private JWK that is broken', () => introspect({ ...RSA, privateKey: { ...privateKey, n: undefined } })],
  ['a certificate with the key of another', () => introspect({ ...MUTUAL_TLS, privateKey: other.privateKey })],
  ['a key in place of the certificate', () => introspect({ ...MUTUAL_TLS, certificate: client.privateKey })],
  [
    'a password in the endpoint',
    () => serverWith({ issuer: introspect(RSA, { introspectionEndpoint: withPassword() }) }),
  ],
  ['a secret for the endpoint', () => serverWith({ issuer: introspect(RSA, { introspectionEndpoint: SECRET }) })],
  ['a private JWK for a shared secret', () => sharedSecretOf(JSON.stringify(privateKey))],
  ['a key in PEM for a shared secret', () => sharedSecretOf(client.privateKey)],
]

const RSA = { method: 'private_key_jwt', privateKey, algorithm: 'RS256' } as const
const MUTUAL_TLS = { method: 'tls_client_auth', ...client } as const

function withPassword(): string {
  return `https://api:${SECRET}@login.example.com`
}

function sharedSecretOf(secret: string, profile?: 'fapi2') {
  return sharedSecret({ issuer: ISSUER, secrets: [secret], ...(profile && { profile }) })
}

function introspect(clientAuthentication: unknown, more: object = {}) {
  return introspection({ issuer: ISSUER, clientId: 'reports-api', clientAuthentication, ...more } as never)
}

function serverWith(changes: object): unknown {
  return createResourceServer({ ...OPTIONS, ...changes } as ResourceServerOptions<'items:read'>)
}

async function errorOf(make: () => unknown): Promise<unknown> {
  try {
    await make()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

async function expectToldWithout(make: () => unknown): Promise<void> {
  const error = await errorOf(make)
  expect(error).toMatchObject({ name: 'ConfigurationError' })
  expect(secrets.namesIn(shown(error))).toEqual([])
  expect(shown(error)).not.toMatch(BYTES_OR_KEYS)
}

describe('a mistake is told without the secret', () => {
  test.each(SERVERS)('%s: in core, Express and Fastify', async (_name, changes) => {
    const options = { ...OPTIONS, ...changes } as ResourceServerOptions<'items:read'>
    await expectToldWithout(() => createResourceServer(options))
    await expectToldWithout(() => createGuard(options))
    await expectToldWithout(async () => Fastify().register(scopeward, options))
  })

  test.each(DEFINITIONS)('%s', async (_name, make) => expectToldWithout(make))

  test('the search sees a secret in an error', () => {
    const found = (error: Error) => secrets.namesIn(shown(error))
    expect(found(new Error(`not ${SECRET}`))).toEqual(['secret'])
    expect(found(new Error('wrong', { cause: new Error(SECRET) }))).toEqual(['secret'])
    expect(found(Object.assign(new Error('wrong'), { detail: { q: privateKey.q } }))).toEqual(['q of a key'])
  })
})

describe('URLs with a password are not shown', () => {
  test('the URL of Redis in place of the client', async () => {
    await expectToldWithout(() => createReplayStore(`redis://:${SECRET}@redis` as never))
  })

  test.each([
    ['a line break at its end', `${withPassword()}\n`],
    ['a port that is none', `${withPassword()}:99999`],
    ['no scheme', withPassword().slice('https://'.length)],
  ])('a password in a URL with %s', async (_name, jwksUri) => expectToldWithout(() => serverWith({ jwksUri })))

  // Served to everybody. `resource` itself may have none.
  test('a password in a URL of the metadata is refused', async () => {
    const resourceMetadata = { resource: ORIGIN, resource_documentation: withPassword() }
    await expectToldWithout(() => serverWith({ resourceMetadata }))
  })
})
